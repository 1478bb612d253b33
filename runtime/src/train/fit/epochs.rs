//! The epochs of a training, batch by batch and step by step.

use std::path::Path;

use dfdx::nn::ZeroGrads;
use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::{Backward, Gradients, NoneTape, OwnedTape, Shape, Tensor, TryMul};

use super::{Fit, Parallel, Run};
use crate::losses::Loss;
use crate::optim::Taken;
use crate::train::progress::Progress;
use crate::train::watch::{Cause, largest};
use crate::train::{
    Batches, Callback, CheckpointError, Checkpoints, History, Input, Moment, NotFinite, Row, Share,
    TrainError,
};
use crate::weights::{read, write};
use crate::{Backend, Context, Record, Statistics, Submodel};

impl<D: Backend, O: Shape, Y, L> Fit<'_, D, O, Y, L> {
    pub(super) fn run_validated<M, X, B, V>(
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
        self.align(model, &run, (batches.batches(), batches.share(0)))?;
        self.progress &= run.rank() == 0;
        let device = |error| TrainError::Model(crate::Error::device(error));
        let done = run.state.epoch * batches.batches().unwrap_or(0) + run.state.batch;
        let mut progress = Progress::new(self.epochs, batches.batches(), done, self.progress);
        let mut gradients = model.try_alloc_grads().map_err(device)?;
        while run.state.epoch < self.epochs && !run.state.stopped {
            let epoch = run.state.epoch;
            if run.state.batch == 0 {
                self.metrics.iter_mut().for_each(|metric| metric.reset());
            }
            let mut pending = 0;
            let mut source = batches.epoch(epoch, run.state.batch).peekable();
            while let Some(batch) = source.next() {
                let (x, y) = batch?;
                pending += 1;
                // Gradients of the last batch before a step are added up over ranks on the way back.
                let is_due = run.parallel.is_some()
                    && (pending == self.accumulate || source.peek().is_none());
                let share = batches.share(run.state.batch);
                gradients = self.batch(model, &mut run, (x, &y), (share, is_due), gradients)?;
                progress.batch(epoch + 1, run.state.loss / run.state.batch as f64);
                let last = source.peek().is_none();
                if pending == self.accumulate || last {
                    self.step(model, &mut run, &mut gradients, pending)?;
                    pending = 0;
                    // The end of the epoch has its own.
                    let due = |c: &Checkpoints| {
                        c.every_steps.is_some_and(|n| run.state.step.is_multiple_of(n))
                    };
                    if !last && self.checkpoints.as_ref().is_some_and(due) {
                        self.gather_metrics(&run, false)?;
                        self.save(model, &run)?;
                    }
                }
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

    /// Adds the gradients of a batch.
    fn batch<M, X>(
        &mut self,
        model: &mut M,
        run: &mut Run,
        (x, y): (X, &Y),
        (share, is_due): (Option<Share>, bool),
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
        let seed = self.batch_seed(run);
        let mut cx = Context::training().seeded(seed).of_data();
        if self.portable {
            cx = cx.portable();
        }
        if let Some(parallel) = &run.parallel {
            cx = cx.among(parallel.begin(share));
        }
        let output = model.run(&mut cx, x.clone().traced(gradients))?;
        let untaped: Tensor<O, f32, D> = output.retaped();
        let mut loss = self.loss.loss(output, y)?;
        let mut value = loss.as_vec().into_iter().sum::<f32>();
        if !value.is_finite() {
            // The weights are as they were, so the same run shows which layer it was.
            let mut cx = Context::training().seeded(seed).watching();
            let again: Result<Tensor<O, f32, D>, _> = model.run(&mut cx, x);
            let cause = again.map_or_else(Cause::Layer, |_| Cause::Loss(value));
            return Err(self.not_finite(model, run, cause));
        }
        let part = run.share(share);
        if part.samples > 0 {
            for metric in &mut self.metrics {
                metric.update(&untaped, y)?;
            }
        }
        let mut said = None;
        if let Some(parallel) = &mut run.parallel {
            said = Some(parallel.say(&cx, (share, is_due), value)?);
            loss = loss.try_mul(part.fraction() as f32).map_err(crate::Error::device)?;
        }
        let gradients = loss.try_backward().map_err(crate::Error::device)?;
        if let Some(said) = said {
            value = Parallel::hear(said, &mut cx)?;
        }
        Statistics::update(model, &mut cx)?;
        run.state.batch += 1;
        run.state.loss += f64::from(value);
        Ok(gradients)
    }

    /// Moves the weights by the gradients of so many batches, which are zeros afterwards.
    fn step<M: TensorCollection<f32, D>>(
        &self,
        model: &mut M,
        run: &mut Run,
        summed: &mut Gradients<f32, D>,
        batches: usize,
    ) -> Result<(), TrainError> {
        let device = |error| TrainError::Model(crate::Error::device(error));
        let mut mean = Taken::new(model, summed).map_err(device)?;
        if let Some(parallel) = &run.parallel {
            parallel.reduce(&mut mean.0);
        }
        if let Some(name) = mean.scale(1.0 / batches as f32, &run.team).map(str::to_owned) {
            return Err(self.not_finite(model, run, Cause::Gradient(name)));
        }
        if let Some(clip) = self.clip {
            clip.apply(&mut mean.0);
        }
        let (optimizer, rate) = (&*self.optimizer, self.rate(run));
        let help = (&mut run.room, &*run.team);
        run.moments.update_and_clear(optimizer, rate, model, &mut mean.0, help);
        mean.clear(model, summed).map_err(device)?;
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
        self.gather_metrics(run, true)?;
        let mean = run.state.loss / run.state.batch.max(1) as f64;
        let mut values = vec![("loss".to_owned(), mean)];
        values.extend(self.metrics.iter().map(|m| (m.name().to_owned(), m.value())));
        if let Some(validation) = validation {
            self.metrics.iter_mut().for_each(|metric| metric.reset());
            let [mut sum, mut count] = [0.0; 2];
            for (number, batch) in validation.epoch(0, 0).enumerate() {
                let ((x, y), share) = (batch?, run.share(validation.share(number)));
                if share.samples == 0 {
                    continue;
                }
                let output: Tensor<O, f32, D> = model.run(&mut Context::inference(), x)?;
                for metric in &mut self.metrics {
                    metric.update(&output, &y)?;
                }
                let loss = self.loss.loss(output, &y)?.as_vec().into_iter().sum::<f32>();
                sum += share.fraction() * f64::from(loss);
                count += share.fraction();
            }
            self.gather_metrics(run, true)?;
            let [sum, count] = run.sum([sum, count]);
            values.push(("val_loss".to_owned(), sum / if count > 0.0 { count } else { 1.0 }));
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
        let mut moment = Moment::of(&run.state.history, run.rank(), &weights);
        (moment.stop, moment.rate_factor) = (run.state.stopped, run.state.rate_factor);
        for callback in &mut self.callbacks {
            call(&mut **callback, &mut moment)?;
        }
        let Moment { stop, rate_factor, write: other, .. } = moment;
        let [stop, rate_factor] = run.of_first([f64::from(u8::from(stop)), rate_factor]);
        (run.state.stopped, run.state.rate_factor) = (stop > 0.0, rate_factor);
        if let Some(other) = other {
            write(model, &other, Path::new("the weights of a callback"))
                .map_err(CheckpointError::Weights)?;
        }
        Ok(())
    }
}
