use std::ops::{Add, Mul};

use dfdx::prelude::{Rank0, Shape, Tensor, TryAdd, TryMul, WithEmptyTape};

use super::{
    BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy,
    CategoricalFocalCrossentropy, Dice, Expects, Huber, KLDivergence, LogCosh, Loss,
    MeanAbsoluteError, MeanSquaredError, Poisson, SparseCategoricalCrossentropy, Tversky,
};
use crate::{Backend, Error, Record};

/// The sum of two losses of the same output and labels, `a + b`.
#[derive(Clone, Debug)]
pub struct Sum<A, B>(pub A, pub B);

/// A loss times a number, `0.5 * loss`.
#[derive(Clone, Debug)]
pub struct Scaled<L> {
    /// The number.
    pub factor: f32,
    /// The loss.
    pub loss: L,
}

/// A loss that is taken for any model, whatever its last layer is: for outputs that are in range
/// for a reason that the last layer does not tell.
#[derive(Clone, Debug)]
pub struct AnyHead<L>(pub L);

impl<D, O, Y, A, B> Loss<D, O, Y> for Sum<A, B>
where
    D: Backend,
    O: Shape,
    A: Loss<D, O, Y>,
    B: Loss<D, O, Y>,
{
    fn loss<T: Record<D>>(
        &self,
        output: Tensor<O, f32, D, T>,
        labels: &Y,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error> {
        let first = self.0.loss(output.with_empty_tape(), labels)?;
        first.try_add(self.1.loss(output, labels)?).map_err(|e| Error::device(e).within("sum"))
    }
}

impl<D: Backend, O: Shape, Y, L: Loss<D, O, Y>> Loss<D, O, Y> for Scaled<L> {
    fn loss<T: Record<D>>(
        &self,
        output: Tensor<O, f32, D, T>,
        labels: &Y,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error> {
        let loss = self.loss.loss(output, labels)?;
        loss.try_mul(self.factor).map_err(|e| Error::device(e).within("scaled"))
    }
}

impl<D: Backend, O: Shape, Y, L: Loss<D, O, Y>> Loss<D, O, Y> for AnyHead<L> {
    fn loss<T: Record<D>>(
        &self,
        output: Tensor<O, f32, D, T>,
        labels: &Y,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error> {
        self.0.loss(output, labels)
    }
}

impl<H, A: Expects<H>, B: Expects<H>> Expects<H> for Sum<A, B> {}
impl<H, L: Expects<H>> Expects<H> for Scaled<L> {}
impl<H, L> Expects<H> for AnyHead<L> {}

/// `+` and `*` of losses.
macro_rules! operators {
    ($($Loss:ident $(<$($P:ident),*>)?)*) => { $(
        impl<$($($P,)*)? R> Add<R> for $Loss $(<$($P),*>)? {
            type Output = Sum<Self, R>;

            fn add(self, other: R) -> Self::Output {
                Sum(self, other)
            }
        }

        impl $(<$($P),*>)? Mul<f32> for $Loss $(<$($P),*>)? {
            type Output = Scaled<Self>;

            fn mul(self, factor: f32) -> Self::Output {
                Scaled { factor, loss: self }
            }
        }

        impl $(<$($P),*>)? Mul<$Loss $(<$($P),*>)?> for f32 {
            type Output = Scaled<$Loss $(<$($P),*>)?>;

            fn mul(self, loss: $Loss $(<$($P),*>)?) -> Self::Output {
                Scaled { factor: self, loss }
            }
        }
    )* };
}

operators! {
    SparseCategoricalCrossentropy<F, W>
    CategoricalCrossentropy<F, W>
    CategoricalFocalCrossentropy<F, W>
    BinaryCrossentropy<F>
    BinaryFocalCrossentropy<F>
    Dice<F, W>
    Tversky<F, W>
    KLDivergence
    Poisson
    MeanSquaredError
    MeanAbsoluteError
    Huber
    LogCosh
    Sum<A, B>
    Scaled<L>
    AnyHead<L>
}
