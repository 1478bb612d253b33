//! Which outputs a loss takes: what rustc checks of a loss and a model's last layer.

use crate::head::{LogProbabilities, Logits, Probabilities, Sigmoids, Values};

/// Says of a loss that it takes the output of a model whose `Answers::Head` is `Head`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not take what the model answers, {Head}",
    label = "not a loss for such a model",
    note = "`AnyHead(loss)` takes the loss for any model: for one whose values are in range for a \
            reason that its last layer does not tell"
)]
pub trait Expects<Head> {}

/// What a loss built `from_logits()` that tells classes apart takes.
#[diagnostic::on_unimplemented(
    message = "the loss is built `from_logits()`, but the model answers {Self}",
    label = "this model's outputs are not logits",
    note = "a model that ends in `softmax` wants the loss `from_probabilities()`; better leave \
            the `softmax` off the model's end: the loss has it, in a form that never overflows",
    note = "`AnyHead(loss)` is taken for any model: its outputs are in range, whatever its last layer is"
)]
pub trait CategoricalLogits {}
impl CategoricalLogits for Logits {}
impl CategoricalLogits for LogProbabilities {}

/// What a loss built `from_probabilities()` that tells classes apart takes.
#[diagnostic::on_unimplemented(
    message = "the loss is built `from_probabilities()`, but the model answers {Self}",
    label = "this model's outputs do not add up to 1 over the channels",
    note = "a model that ends in a linear layer wants the loss `from_logits()`; or end the model \
            in `softmax()`",
    note = "`AnyHead(loss)` is taken for any model: its outputs are in range, whatever its last layer is"
)]
pub trait CategoricalProbabilities {}
impl CategoricalProbabilities for Probabilities {}

/// What a binary loss built `from_logits()` takes.
#[diagnostic::on_unimplemented(
    message = "the loss is built `from_logits()`, but the model answers {Self}",
    label = "this model's outputs are not logits",
    note = "a model that ends in `sigmoid` wants the loss `from_probabilities()`; better leave \
            the `sigmoid` off the model's end: the loss has it, in a form that never overflows",
    note = "`AnyHead(loss)` is taken for any model: its outputs are in range, whatever its last layer is"
)]
pub trait BinaryLogits {}
impl BinaryLogits for Logits {}

/// What a binary loss built `from_probabilities()` takes.
#[diagnostic::on_unimplemented(
    message = "the loss is built `from_probabilities()`, but the model answers {Self}",
    label = "this model's outputs are not probabilities, each by itself",
    note = "a model that ends in a linear layer wants the loss `from_logits()`; one that ends in \
            `softmax` tells classes apart: `SparseCategoricalCrossentropy` or \
            `CategoricalCrossentropy`",
    note = "`AnyHead(loss)` is taken for any model: its outputs are in range, whatever its last layer is"
)]
pub trait BinaryProbabilities {}
impl BinaryProbabilities for Sigmoids {}

/// What a loss of regions built `from_probabilities()` takes: shares of the classes, or masks.
#[diagnostic::on_unimplemented(
    message = "the loss is built `from_probabilities()`, but the model answers {Self}",
    label = "this model's outputs are not probabilities",
    note = "a model that ends in a linear layer wants the loss `from_logits()`; or end the model \
            in `softmax()`, or, for masks, in `sigmoid()`",
    note = "`AnyHead(loss)` is taken for any model: its outputs are in range, whatever its last layer is"
)]
pub trait RegionProbabilities {}
impl RegionProbabilities for Probabilities {}
impl RegionProbabilities for Sigmoids {}

/// What a loss of probabilities or rates takes.
#[diagnostic::on_unimplemented(
    message = "the loss takes the logarithm of the output, but the model answers {Self}",
    label = "this model's outputs may be negative",
    note = "end the model in `softmax()`, `sigmoid()` or `softplus()`",
    note = "`AnyHead(loss)` is taken for any model: its outputs are in range, whatever its last layer is"
)]
pub trait Positive {}
impl Positive for Probabilities {}
impl Positive for Sigmoids {}
impl Positive for Values {}

/// The outputs that losses of the forms take.
macro_rules! expects {
    ($($Loss:ident<$($F:ty),* $(; $W:ident)?>: $Heads:ident;)*) => { $(
        impl<H: $Heads, $($W)?> Expects<H> for super::$Loss<$($F,)* $($W)?> {}
    )* };
}

expects! {
    SparseCategoricalCrossentropy<Logits; W>: CategoricalLogits;
    SparseCategoricalCrossentropy<Probabilities; W>: CategoricalProbabilities;
    CategoricalCrossentropy<Logits; W>: CategoricalLogits;
    CategoricalCrossentropy<Probabilities; W>: CategoricalProbabilities;
    CategoricalFocalCrossentropy<Logits; W>: CategoricalLogits;
    CategoricalFocalCrossentropy<Probabilities; W>: CategoricalProbabilities;
    BinaryCrossentropy<Logits>: BinaryLogits;
    BinaryCrossentropy<Sigmoids>: BinaryProbabilities;
    BinaryFocalCrossentropy<Logits>: BinaryLogits;
    BinaryFocalCrossentropy<Sigmoids>: BinaryProbabilities;
    Dice<Logits; W>: CategoricalLogits;
    Dice<Probabilities; W>: RegionProbabilities;
    Tversky<Logits; W>: CategoricalLogits;
    Tversky<Probabilities; W>: RegionProbabilities;
    KLDivergence<>: CategoricalProbabilities;
    Poisson<>: Positive;
}

/// A regression compares any numbers.
macro_rules! expects_any {
    ($($Loss:ident)*) => { $(impl<H> Expects<H> for super::$Loss {})* };
}
expects_any!(MeanSquaredError MeanAbsoluteError Huber LogCosh);
