//! Which outputs a loss takes: what rustc checks of a loss and a model's last layer.

use dfdx::prelude::{Axis, BroadcastTo, HasShape, SumTo, Tape, TryAdd, TryDiv, TryMul};

use super::EPSILON;
use crate::head::{LogProbabilities, Logits, Probabilities, Sigmoids, Values};
use crate::{Backend, Error, Matrix, Var, Vector};

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

/// How the channels of a place become probabilities of its classes: [`Logits`] through a softmax,
/// [`Probabilities`] as they are.
pub trait CategoricalForm {
    /// The logarithms of the probabilities, from rows of channels.
    #[doc(hidden)]
    fn logarithms<D: Backend, T: Tape<f32, D>>(x: Matrix<D, T>) -> Result<Matrix<D, T>, D::Err>;

    /// The probabilities; of a single channel that of the second of two classes.
    #[doc(hidden)]
    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Var<D, T>) -> Result<Var<D, T>, Error>;
}

impl CategoricalForm for Logits {
    fn logarithms<D: Backend, T: Tape<f32, D>>(x: Matrix<D, T>) -> Result<Matrix<D, T>, D::Err> {
        x.try_log_softmax::<Axis<1>>()
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Var<D, T>) -> Result<Var<D, T>, Error> {
        let (dims, channels) = (x.dims().to_vec(), x.channels());
        let rows = x.rows(channels)?;
        let rows = match channels {
            1 => rows.try_sigmoid(),
            _ => rows.try_softmax::<Axis<1>>(),
        };
        Var::from_rows(rows.map_err(Error::device)?, &dims)
    }
}

impl CategoricalForm for Probabilities {
    fn logarithms<D: Backend, T: Tape<f32, D>>(x: Matrix<D, T>) -> Result<Matrix<D, T>, D::Err> {
        let shape = *x.shape();
        let sum: Vector<D, T> = x.retaped::<T>().try_sum::<_, Axis<1>>()?;
        let shares = x.try_div(sum.try_broadcast_like::<_, Axis<1>>(&shape)?)?;
        shares.try_clamp(EPSILON, 1.0 - EPSILON)?.try_ln()
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Var<D, T>) -> Result<Var<D, T>, Error> {
        Ok(x)
    }
}

/// How a value becomes a probability by itself: [`Logits`] through a sigmoid, [`Sigmoids`] as they
/// are.
pub trait BinaryForm {
    /// The cross-entropy of each value with its label.
    #[doc(hidden)]
    fn crossentropy<D: Backend, T: Tape<f32, D>>(
        x: Vector<D, T>,
        labels: Vector<D>,
    ) -> Result<Vector<D, T>, D::Err>;

    /// The probabilities.
    #[doc(hidden)]
    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err>;
}

impl BinaryForm for Logits {
    fn crossentropy<D: Backend, T: Tape<f32, D>>(
        x: Vector<D, T>,
        labels: Vector<D>,
    ) -> Result<Vector<D, T>, D::Err> {
        x.try_bce_with_logits(labels)
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err> {
        x.try_sigmoid()
    }
}

impl BinaryForm for Sigmoids {
    fn crossentropy<D: Backend, T: Tape<f32, D>>(
        x: Vector<D, T>,
        labels: Vector<D>,
    ) -> Result<Vector<D, T>, D::Err> {
        let p = x.try_clamp(EPSILON, 1.0 - EPSILON)?;
        let other = p.retaped::<T>().try_negate()?.try_add(1.0)?.try_ln()?;
        let other = other.try_mul(labels.clone().try_negate()?.try_add(1.0)?)?;
        p.try_ln()?.try_mul(labels)?.try_add(other)?.try_negate()
    }

    fn probabilities<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err> {
        Ok(x)
    }
}
