//! What the ranks of a training do together.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::Shape;

use super::{Fit, Run};
use crate::compiled::Together;
use crate::train::parallel::{Reducer, Sum};
use crate::train::seed::derive;
use crate::train::{CheckpointError, Ranks, RanksError, Share, TrainError};
use crate::weights::{read, write};
use crate::{Backend, Context};

/// A rank of several in a training.
pub(super) struct Parallel {
    pub ranks: Rc<dyn Ranks>,
    synchronised: bool,
    reducer: Rc<RefCell<Reducer>>,
    /// Of batches of so many samples, whether all ranks run their parts by plans.
    planned: HashMap<usize, bool>,
}

impl Parallel {
    pub fn new(ranks: Rc<dyn Ranks>, synchronised: bool) -> Self {
        let reducer = Rc::new(RefCell::new(Reducer::new(Rc::clone(&ranks), synchronised)));
        Parallel { ranks, synchronised, reducer, planned: HashMap::new() }
    }

    /// What this rank has of a batch: as much as others if nobody says.
    fn share(&self, share: Option<Share>) -> Share {
        share.unwrap_or(Share { samples: 1, of: self.ranks.size() })
    }

    /// A batch begins.
    pub fn begin(&self, share: Option<Share>) -> Together {
        self.reducer.borrow_mut().begin(self.share(share));
        Rc::clone(&self.reducer) as Together
    }

    /// Whether there is nobody else.
    fn is_alone(&self) -> bool {
        self.ranks.size() == 1
    }

    /// Tells others this rank's part of the loss and of running statistics, before it goes back:
    /// gradients are added up on the way if they are due and all ranks have a plan for it.
    pub fn say<D: Backend>(
        &mut self,
        cx: &Context<D>,
        (share, is_due): (Option<Share>, bool),
        loss: f32,
    ) -> Result<Box<dyn Sum>, TrainError> {
        let planned = self.reducer.borrow_mut().planned.take();
        let mut said = vec![loss];
        match (&planned, cx.collected()) {
            (_, statistics) if !self.synchronised => said.extend(statistics),
            (Some(Ok(())), _) => {}
            (_, statistics) if statistics.is_empty() => {}
            (reason, _) => {
                let reason = match reason {
                    Some(Err(reason)) => reason.clone(),
                    _ => "the layers run one by one, not by a plan".to_owned(),
                };
                return Err(RanksError::Synchronised { reason }.into());
            }
        }
        let fraction = self.share(share).fraction() as f32;
        said.iter_mut().for_each(|value| *value *= fraction);
        let said = self.ranks.start_sum(said);
        let mut count = [f64::from(u8::from(planned == Some(Ok(()))))];
        let mut agree = || {
            self.ranks.sum(&mut count);
            count[0] == self.ranks.size() as f64
        };
        // The parts that ranks have follow from the number of samples, and whether there are plans
        // from the parts.
        let all = match share {
            Some(share) => *self.planned.entry(share.of).or_insert_with(agree),
            None => agree(),
        };
        self.reducer.borrow_mut().reduces = is_due && all && !self.is_alone();
        Ok(said)
    }

    /// What all said: the loss of the batch, and running statistics.
    pub fn hear<D: Backend>(said: Box<dyn Sum>, cx: &mut Context<D>) -> Result<f32, TrainError> {
        let said = said.wait();
        if said.len() > 1 {
            cx.collect_instead(&said[1..])?;
        }
        Ok(said[0])
    }

    /// Adds gradients up over ranks, if that was not done on the way back.
    pub fn reduce(&self, gradients: &mut [(String, Vec<f32>)]) {
        if self.reducer.borrow().reduced || self.is_alone() {
            return;
        }
        let all = gradients.iter().flat_map(|(_, own)| own).copied().collect();
        let sum = self.ranks.start_sum(all).wait();
        let values = gradients.iter_mut().flat_map(|(_, own)| own);
        values.zip(sum).for_each(|(value, sum)| *value = sum);
    }

    /// Adds up what metrics counted: of those that counted nothing, the length is 0.
    fn add_up(&self, states: &mut [Vec<f64>]) {
        let lens: Vec<_> = states.iter().map(|state| state.len() as f32).collect();
        let all = self.ranks.gather(&lens);
        for (i, state) in states.iter_mut().enumerate() {
            let lens = all.iter().skip(i).step_by(lens.len());
            state.resize(lens.fold(0.0, |a: f32, b| a.max(*b)) as usize, 0.0);
        }
        let mut sums = states.concat();
        self.ranks.sum(&mut sums);
        states.iter_mut().flatten().zip(sums).for_each(|(value, sum)| *value = sum);
    }
}

impl Run {
    /// Which rank this is; 0 of a training by one process.
    pub fn rank(&self) -> usize {
        self.parallel.as_ref().map_or(0, |parallel| parallel.ranks.rank())
    }

    /// What this rank has of a batch.
    pub fn share(&self, share: Option<Share>) -> Share {
        let whole = Share { samples: 1, of: 1 };
        self.parallel.as_ref().map_or(whole, |parallel| parallel.share(share))
    }

    /// Sums over all ranks.
    pub fn sum<const N: usize>(&self, mut values: [f64; N]) -> [f64; N] {
        if let Some(parallel) = &self.parallel {
            parallel.ranks.sum(&mut values);
        }
        values
    }

    /// The values that rank 0 has.
    pub fn of_first<const N: usize>(&self, values: [f64; N]) -> [f64; N] {
        let Some(parallel) = &self.parallel else { return values };
        let mut bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        parallel.ranks.broadcast(&mut bytes);
        let (words, _) = bytes.as_chunks();
        std::array::from_fn(|i| f64::from_le_bytes(words[i]))
    }
}

impl<D: Backend, O: Shape, Y, L> Fit<'_, D, O, Y, L> {
    /// What dropout and noise of the next batch follow from.
    pub(super) fn batch_seed(&self, run: &Run) -> u64 {
        let mut path = vec![run.state.epoch as u64, run.state.batch as u64];
        path.extend((run.rank() > 0).then_some(run.rank() as u64));
        derive(self.seed, &path)
    }

    /// Checks that all ranks are asked for the same, and gives them the weights of rank 0.
    pub(super) fn align<M: TensorCollection<f32, D>>(
        &self,
        model: &mut M,
        run: &Run,
        (batches, share): (Option<usize>, Option<Share>),
    ) -> Result<(), TrainError> {
        let Some(Parallel { ranks, .. }) = &run.parallel else { return Ok(()) };
        let mut tensors = read(model);
        let own = self.description(run, batches, tensors.iter().map(|own| own.values.len()).sum());
        let mut first = own.clone().into_bytes();
        ranks.broadcast(&mut first);
        if own.as_bytes() != first {
            let expected = String::from_utf8_lossy(&first).into_owned();
            return Err(RanksError::Differs { rank: ranks.rank(), found: own, expected }.into());
        }
        let [found] = run.sum([run.share(share).fraction()]);
        if batches != Some(0) && (found - 1.0).abs() > 1e-9 {
            return Err(RanksError::Parts { found }.into());
        }
        let values = tensors.iter().flat_map(|own| &own.values);
        let mut bytes: Vec<u8> = values.flat_map(|value| value.to_le_bytes()).collect();
        ranks.broadcast(&mut bytes);
        if ranks.rank() > 0 {
            let (words, _) = bytes.as_chunks();
            let values = tensors.iter_mut().flat_map(|own| &mut own.values);
            values.zip(words).for_each(|(value, word)| *value = f32::from_le_bytes(*word));
            let from = Path::new("the weights of rank 0");
            write(model, &tensors, from).map_err(CheckpointError::Weights)?;
        }
        Ok(())
    }

    /// What the training is, as far as ranks have to agree.
    fn description(&self, run: &Run, batches: Option<usize>, values: usize) -> String {
        let every = self.checkpoints.as_ref().and_then(|checkpoints| checkpoints.every_steps);
        let metrics: Vec<_> = self.metrics.iter().map(|metric| metric.name()).collect();
        format!(
            "{values} values for {} epochs of {} batches, from step {} on, {} to a step, by {}, \
             seed {}, metrics [{}], {} callbacks, checkpoints {}",
            self.epochs,
            batches.map_or("so many".to_owned(), |count| count.to_string()),
            run.state.step,
            self.accumulate,
            self.optimizer.name(),
            self.seed,
            metrics.join(", "),
            self.callbacks.len(),
            every.map_or("an epoch".to_owned(), |steps| format!("every {steps} steps")),
        )
    }

    /// Adds up over ranks what metrics counted: for all, or for rank 0, and others begin anew.
    pub(super) fn gather_metrics(&mut self, run: &Run, for_all: bool) -> Result<(), TrainError> {
        let Some(parallel) = &run.parallel else { return Ok(()) };
        let mut states: Vec<_> = self.metrics.iter().map(|metric| metric.state()).collect();
        parallel.add_up(&mut states);
        for (metric, state) in self.metrics.iter_mut().zip(states) {
            if !for_all && parallel.ranks.rank() > 0 {
                metric.reset();
            } else if !metric.restore(&state) {
                let metric = metric.name().to_owned();
                return Err(RanksError::NoSum { metric }.into());
            }
        }
        Ok(())
    }
}
