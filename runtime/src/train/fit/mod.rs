//! A training, as it is asked for.

mod epochs;
mod parallel;
mod resume;

use std::rc::Rc;
use std::sync::Arc;

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::{NoneTape, OwnedTape, Shape, Tensor};
use formwork_engine::team::Team;

use super::callback::Plateau;
use super::checkpoint::State;
use super::{Batches, Callback, Checkpoints, History, Input, Ranks, Takes, TrainError};
use crate::head::Answers;
use crate::losses::{Expects, Loss};
use crate::metrics::Metric;
use crate::optim::{Clip, Moments, Optimizer, Schedule};
use crate::{Backend, Record, Statistics, Submodel};
use parallel::Parallel;

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
    portable: bool,
    progress: bool,
    ranks: Option<Rc<dyn Ranks>>,
    synchronised: bool,
}

/// What changes while a training runs.
struct Run {
    state: State,
    moments: Moments,
    /// Room for the values of a parameter while it is moved.
    room: Vec<f32>,
    /// Who works on what is done between two batches: those who run plans.
    team: Arc<Team>,
    best: Plateau,
    parallel: Option<Parallel>,
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
            portable: false,
            progress: false,
            ranks: None,
            synchronised: false,
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

    /// Runs the model layer by layer on dfdx's operations, as on any device, also where a plan would
    /// train it.
    #[must_use]
    pub fn portable(mut self) -> Self {
        self.portable = true;
        self
    }

    /// Shows a bar where stderr is a terminal, a line an epoch anywhere.
    #[must_use]
    pub fn progress(mut self) -> Self {
        self.progress = true;
        self
    }

    /// Trains as one of several ranks, each of which makes its part of every batch: see
    /// [`parallel`](super::parallel). All are asked for the same.
    #[must_use]
    pub fn ranks(mut self, ranks: &(impl Ranks + Clone + 'static)) -> Self {
        self.ranks = Some(Rc::new(ranks.clone()));
        self
    }

    /// Lets batch norms take the statistics of the whole batch rather than of each rank's part: the
    /// model trains as in one process. It takes two messages a norm, for which all ranks wait, and a
    /// model that goes by a plan ([`explain_training`](crate::Compile::explain_training)).
    #[must_use]
    pub fn synchronise_batch_norm(mut self) -> Self {
        self.synchronised = true;
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
}
