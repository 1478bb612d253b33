//! What the values that a model answers mean, so that a loss or a metric that wants something else
//! is refused while the crate builds.
//!
//! The compiler follows the values of a model from layer to layer and says of each output what it
//! is: [`Answers::Head`].

/// Any numbers: the model ends in a convolution, a dense layer or a sum.
#[derive(Clone, Copy, Debug)]
pub struct Logits;

/// Numbers from 0 to 1 that add up to 1 over the channels, the last axis: the model ends in
/// `softmax`.
#[derive(Clone, Copy, Debug)]
pub struct Probabilities;

/// Numbers from 0 to 1, each by itself: the model ends in `sigmoid`.
#[derive(Clone, Copy, Debug)]
pub struct Sigmoids;

/// Logarithms of [`Probabilities`]: the model ends in `log_softmax`.
#[derive(Clone, Copy, Debug)]
pub struct LogProbabilities;

/// Anything else: what ends in `relu` is not negative, what ends in `tanh` lies in -1..=1.
#[derive(Clone, Copy, Debug)]
pub struct Values;

/// What a model answers; implemented by `model!`.
///
/// ```
/// use formwork::head::{Answers, Logits, Probabilities};
/// use formwork::prelude::*;
///
/// model! {
///     struct Digits(image: [_, 28, 28, 1]) -> [_, 10] {
///         image.flatten().dense(10)
///     }
///
///     struct Sure(image: [_, 28, 28, 1]) -> ([_, 10], [_, 10]) {
///         let digits: [_, 10] = image.apply::<Digits>();
///         (digits.softmax(), digits)
///     }
/// }
///
/// fn answers<M: Answers<Head = H>, H>() {}
/// answers::<Digits, Logits>();
/// answers::<Sure, (Probabilities, Logits)>();
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is no model", label = "declared by no `model!`")]
pub trait Answers {
    /// What the output is: one of the types of this module; a tuple of them for several outputs.
    type Head;
}
