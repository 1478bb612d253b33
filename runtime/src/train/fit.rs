use std::path::Path;

use dfdx::nn::ZeroGrads;
use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::{Backward, Gradients, NoneTape, OwnedTape, Shape, Tensor};
use serde::Deserialize;

use super::callback::{Plateau, larger_is_better};
use super::checkpoint::{State, VERSION, replace};
use super::seed::derive;
use super::watch::{Cause, largest};
use super::{
    Batches, Callback, CheckpointError, Checkpoints, History, Input, Moment, NotFinite, Progress,
    Row, Saved, Takes, TrainError,
};
use crate::head::Answers;
use crate::losses::{Expects, Loss};
use crate::metrics::Metric;
use crate::optim::{Clip, Moments, Optimizer, Schedule, gradients};
use crate::weights::{Named, read, write};
use crate::{Backend, Context, Record, Statistics, Submodel, WeightsError};

/// A training: a loss, an optimiser, and what to measure, keep and do on the way.
///
/// The same seeds lead to the same weights, bit by bit, also when the training is killed and
/// resumed: all randomness of a batch follows from the seed and the batch's number.
pub struct Fit<'a, D: Backend, O: Shape, Y, L> {
    loss: L,
    optimizer: Box<dyn Optimizer + 'a>,
    schedule: Box<dyn Schedule + 'a>,
    clip: Option<Clip>,
    epochs: usize,
    seed: u64,
    accumulate: usize,
    metrics: Vec<Box<dyn Metric<D, O, Y> + 'a>>,
    callbacks: Vec<Box<dyn Callback + 'a>>,
    checkpoints: Option<Checkpoints>,
    resume: bool,
    progress: bool,
}

/// What changes while a training runs.
struct Run {
    state: State,
    moments: Moments,
    best: Plateau,
}

impl<'a, D: Backend, O: Shape, Y, L> Fit<'a, D, O, Y, L> {
    /// One epoch at the optimiser's own learning rate, with seed 0.
    pub fn new(optimizer: impl Optimizer + 'a, loss: L) -> Self {
        Fit {
            loss,
            schedule: Box::new(optimizer.learning_rate()),
            optimizer: Box::new(optimizer),
            clip: None,
            epochs: 1,
            seed: 0,
            accumulate: 1,
            metrics: Vec::new(),
            callbacks: Vec::new(),
            checkpoints: None,
            resume: false,
            progress: false,
        }
    }

    /// How often to go over all batches.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// What dropout and noise follow from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The learning rate of each step, in place of the optimiser's own.
    #[must_use]
    pub fn schedule(mut self, schedule: impl Schedule + 'a) -> Self {
        self.schedule = Box::new(schedule);
        self
    }

    /// Cuts gradients that are too long.
    #[must_use]
    pub fn clip(mut self, clip: Clip) -> Self {
        self.clip = Some(clip);
        self
    }

    /// Moves the weights once in so many batches, by the mean of their gradients; what is left at
    /// the end of an epoch makes a step, too.
    #[must_use]
    pub fn accumulate(mut self, batches: usize) -> Self {
        self.accumulate = batches.max(1);
        self
    }

    /// Measures this, too.
    #[must_use]
    pub fn metric(mut self, metric: impl Metric<D, O, Y> + 'a) -> Self {
        self.metrics.push(Box::new(metric));
        self
    }

    /// Calls this at the end of each epoch, after those given before.
    #[must_use]
    pub fn callback(mut self, callback: impl Callback + 'a) -> Self {
        self.callbacks.push(Box::new(callback));
        self
    }

    /// Writes checkpoints.
    #[must_use]
    pub fn checkpoints(mut self, checkpoints: Checkpoints) -> Self {
        self.checkpoints = Some(checkpoints);
        self
    }

    /// Goes on from the last checkpoint, if there is one.
    #[must_use]
    pub fn resume(mut self) -> Self {
        self.resume = true;
        self
    }

    /// Shows a bar where stderr is a terminal, a line an epoch anywhere.
    #[must_use]
    pub fn progress(mut self) -> Self {
        self.progress = true;
        self
    }

    /// Trains the model.
    ///
    /// # Errors
    /// As [`TrainError`] says; the model then has the weights of the last finished step.
    pub fn run<M, X, B>(self, model: &mut M, batches: &B) -> Result<History, TrainError>
    where
        M: TensorCollection<f32, D> + Statistics<D> + Answers + Takes<X>,
        M: Submodel<D, OwnedTape<f32, D>, X::Traced, Output = Tensor<O, f32, D, OwnedTape<f32, D>>>,
        M: Submodel<D, NoneTape, X, Output = Tensor<O, f32, D>>,
        B: Batches<Batch = (X, Y)>,
        X: Input<D>,
        L: Loss<D, O, Y> + Expects<M::Head>,
        OwnedTape<f32, D>: Record<D>,
        NoneTape: Record<D>,
    {
        self.run_validated(model, batches, None::<&B>)
    }

    /// Trains the model and measures it on other batches at the end of each epoch: the names of
    /// what is measured on them begin with `val_`.
    ///
    /// # Errors
    /// As [`TrainError`] says; the model then has the weights of the last finished step.
    pub fn run_with<M, X, B, V>(
        self,
        model: &mut M,
        batches: &B,
        validation: &V,
    ) -> Result<History, TrainError>
    where
        M: TensorCollection<f32, D> + Statistics<D> + Answers + Takes<X>,
        M: Submodel<D, OwnedTape<f32, D>, X::Traced, Output = Tensor<O, f32, D, OwnedTape<f32, D>>>,
        M: Submodel<D, NoneTape, X, Output = Tensor<O, f32, D>>,
        B: Batches<Batch = (X, Y)>,
        V: Batches<Batch = (X, Y)>,
        X: Input<D>,
        L: Loss<D, O, Y> + Expects<M::Head>,
        OwnedTape<f32, D>: Record<D>,
        NoneTape: Record<D>,
    {
        self.run_validated(model, batches, Some(validation))
    }

    fn run_validated<M, X, B, V>(
        mut self,
        model: &mut M,
        batches: &B,
        validation: Option<&V>,
    ) -> Result<History, TrainError>
    where
        M: TensorCollection<f32, D> + Statistics<D>,
        M: Submodel<D, OwnedTape<f32, D>, X::Traced, Output = Tensor<O, f32, D, OwnedTape<f32, D>>>,
        M: Submodel<D, NoneTape, X, Output = Tensor<O, f32, D>>,
        B: Batches<Batch = (X, Y)>,
        V: Batches<Batch = (X, Y)>,
        X: Input<D>,
        L: Loss<D, O, Y>,
        OwnedTape<f32, D>: Record<D>,
        NoneTape: Record<D>,
    {
        let mut run = self.begin(model)?;
        let device = |error| TrainError::Model(crate::Error::device(error));
        let done = run.state.epoch * batches.batches().unwrap_or(0) + run.state.batch;
        let mut progress = Progress::new(self.epochs, batches.batches(), done, self.progress);
        let mut grads = Some(model.try_alloc_grads().map_err(device)?);
        while run.state.epoch < self.epochs && !run.state.stopped {
            let epoch = run.state.epoch;
            if run.state.batch == 0 {
                self.metrics.iter_mut().for_each(|metric| metric.reset());
            }
            let mut pending = 0;
            let mut source = batches.epoch(epoch, run.state.batch).peekable();
            while let Some(batch) = source.next() {
                let (x, y) = batch?;
                let gradients = grads.take().unwrap_or_else(Gradients::leaky);
                let gradients = self.batch(model, &mut run, (x, &y), gradients)?;
                pending += 1;
                progress.batch(epoch + 1, run.state.loss / run.state.batch as f64);
                let mut gradients = gradients;
                let last = source.peek().is_none();
                if pending == self.accumulate || last {
                    self.step(model, &mut run, &gradients, pending)?;
                    model.try_zero_grads(&mut gradients).map_err(device)?;
                    pending = 0;
                    // The end of the epoch has its own.
                    let due = |c: &Checkpoints| {
                        c.every_steps.is_some_and(|n| run.state.step.is_multiple_of(n))
                    };
                    if !last && self.checkpoints.as_ref().is_some_and(due) {
                        self.save(model, &run)?;
                    }
                }
                grads = Some(gradients);
            }
            drop(source);
            self.finish_epoch(model, &mut run, validation)?;
            if let Some(row) = run.state.history.rows.last() {
                progress.epoch(row, self.progress);
            }
            self.save(model, &run)?;
        }
        progress.end();
        self.call(model, &mut run, |callback, moment| callback.end(moment))?;
        Ok(run.state.history)
    }

    /// A new training, or the one of the last checkpoint.
    fn begin<M: TensorCollection<f32, D>>(&mut self, model: &mut M) -> Result<Run, TrainError> {
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
            best: Plateau::default(),
        };
        let Some(checkpoints) = self.checkpoints.as_ref().filter(|_| self.resume) else {
            return Ok(run);
        };
        let Some(path) = checkpoints.list()?.pop() else { return Ok(run) };
        let saved = Saved::read(&path)?;
        self.check(&path, &saved)?;
        self.restore_metrics(&path, &saved)?;
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

    /// Adds the gradients of a batch.
    fn batch<M, X>(
        &mut self,
        model: &mut M,
        run: &mut Run,
        (x, y): (X, &Y),
        gradients: Gradients<f32, D>,
    ) -> Result<Gradients<f32, D>, TrainError>
    where
        M: TensorCollection<f32, D> + Statistics<D>,
        M: Submodel<D, OwnedTape<f32, D>, X::Traced, Output = Tensor<O, f32, D, OwnedTape<f32, D>>>,
        M: Submodel<D, NoneTape, X, Output = Tensor<O, f32, D>>,
        X: Input<D>,
        L: Loss<D, O, Y>,
        OwnedTape<f32, D>: Record<D>,
        NoneTape: Record<D>,
    {
        let seed = derive(self.seed, &[run.state.epoch as u64, run.state.batch as u64]);
        let mut cx = Context::training().seeded(seed).of_data();
        let output = model.run(&mut cx, x.clone().traced(gradients))?;
        let untaped: Tensor<O, f32, D> = output.retaped();
        let loss = self.loss.loss(output, y)?;
        let value = loss.as_vec().into_iter().sum::<f32>();
        if !value.is_finite() {
            // The weights are as they were, so the same run shows which layer it was.
            let mut cx = Context::training().seeded(seed).watching();
            let again: Result<Tensor<O, f32, D>, _> = model.run(&mut cx, x);
            let cause = again.map_or_else(Cause::Layer, |_| Cause::Loss(value));
            return Err(self.not_finite(model, run, cause));
        }
        for metric in &mut self.metrics {
            metric.update(&untaped, y)?;
        }
        let gradients = loss.try_backward().map_err(crate::Error::device)?;
        Statistics::update(model, &mut cx)?;
        run.state.batch += 1;
        run.state.loss += f64::from(value);
        Ok(gradients)
    }

    /// Moves the weights by the gradients of so many batches.
    fn step<M: TensorCollection<f32, D>>(
        &self,
        model: &mut M,
        run: &mut Run,
        summed: &Gradients<f32, D>,
        batches: usize,
    ) -> Result<(), TrainError> {
        let mut mean = gradients(model, summed);
        if batches > 1 {
            let scale = 1.0 / batches as f32;
            mean.iter_mut().flat_map(|(_, values)| values).for_each(|g| *g *= scale);
        }
        let finite = |values: &[f32]| values.iter().all(|g| g.is_finite());
        if let Some((name, _)) = mean.iter().rev().find(|(_, values)| !finite(values)) {
            return Err(self.not_finite(model, run, Cause::Gradient(name.clone())));
        }
        if let Some(clip) = self.clip {
            clip.apply(&mut mean);
        }
        run.moments.update(&*self.optimizer, self.rate(run), model, &mean);
        run.state.step += 1;
        Ok(())
    }

    fn rate(&self, run: &Run) -> f64 {
        self.schedule.rate(run.state.step) * run.state.rate_factor
    }

    fn not_finite<M: TensorCollection<f32, D>>(
        &self,
        model: &M,
        run: &Run,
        cause: Cause,
    ) -> TrainError {
        TrainError::NotFinite(Box::new(NotFinite {
            cause,
            step: run.state.step,
            epoch: run.state.epoch + 1,
            learning_rate: self.rate(run),
            largest: largest(&read(model)),
        }))
    }

    /// Writes the row of an epoch, and calls the callbacks.
    fn finish_epoch<M, X, V>(
        &mut self,
        model: &mut M,
        run: &mut Run,
        validation: Option<&V>,
    ) -> Result<(), TrainError>
    where
        M: TensorCollection<f32, D>,
        M: Submodel<D, NoneTape, X, Output = Tensor<O, f32, D>>,
        V: Batches<Batch = (X, Y)>,
        L: Loss<D, O, Y>,
        NoneTape: Record<D>,
    {
        let mean = run.state.loss / run.state.batch.max(1) as f64;
        let mut values = vec![("loss".to_owned(), mean)];
        values.extend(self.metrics.iter().map(|m| (m.name().to_owned(), m.value())));
        if let Some(validation) = validation {
            self.metrics.iter_mut().for_each(|metric| metric.reset());
            let (mut sum, mut count) = (0.0, 0);
            for batch in validation.epoch(0, 0) {
                let (x, y) = batch?;
                let output: Tensor<O, f32, D> = model.run(&mut Context::inference(), x)?;
                for metric in &mut self.metrics {
                    metric.update(&output, &y)?;
                }
                sum += f64::from(self.loss.loss(output, &y)?.as_vec().into_iter().sum::<f32>());
                count += 1;
            }
            values.push(("val_loss".to_owned(), sum / f64::from(count.max(1))));
            let metrics = self.metrics.iter();
            values.extend(metrics.map(|m| (format!("val_{}", m.name()), m.value())));
        }
        values.push(("learning_rate".to_owned(), self.rate(run)));
        (run.state.epoch, run.state.batch, run.state.loss) = (run.state.epoch + 1, 0, 0.0);
        let row = Row { epoch: run.state.epoch, step: run.state.step, values };
        run.state.history.rows.push(row);
        self.call(model, run, |callback, moment| callback.epoch(moment))?;
        self.save_best(model, run)
    }

    fn call<M: TensorCollection<f32, D>>(
        &mut self,
        model: &mut M,
        run: &mut Run,
        call: impl Fn(&mut dyn Callback, &mut Moment) -> Result<(), TrainError>,
    ) -> Result<(), TrainError> {
        let weights = || read(&*model);
        let mut moment = Moment {
            history: &run.state.history,
            stop: run.state.stopped,
            rate_factor: run.state.rate_factor,
            read: &weights,
            write: None,
        };
        for callback in &mut self.callbacks {
            call(&mut **callback, &mut moment)?;
        }
        let Moment { stop, rate_factor, write: other, .. } = moment;
        (run.state.stopped, run.state.rate_factor) = (stop, rate_factor);
        if let Some(other) = other {
            write(model, &other, Path::new("the weights of a callback"))
                .map_err(CheckpointError::Weights)?;
        }
        Ok(())
    }

    /// Writes a checkpoint.
    fn save<M: TensorCollection<f32, D>>(&self, model: &M, run: &Run) -> Result<(), TrainError> {
        let Some(checkpoints) = &self.checkpoints else { return Ok(()) };
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
    fn save_best<M: TensorCollection<f32, D>>(
        &self,
        model: &M,
        run: &mut Run,
    ) -> Result<(), TrainError> {
        let Some(checkpoints) = &self.checkpoints else { return Ok(()) };
        let Some(monitor) = &checkpoints.best else { return Ok(()) };
        let nothing = || Vec::new();
        let history = &run.state.history;
        let moment = Moment { history, stop: false, rate_factor: 1.0, read: &nothing, write: None };
        let value = moment.monitor(monitor)?;
        if run.best.improves(value, 0.0, larger_is_better(monitor)) {
            let path = checkpoints.directory.join("best.safetensors");
            let failed = |source| CheckpointError::File { path: path.clone(), source };
            std::fs::create_dir_all(&checkpoints.directory).map_err(failed)?;
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
