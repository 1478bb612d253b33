//! Checkpoints of a training: how it begins, or goes on, and what is left of it.

use std::fs;
use std::path::{Path, PathBuf};

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::Shape;
use formwork_engine::team::Team;
use serde::Deserialize;

use super::{Fit, Parallel, Run};
use crate::optim::Moments;
use crate::train::callback::{Plateau, larger_is_better};
use crate::train::checkpoint::{State, VERSION, replace};
use crate::train::{CheckpointError, Checkpoints, History, Moment, Saved, TrainError};
use crate::weights::{Named, read, write};
use crate::{Backend, WeightsError};

impl<D: Backend, O: Shape, Y, L> Fit<'_, D, O, Y, L> {
    /// A new training, or the one of the last checkpoint.
    pub(super) fn begin<M: TensorCollection<f32, D>>(
        &mut self,
        model: &mut M,
    ) -> Result<Run, TrainError> {
        let parallel = self.ranks.clone().map(|ranks| Parallel::new(ranks, self.synchronised));
        let mut run = Run {
            state: State {
                version: VERSION,
                seed: self.seed,
                optimizer: self.optimizer.name().to_owned(),
                epoch: 0,
                batch: 0,
                step: 0,
                loss: 0.0,
                metrics: Vec::new(),
                rate_factor: 1.0,
                stopped: false,
                best: Default::default(),
                history: History::default(),
                callbacks: Vec::new(),
            },
            moments: Moments::default(),
            room: Vec::new(),
            team: Team::shared(None),
            best: Plateau::default(),
            parallel,
        };
        let Some((path, saved)) = self.last(&run)? else { return Ok(run) };
        self.check(&path, &saved)?;
        self.restore_metrics(&path, &saved)?;
        if run.rank() > 0 {
            self.metrics.iter_mut().for_each(|metric| metric.reset());
        }
        write(model, &saved.weights, &path).map_err(CheckpointError::Weights)?;
        run.best = Plateau::deserialize(&saved.state.best).unwrap_or_default();
        run.moments = Moments { step: saved.state.step, values: saved.moments };
        let states = saved.state.callbacks.iter().zip(saved.callbacks);
        for (callback, (state, tensors)) in self.callbacks.iter_mut().zip(states) {
            callback.restore(state);
            callback.restore_tensors(tensors);
        }
        run.state = saved.state;
        Ok(run)
    }

    /// The last checkpoint, if the training goes on from it: all ranks have that of rank 0.
    fn last(&self, run: &Run) -> Result<Option<(PathBuf, Saved)>, TrainError> {
        let checkpoints = self.checkpoints.as_ref().filter(|_| self.resume && run.rank() == 0);
        let path = checkpoints.map(Checkpoints::list).transpose()?.unwrap_or_default().pop();
        let Some(parallel) = &run.parallel else {
            let read = |path: PathBuf| Saved::read(&path).map(|saved| (path, saved));
            return Ok(path.map(read).transpose()?);
        };
        let mut bytes = Vec::new();
        if let Some(path) = &path {
            let failed = |source| CheckpointError::File { path: path.clone(), source };
            bytes = fs::read(path).map_err(failed)?;
        }
        parallel.ranks.broadcast(&mut bytes);
        let path = path.unwrap_or_else(|| PathBuf::from("the checkpoint of rank 0"));
        let read = || Saved::of_bytes(&path, &bytes);
        let saved = (!bytes.is_empty()).then(read).transpose()?;
        Ok(saved.map(|saved| (path, saved)))
    }

    fn restore_metrics(&mut self, path: &Path, saved: &Saved) -> Result<(), CheckpointError> {
        for (metric, (name, bits)) in self.metrics.iter_mut().zip(&saved.state.metrics) {
            let state: Vec<_> = bits.iter().map(|&bits| f64::from_bits(bits)).collect();
            if !metric.restore(&state) {
                let message = format!("what `{name}` counted is not of such a metric");
                return Err(CheckpointError::Format { path: path.to_owned(), message });
            }
        }
        Ok(())
    }

    /// Whether the checkpoint is one of this training.
    fn check(&self, path: &Path, saved: &Saved) -> Result<(), CheckpointError> {
        let callbacks = (saved.state.callbacks.len(), self.callbacks.len());
        let moments = saved.moments.values();
        let count = moments.map(Vec::len).find(|&n| n != self.optimizer.moments());
        let length = saved.moments.iter().find_map(|(name, moments)| {
            let weight = saved.weights.iter().find(|weight| weight.name == *name);
            let expected = weight.map_or(0, |weight| weight.values.len());
            let found = moments.iter().map(Vec::len).find(|&len| len != expected)?;
            Some((found.to_string(), expected.to_string()))
        });
        let metrics = saved.state.metrics.iter().map(|(name, _)| name.as_str());
        let own = self.metrics.iter().map(|metric| metric.name());
        let metrics = (list(metrics), list(own));
        let count = count.map(|n| (n.to_string(), self.optimizer.moments().to_string()));
        let differs = |a: String, b: String| (a != b).then_some((a, b));
        let all = [
            ("the seed", differs(saved.state.seed.to_string(), self.seed.to_string())),
            (
                "the optimiser",
                differs(saved.state.optimizer.clone(), self.optimizer.name().to_owned()),
            ),
            ("the list of metrics", differs(metrics.0, metrics.1)),
            ("the number of callbacks", differs(callbacks.0.to_string(), callbacks.1.to_string())),
            ("the number of moments of a parameter", count),
            ("the length of a parameter's moments", length),
        ];
        match all.into_iter().find_map(|(what, differs)| Some((what, differs?))) {
            Some((what, (found, expected))) => {
                Err(CheckpointError::Other { path: path.to_owned(), what, found, expected })
            }
            None => Ok(()),
        }
    }

    /// Writes a checkpoint.
    pub(super) fn save<M: TensorCollection<f32, D>>(
        &self,
        model: &M,
        run: &Run,
    ) -> Result<(), TrainError> {
        let Some(checkpoints) = self.checkpoints.as_ref().filter(|_| run.rank() == 0) else {
            return Ok(());
        };
        let mut state = run.state.clone();
        state.best = serde_json::to_value(&run.best).unwrap_or_default();
        let bits = |state: Vec<f64>| state.into_iter().map(f64::to_bits).collect();
        let metrics = self.metrics.iter();
        state.metrics = metrics.map(|m| (m.name().to_owned(), bits(m.state()))).collect();
        state.callbacks = self.callbacks.iter().map(|callback| callback.state()).collect();
        let callbacks: Vec<Vec<Named>> =
            self.callbacks.iter().map(|callback| callback.tensors().to_vec()).collect();
        let (weights, moments) = (read(model), run.moments.values.clone());
        Ok(checkpoints.write(&Saved { state, weights, moments, callbacks })?)
    }

    /// Writes the weights if they are the best so far.
    pub(super) fn save_best<M: TensorCollection<f32, D>>(
        &self,
        model: &M,
        run: &mut Run,
    ) -> Result<(), TrainError> {
        let Some(checkpoints) = &self.checkpoints else { return Ok(()) };
        let Some(monitor) = &checkpoints.best else { return Ok(()) };
        let nothing = || Vec::new();
        let history = &run.state.history;
        let (rank, read_only) = (run.rank(), &nothing);
        let moment = Moment::of(history, rank, read_only);
        let value = moment.monitor(monitor)?;
        if run.best.improves(value, 0.0, larger_is_better(monitor)) && rank == 0 {
            let path = checkpoints.directory.join("best.safetensors");
            let failed = |source| CheckpointError::File { path: path.clone(), source };
            let tensors = read(model).into_iter().map(|tensor| (tensor.name.clone(), tensor));
            let bytes = safetensors::serialize(tensors, None)
                .map_err(|error| CheckpointError::Weights(WeightsError::of(&path, error)))?;
            replace(&path, &bytes).map_err(failed)?;
        }
        Ok(())
    }
}

/// `[loss, accuracy]`
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", names.collect::<Vec<_>>().join(", "))
}
