//! The layers, one file each: what each computes, on [`Var`]s.

pub(crate) mod accepts;
mod activation;
mod batch_norm;
mod conv2d;
mod conv2d_transpose;
mod dense;
mod depthwise_conv2d;
mod dropout;
mod group_norm;
mod layer_norm;
mod merge;
mod pixels;
mod pool;
mod prelu;
mod reduce;
mod resize;
mod shape;
mod softmax;

pub use accepts::Accepts;

use dfdx::prelude::Tape;
use formwork_ir::Rule;

use crate::var::show;
use crate::{Backend, Context, Error, Var};

/// A layer that runs.
pub trait Kernel: Rule {
    /// Computes the output from the inputs and the parameters, in the order of the layer's
    /// shape rule.
    ///
    /// # Errors
    /// If the device fails, or a size is not what the layer needs.
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        cx: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error>;
}

/// The input of a layer that takes one.
pub(crate) fn one<D: Backend, T: Tape<f32, D>>(inputs: Vec<Var<D, T>>) -> Result<Var<D, T>, Error> {
    let found = inputs.len();
    let [input] = inputs.try_into().map_err(|_| Error::shape("one input", found))?;
    Ok(input)
}

/// The axis that `axis` means of `x`.
pub(crate) fn axis<D: Backend, T: Tape<f32, D>>(
    axis: formwork_ir::Axis,
    x: &Var<D, T>,
) -> Result<usize, Error> {
    let index = axis.index(x.dims().len());
    index.ok_or_else(|| Error::shape(format!("an axis {}", axis.0), show(x.dims())))
}
