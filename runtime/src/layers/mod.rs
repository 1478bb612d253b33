//! The layers, one file each: what each computes, on [`Var`]s.

mod add;
mod batch_norm;
mod conv2d;
mod dense;
mod dropout;
mod flatten;
mod max_pool2d;
mod relu;

use dfdx::prelude::{Dim, Tape};
use formwork_ir::Rule;

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

/// Says of a layer that it makes a tensor of shape `O` of tensors of the shapes `I` and
/// parameters of the shapes `P` (both tuples): rustc's own check of a model's shapes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make {O} of {I} and parameters {P}",
    label = "these shapes do not fit"
)]
pub trait Accepts<I, P, O> {}

/// Says of a shape that it has the rank and the batch of the shape `O`.
pub trait Alike<O> {}

macro_rules! alike {
    ($($A:ident $B:ident),*) => {
        impl<N: Dim, $($A: Dim, $B: Dim),*> Alike<(N, $($B,)*)> for (N, $($A,)*) {}
    };
}

alike!();
alike!(A A2);
alike!(A A2, B B2);
alike!(A A2, B B2, C C2);
alike!(A A2, B B2, C C2, E E2);
alike!(A A2, B B2, C C2, E E2, F F2);

/// `accepts!(Layer: <dims> input, params => output; …)` implements [`Accepts`] for each row.
macro_rules! accepts {
    ($Layer:ident: $(<$($D:ident),*> $I:ty, $P:ty => $O:ty;)*) => {
        $(impl<$($D: dfdx::prelude::Dim),*> crate::Accepts<($I,), $P, $O> for formwork_ir::layers::$Layer {})*
    };
}
pub(crate) use accepts;

/// Layers whose output has their one input's shape.
macro_rules! same_shape {
    ($($Layer:ident),*) => {
        $(impl<S: dfdx::prelude::Shape> crate::Accepts<(S,), (), S> for formwork_ir::layers::$Layer {})*
    };
}
pub(crate) use same_shape;

/// Layers that take two to twelve inputs of one rank and batch.
macro_rules! many {
    ($Layer:ident: $First:ident $($Next:ident)*) => {
        $crate::layers::many!(@ $Layer: [$First] $($Next)*);
    };
    (@ $Layer:ident: [$($S:ident)*]) => {};
    (@ $Layer:ident: [$($S:ident)*] $Next:ident $($Rest:ident)*) => {
        impl<O, $($S: $crate::layers::Alike<O>,)* $Next: $crate::layers::Alike<O>>
            $crate::Accepts<($($S,)* $Next,), (), O> for formwork_ir::layers::$Layer {}
        $crate::layers::many!(@ $Layer: [$($S)* $Next] $($Rest)*);
    };
}
pub(crate) use many;

/// The input of a layer that takes one.
pub(crate) fn one<D: Backend, T: Tape<f32, D>>(inputs: Vec<Var<D, T>>) -> Result<Var<D, T>, Error> {
    let [input] = all(inputs)?;
    Ok(input)
}

/// The inputs of a layer that takes `N`.
pub(crate) fn all<D: Backend, T: Tape<f32, D>, const N: usize>(
    inputs: Vec<Var<D, T>>,
) -> Result<[Var<D, T>; N], Error> {
    let found = inputs.len();
    inputs.try_into().map_err(|_| Error::shape(format!("{N} inputs"), format!("{found}")))
}
