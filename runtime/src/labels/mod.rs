//! What a model should answer: the other half of what a loss or a metric compares.
//!
//! - [`Classes`] says a class for each place of the output: one a picture for a classifier, one a
//!   pixel for a segmentation. Some places may have none: their label is declared void.
//! - A tensor of the output's own shape says a number for each of its values: one-hot classes,
//!   masks, or what a regression should answer.
//! - [`Weighted`] says of either how much each place, or each sample, counts.
//!
//! Shapes and the number of classes are checked against the output's type while the crate builds;
//! sizes that only run time knows, when the loss is computed.
//!
//! ```
//! use formwork::labels::{Classes, Weighted};
//! use formwork::prelude::*;
//!
//! // Two pictures of 2×2 pixels, three classes; 255 is no class.
//! let shape = (2, Const::<2>, Const::<2>);
//! let pixels = [0u8, 1, 2, 255, 1, 1, 0, 0];
//! let labels: Classes<_, 3> = Classes::with_void(shape, pixels, 255)?;
//! // The second picture counts twice.
//! let labels = Weighted::new(labels, (2,), [1.0, 2.0])?;
//! # let _ = labels;
//!
//! let error = Classes::<_, 3>::new(shape, pixels).unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "label [0, 1, 1] is 255, expected a class below 3; if 255 is no class, say so: \
//!      `Classes::with_void`"
//! );
//! # Ok::<(), formwork::Error>(())
//! ```

mod classes;
mod dense;
mod fits;
mod truth;
mod weighted;

pub use classes::Classes;
pub use fits::{ClassCount, ClassWeights, MaskCount, Output, PerPlace, SameShape, SameSize};
pub use truth::Truth;
pub use weighted::Weighted;

use crate::{Backend, Error};

/// Labels of an output of shape `O`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not labels of an output {O}",
    label = "not labels of that output",
    note = "labels are `Classes` (a class for each place), a tensor of the output's shape, or \
            either of them `Weighted`"
)]
pub trait Labels<D: Backend, O> {
    /// The labels as losses and metrics read them, for an output of sizes `dims`.
    ///
    /// # Errors
    /// If the sizes of the labels are others, or the batch is empty.
    fn truth(&self, dims: &[usize]) -> Result<Truth<D>, Error>;
}

/// Labels that say which channel of an output of shape `O` should win: [`Classes`], as many as
/// there are channels, or a one-hot tensor.
#[diagnostic::on_unimplemented(
    message = "`{Self}` do not say which channel of an output {O} should win",
    label = "not such labels",
    note = "they are `Classes` (a class for each place, as many classes as the output has \
            channels), a one-hot tensor of the output's shape, or either of them `Weighted`"
)]
pub trait CategoricalLabels<D: Backend, O>: Labels<D, O> {}

/// [`Classes`], as many as an output of shape `O` has channels.
#[diagnostic::on_unimplemented(
    message = "sparse labels are needed, a class for each place of an output {O}, but `{Self}` \
               are given",
    label = "not sparse labels",
    note = "sparse labels are `Classes`, or those `Weighted`",
    note = "one-hot labels, a tensor of the output's shape, go to `CategoricalCrossentropy`"
)]
pub trait SparseLabels<D: Backend, O>: CategoricalLabels<D, O> {}

/// A number for each value of an output of shape `O`: a tensor of that shape.
#[diagnostic::on_unimplemented(
    message = "a label is needed for each value of an output {O}, but `{Self}` are given",
    label = "not a tensor of the output's shape",
    note = "one-hot labels and those of a regression are a `Tensor` of the output's shape, or \
            that `Weighted`",
    note = "sparse labels, `Classes`, go to `SparseCategoricalCrossentropy`"
)]
pub trait DenseLabels<D: Backend, O>: Labels<D, O> {}
