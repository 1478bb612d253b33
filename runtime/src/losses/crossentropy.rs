use std::marker::PhantomData;

use dfdx::prelude::{Axis, SumTo, Tape, TryAdd, TryMul};

use super::{CategoricalForm, Reduction, loss};
use crate::arguments::arguments;
use crate::head::{Logits, Probabilities};
use crate::labels::Truth;
use crate::{Backend, Error, Var, Vector};

/// Cross-entropy with sparse labels, [`Classes`](crate::labels::Classes): `-log p` of the class
/// that each place should be, the mean over all places.
///
/// Of logits `p` is their softmax, in a form that never overflows. Probabilities are divided by
/// their sum and clipped to `1e-7 ..= 1 - 1e-7`, as Keras does.
#[derive(Clone, Debug)]
pub struct SparseCategoricalCrossentropy<F = Logits, W = ()> {
    form: PhantomData<F>,
    class_weight: W,
    ignore_class: Option<u32>,
    reduction: Reduction,
}

/// Cross-entropy with one-hot labels, a tensor of the output's shape: `-Σ y · log p` over the
/// channels, the mean over all places.
///
/// Of logits `p` is their softmax, in a form that never overflows. Probabilities are divided by
/// their sum and clipped to `1e-7 ..= 1 - 1e-7`, as Keras does.
#[derive(Clone, Debug)]
pub struct CategoricalCrossentropy<F = Logits, W = ()> {
    form: PhantomData<F>,
    class_weight: W,
    label_smoothing: f32,
    reduction: Reduction,
}

/// The two forms of a loss that tells classes apart, and its class weights.
macro_rules! forms {
    ($Loss:ident { $($field:ident: $default:expr),* }) => {
        impl $crate::losses::$Loss<Logits> {
            /// Of a model that ends in a linear layer: the loss has the softmax.
            pub fn from_logits() -> Self {
                Self::new()
            }
        }

        impl $crate::losses::$Loss<Probabilities> {
            /// Of a model that ends in a softmax.
            pub fn from_probabilities() -> Self {
                Self::new()
            }
        }

        impl<F> $crate::losses::$Loss<F> {
            fn new() -> Self {
                Self { form: PhantomData, class_weight: (), $($field: $default),* }
            }

            /// How much each class counts: a weight for each channel.
            pub fn class_weight<const C: usize>(
                self,
                weights: [f32; C],
            ) -> $crate::losses::$Loss<F, [f32; C]> {
                let Self { form, class_weight: (), $($field),* } = self;
                $crate::losses::$Loss { form, class_weight: weights, $($field),* }
            }
        }
    };
}
pub(super) use forms;

forms!(SparseCategoricalCrossentropy { ignore_class: None, reduction: Reduction::default() });
forms!(CategoricalCrossentropy { label_smoothing: 0.0, reduction: Reduction::default() });

impl<F, W> SparseCategoricalCrossentropy<F, W> {
    arguments! {
        /// Leaves out the places whose label is this class, besides those that are void.
        ignore_class: u32 = |class| Some(class);
        /// How the losses of all places become one.
        reduction: Reduction;
    }
}

impl<F, W> CategoricalCrossentropy<F, W> {
    arguments! {
        /// Compares with `y · (1 - label_smoothing) + label_smoothing / channels` (default 0).
        label_smoothing: f32;
        /// How the losses of all places become one.
        reduction: Reduction;
    }
}

loss!(
    "sparse_categorical_crossentropy",
    SparseCategoricalCrossentropy<F, W>, [F: CategoricalForm], SparseLabels, W,
    |loss, output, truth| {
        let truth = truth.ignoring(loss.ignore_class)?.of_all_channels()?;
        let labels = truth.to_var(output.device())?;
        let losses = crossentropy::<F, _, _>(output, labels)?;
        loss.reduction.reduce(losses, truth.weights(loss.class_weight.weights())?, truth.valid())
    }
);

loss!(
    "categorical_crossentropy",
    CategoricalCrossentropy<F, W>, [F: CategoricalForm], DenseLabels, W,
    |loss, output, truth| {
        let labels = smooth(&truth, output.device(), loss.label_smoothing)?;
        let losses = crossentropy::<F, _, _>(output, labels)?;
        loss.reduction.reduce(losses, truth.weights(loss.class_weight.weights())?, truth.valid())
    }
);

/// `-Σ y · log p` of each place.
fn crossentropy<F: CategoricalForm, D: Backend, T: Tape<f32, D>>(
    output: Var<D, T>,
    labels: Var<D>,
) -> Result<Var<D, T>, Error> {
    let (dims, channels) = (output.dims().to_vec(), output.channels());
    let labels = labels.rows(channels)?;
    let losses = F::logarithms(output.rows(channels)?).and_then(|logarithms| {
        let losses: Vector<D, T> = logarithms.try_mul(labels)?.try_sum::<_, Axis<1>>()?;
        losses.try_negate()
    });
    Var::new(losses.map_err(Error::device)?, &dims[..dims.len() - 1])
}

/// The labels mixed with all classes alike.
pub(super) fn smooth<D: Backend>(
    truth: &Truth<D>,
    device: &D,
    smoothing: f32,
) -> Result<Var<D>, Error> {
    let labels = truth.to_var(device)?;
    if smoothing == 0.0 {
        return Ok(labels);
    }
    let even = smoothing / truth.channels() as f32;
    labels.map(|labels| labels.try_mul(1.0 - smoothing)?.try_add(even))
}
