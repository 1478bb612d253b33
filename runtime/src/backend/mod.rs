//! What the layers need of a device, beyond what every dfdx device has.

mod cpu;
#[cfg(feature = "cuda")]
mod cuda;
pub(crate) mod portable;
mod table;
#[cfg(test)]
mod tests;

pub use table::Table;
pub(crate) use table::strides;

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::{Device, Gradients, NoneTape, Shape, Tape, Tensor};

use crate::compiled::{Feed, Made, Plans};
use crate::{Context, Error, HasFrozen, HasGraph, Record};

/// A vector whose length is known when it runs.
pub type Vector<D, T = NoneTape> = Tensor<(usize,), f32, D, T>;

/// A matrix whose sizes are known when it runs.
pub type Matrix<D, T = NoneTape> = Tensor<(usize, usize), f32, D, T>;

/// Normalised values, and the means and variances that they had.
pub type Normalized<D, T> = (Vector<D, T>, Vector<D>, Vector<D>);

/// An operation on two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Merge {
    Add,
    Subtract,
    Multiply,
    Maximum,
    Minimum,
}

/// A device that models run on.
///
/// The few operations that carry the layers. Each is written on dfdx's public operations, so
/// that it runs and is taped anywhere; a device may have a faster one of the same meaning.
/// Tensors are without gaps; sizes that do not fit together are a bug of the caller and panic.
pub trait Backend: Device<f32> {
    /// What a model makes of inputs at inference: `portable(inputs)`, or the same by a plan that
    /// is made of its network.
    ///
    /// # Errors
    /// Those of `portable`.
    fn infer<M, I, O>(
        _model: &M,
        _plans: &Plans,
        inputs: I,
        portable: impl FnOnce(I) -> Result<O, Error>,
    ) -> Result<O, Error>
    where
        M: HasGraph + TensorCollection<f32, Self>,
        I: Feed<Self>,
        O: Made<Self>,
    {
        portable(inputs)
    }

    /// What a model makes of inputs within a run: `portable(cx, inputs)`, or, where it is trained,
    /// the same by a plan that is made of its network.
    ///
    /// # Errors
    /// Those of `portable`.
    fn train<M, T, I, O>(
        _model: &M,
        _plans: &Plans,
        cx: &mut Context<Self>,
        inputs: I,
        portable: impl FnOnce(&mut Context<Self>, I) -> Result<O, Error>,
    ) -> Result<O, Error>
    where
        M: HasGraph + HasFrozen + TensorCollection<f32, Self>,
        T: Record<Self>,
        I: Feed<Self, Tape = T>,
        O: Made<Self, Tape = T>,
    {
        portable(cx, inputs)
    }

    /// The gradient of a tensor, which is not there afterwards, until it is cleared.
    ///
    /// # Errors
    /// If the device has no more memory.
    fn take_gradient<S: Shape>(
        gradients: &mut Gradients<f32, Self>,
        of: &Tensor<S, f32, Self>,
    ) -> Result<Vec<f32>, Self::Err> {
        Ok(gradients.get(of).as_vec())
    }

    /// Makes the gradient of a tensor zeros, which are as many as it has values.
    ///
    /// # Errors
    /// If the device has no more memory.
    fn clear_gradient<S: Shape>(
        gradients: &mut Gradients<f32, Self>,
        of: &Tensor<S, f32, Self>,
        _zeros: Vec<f32>,
    ) -> Result<(), Self::Err> {
        of.device().try_fill_with_zeros(gradients.get_or_alloc_mut(of)?)
    }

    /// The rows of `x` that `table` picks: `[samples · rows · taps, n]` from
    /// `[samples · sources, n]`, with `fill` where the table has padding.
    fn gather<T: Tape<f32, Self>>(
        x: Matrix<Self, T>,
        table: &Table,
        fill: f32,
    ) -> Result<Matrix<Self, T>, Self::Err> {
        portable::gather(x, table, fill)
    }

    /// The maximum over the taps of each row: `[samples · rows, n]`. Padding never wins, and of
    /// equal maxima the first gets the gradient.
    fn gather_max<T: Tape<f32, Self>>(
        x: Matrix<Self, T>,
        table: &Table,
    ) -> Result<Matrix<Self, T>, Self::Err> {
        portable::gather_max(x, table)
    }

    /// The sum over the taps of each row, each tap times its weight (one for each entry of the
    /// table): `[samples · rows, n]`. Padding is 0.
    fn gather_sum<T: Tape<f32, Self>>(
        x: Matrix<Self, T>,
        table: &Table,
        weights: &[f32],
    ) -> Result<Matrix<Self, T>, Self::Err> {
        portable::gather_sum(x, table, weights)
    }

    /// The sum over the taps of each row, each tap times its row of `kernel`, which is
    /// `[taps, n]`: `[samples · rows, n]`. Padding is 0.
    fn depthwise<T: Tape<f32, Self>>(
        x: Matrix<Self, T>,
        kernel: Matrix<Self>,
        table: &Table,
    ) -> Result<Matrix<Self, T>, Self::Err> {
        portable::depthwise(x, kernel, table)
    }

    /// `scale · x + shift` along each row.
    fn affine<T: Tape<f32, Self>>(
        x: Matrix<Self, T>,
        scale: Option<Vector<Self, T>>,
        shift: Option<Vector<Self, T>>,
    ) -> Result<Matrix<Self, T>, Self::Err> {
        portable::affine(x, scale, shift)
    }

    /// Values seen as `[a, n, b, m]`, brought to mean 0 and variance 1 over `n` and `m`:
    /// `(x - mean) / √(variance + epsilon)`. Also the means and the (biased) variances, `[a · b]`
    /// each, which are not taped; the gradient flows through them.
    fn normalize<T: Tape<f32, Self>>(
        x: Vector<Self, T>,
        view: [usize; 4],
        epsilon: f64,
    ) -> Result<Normalized<Self, T>, Self::Err> {
        portable::normalize(x, view, epsilon)
    }

    /// Two vectors of equal length value by value. `a` and `b` may be the same tensor. Of equal
    /// maxima or minima the first gets the gradient.
    fn merge<T: Tape<f32, Self>>(
        op: Merge,
        a: Vector<Self, T>,
        b: Vector<Self, T>,
    ) -> Result<Vector<Self, T>, Self::Err> {
        portable::merge(op, a, b)
    }

    /// Matrices of equally many rows side by side.
    fn concat<T: Tape<f32, Self>>(
        parts: Vec<Matrix<Self, T>>,
    ) -> Result<Matrix<Self, T>, Self::Err> {
        portable::concat(parts)
    }
}
