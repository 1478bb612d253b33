//! What training makes small: the losses of Keras 3, for classifiers `[batch, classes]` and for
//! every pixel of `[batch, height, width, classes]` alike, along the last axis.
//!
//! Arguments, defaults and numbers are Keras'. What it lacks: class weights for pixels, smoothing
//! and squares in [`Dice`], labels that are no class in every loss, and a check while the crate
//! builds that labels, class weights and the model's last layer fit the loss.
//!
//! ```
//! use formwork::labels::Classes;
//! use formwork::losses::{Dice, Loss, SparseCategoricalCrossentropy};
//! use formwork::prelude::*;
//!
//! let device = Cpu::default();
//! let logits: Tensor<(usize, Const<2>, Const<2>, Const<3>), f32, _> =
//!     device.zeros_like(&(1, Const, Const, Const));
//! let labels: Classes<_, 3> = Classes::with_void((1, Const::<2>, Const::<2>), [0, 1, 2, 255], 255)?;
//!
//! let loss = SparseCategoricalCrossentropy::from_logits().class_weight([0.5, 1.0, 1.5])
//!     + 0.5 * Dice::from_logits().axis([1, 2]).smooth(1.0);
//! let gradients = loss.loss(logits.leaky_trace(), &labels)?.backward();
//! assert_eq!(gradients.get(&logits).as_vec()[9..], [0.0; 3]); // the void pixel teaches nothing
//! # Ok::<(), formwork::Error>(())
//! ```
//!
//! Places that labels declare void, and those of an `ignore_class`, are left out: of sums, and of
//! the count that sums are divided by. Where nothing is left, the loss is 0 and so are its
//! gradients.

mod binary;
mod combine;
mod crossentropy;
mod divergence;
mod focal;
mod form;
mod heads;
mod reduction;
mod region;
mod regression;
mod sums;

pub use binary::{BinaryCrossentropy, BinaryFocalCrossentropy};
pub use combine::{AnyHead, Scaled, Sum};
pub use crossentropy::{CategoricalCrossentropy, SparseCategoricalCrossentropy};
pub use divergence::{KLDivergence, Poisson};
pub use focal::CategoricalFocalCrossentropy;
pub use form::{BinaryForm, CategoricalForm};
pub use heads::Expects;
pub use reduction::Reduction;
pub use region::{Dice, Tversky};
pub use regression::{Huber, LogCosh, MeanAbsoluteError, MeanSquaredError};

use dfdx::prelude::{Rank0, Shape, Tensor};

use crate::{Backend, Error, Record};

/// Keras' ε: what keeps logarithms and quotients finite.
const EPSILON: f32 = 1e-7;

/// A number that says how far outputs of shape `O` are from what the labels `Y` say.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no loss of an output {O} and labels `{Y}`",
    label = "not a loss of that output and these labels",
    note = "a loss is one of `formwork::losses`, a sum `a + 0.5 * b` of them, or a type that \
            implements `Loss`"
)]
pub trait Loss<D: Backend, O: Shape, Y> {
    /// The loss of a batch, a scalar on the tape of the output.
    ///
    /// # Errors
    /// If sizes that only run time knows differ between output and labels, the batch is empty, or
    /// the device fails.
    fn loss<T: Record<D>>(
        &self,
        output: Tensor<O, f32, D, T>,
        labels: &Y,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error>;
}

/// Implements [`Loss`] by what becomes of the output, a [`Var`](crate::Var), and the labels'
/// [`Truth`](crate::labels::Truth).
macro_rules! loss {
    ($name:literal, $Loss:ty, [$($F:ident $(: $Bound:ident)?),*], $Labels:ident $(, $W:ident)?,
     |$loss:ident, $output:ident, $truth:ident| $value:expr) => {
        impl<D, O, Y, $($F,)* $($W)?> $crate::losses::Loss<D, O, Y> for $Loss
        where
            D: $crate::Backend,
            O: $crate::labels::Output,
            Y: $crate::labels::$Labels<D, O>,
            $($($F: $crate::losses::$Bound,)?)*
            $($W: $crate::labels::ClassWeights<O::Channels>,)?
        {
            fn loss<T: $crate::Record<D>>(
                &self,
                output: dfdx::prelude::Tensor<O, f32, D, T>,
                labels: &Y,
            ) -> Result<dfdx::prelude::Tensor<dfdx::prelude::Rank0, f32, D, T>, $crate::Error> {
                let run = || {
                    let $output = $crate::Var::from_tensor(output)?;
                    let $truth = labels.truth($output.dims())?;
                    let $loss = self;
                    $value
                };
                run().map_err(|error: $crate::Error| error.within($name))
            }
        }
    };
}
use loss;
