//! formwork's training as its users write it: a [`Fit`] over batches.

use std::iter::from_fn;

use formwork::dfdx::nn::modules::TensorCollection;
use formwork::dfdx::prelude::{Cpu, NoneTape, OwnedTape, Rank0, Shape, Tensor};
use formwork::head::{Answers, Logits};
use formwork::losses::{Expects, Loss, SparseCategoricalCrossentropy};
use formwork::optim::{Adam, Sgd};
use formwork::train::{Fit, Input, Takes, TrainError};
use formwork::{Backend, Error, Record, Statistics, Submodel};
use formwork_bench_worker::Rule;

use super::Turns;
use crate::Result;

/// A model that answers `X` with logits `O`, and learns.
pub trait Learner<X: Input<Cpu>, O: Shape>: TensorCollection<f32, Cpu>
    + Statistics<Cpu>
    + Answers<Head = Logits>
    + Takes<X>
    + Submodel<Cpu, OwnedTape<f32, Cpu>, X::Traced, Output = Tensor<O, f32, Cpu, OwnedTape<f32, Cpu>>>
    + Submodel<Cpu, NoneTape, X, Output = Tensor<O, f32, Cpu>>
{
}

impl<X: Input<Cpu>, O: Shape, M> Learner<X, O> for M where
    M: TensorCollection<f32, Cpu>
        + Statistics<Cpu>
        + Answers<Head = Logits>
        + Takes<X>
        + Submodel<
            Cpu,
            OwnedTape<f32, Cpu>,
            X::Traced,
            Output = Tensor<O, f32, Cpu, OwnedTape<f32, Cpu>>,
        > + Submodel<Cpu, NoneTape, X, Output = Tensor<O, f32, Cpu>>
{
}

/// Trains a model on the same batch, again and again: from one batch to the next it is a step.
pub fn fit<M, X, O, Y>(model: &mut M, (x, y): (X, Y), rule: Rule, turns: &Turns) -> Result<()>
where
    M: Learner<X, O>,
    X: Input<Cpu>,
    O: Shape,
    Y: Clone,
    SparseCategoricalCrossentropy: Loss<Cpu, O, Y>,
{
    let loss = Told { loss: SparseCategoricalCrossentropy::from_logits(), turns };
    let fit = match rule {
        Rule::Adam { learning_rate, beta_1, beta_2, epsilon } => {
            let adam = Adam::new(learning_rate).beta_1(beta_1).beta_2(beta_2).epsilon(epsilon);
            Fit::new(adam, loss)
        }
        Rule::Sgd { learning_rate, momentum } => {
            Fit::new(Sgd::new(learning_rate).momentum(momentum), loss)
        }
    };
    let batch = || Ok::<_, TrainError>((x.clone(), y.clone()));
    fit.run(model, &|_: usize| from_fn(|| turns.next().then(batch)))?;
    Ok(())
}

/// A loss that is told.
struct Told<'a, L> {
    loss: L,
    turns: &'a Turns,
}

impl<L: Expects<H>, H> Expects<H> for Told<'_, L> {}

impl<D: Backend, O: Shape, Y, L: Loss<D, O, Y>> Loss<D, O, Y> for Told<'_, L> {
    fn loss<T: Record<D>>(
        &self,
        output: Tensor<O, f32, D, T>,
        labels: &Y,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error> {
        let loss = self.loss.loss(output, labels)?;
        self.turns.loss.set(loss.as_vec().into_iter().sum());
        Ok(loss)
    }
}
