use std::marker::PhantomData;

use dfdx::prelude::{TryAdd, TryMul, TrySub};

use super::{EPSILON, Reduction, loss};
use crate::arguments::arguments;
use crate::head::{Logits, Sigmoids};
use crate::labels::Truth;
use crate::{Backend, Error, Vector};

/// Cross-entropy of each value by itself: `-y · log p - (1 - y) · log(1 - p)`, the mean over all
/// values.
///
/// Of logits `p` is their sigmoid: `max(x, 0) - x · y + log(1 + e^-|x|)`, which never overflows.
/// Probabilities are clipped to `1e-7 ..= 1 - 1e-7`, as Keras does. Labels are a tensor of the
/// output's shape, or for an output of one channel [`Classes`](crate::labels::Classes) of two.
#[derive(Clone, Debug)]
pub struct BinaryCrossentropy<F = Logits> {
    form: PhantomData<F>,
    label_smoothing: f32,
    class_weight: Option<[f32; 2]>,
    ignore_class: Option<u32>,
    reduction: Reduction,
}

/// Cross-entropy of each value by itself that counts little where the model is sure already:
/// `(1 - p')^γ` times [`BinaryCrossentropy`], where `p'` is the probability of what is right, the
/// mean over all values (Lin et al., *Focal Loss for Dense Object Detection*, 2017).
///
/// Of logits, the logarithm is computed in a form that never overflows, where Keras clips `p` to
/// `1e-7 ..= 1 - 1e-7`.
#[derive(Clone, Debug)]
pub struct BinaryFocalCrossentropy<F = Logits> {
    form: PhantomData<F>,
    apply_class_balancing: bool,
    alpha: f32,
    gamma: f32,
    label_smoothing: f32,
    class_weight: Option<[f32; 2]>,
    ignore_class: Option<u32>,
    reduction: Reduction,
}

macro_rules! binary {
    ($Loss:ident { $($field:ident: $default:expr),* }) => {
        impl $Loss<Logits> {
            /// Of a model that ends in a linear layer: the loss has the sigmoid.
            pub fn from_logits() -> Self {
                Self::new()
            }
        }

        impl $Loss<Sigmoids> {
            /// Of a model that ends in a sigmoid.
            pub fn from_probabilities() -> Self {
                Self::new()
            }
        }

        impl<F> $Loss<F> {
            fn new() -> Self {
                $Loss {
                    form: PhantomData,
                    $($field: $default,)*
                    label_smoothing: 0.0,
                    class_weight: None,
                    ignore_class: None,
                    reduction: Reduction::default(),
                }
            }

            arguments! {
                /// Compares with `y · (1 - label_smoothing) + label_smoothing / 2` (default 0).
                label_smoothing: f32;
                /// How much a value counts that should be 0, and one that should be 1.
                class_weight: [f32; 2] = |weights| Some(weights);
                /// Leaves out the places whose label is this class, besides those that are void.
                ignore_class: u32 = |class| Some(class);
                /// How the losses of all values become one.
                reduction: Reduction;
            }

            /// The labels of the values on the device.
            fn labels<D: Backend>(&self, truth: &Truth<D>, device: &D) -> Result<Vector<D>, Error> {
                let smoothing = self.label_smoothing;
                let labels = truth.to_var(device)?.map(|labels| match smoothing {
                    0.0 => Ok(labels),
                    _ => labels.try_mul(1.0 - smoothing)?.try_add(0.5 * smoothing),
                });
                Ok(labels?.into_values())
            }

            /// The weight of each value, if any counts less than another.
            fn weights<D: Backend>(&self, truth: &Truth<D>) -> Option<Vec<f32>> {
                let weights = truth.weights_of_values();
                let Some([zero, one]) = self.class_weight else { return weights };
                let of_class = truth.to_vec().into_iter().map(|y| zero + (one - zero) * y);
                Some(match weights {
                    Some(weights) => of_class.zip(weights).map(|(a, b)| a * b).collect(),
                    None => of_class.collect(),
                })
            }
        }
    };
}

binary!(BinaryCrossentropy {});
binary!(BinaryFocalCrossentropy { apply_class_balancing: false, alpha: 0.25, gamma: 2.0 });

impl<F> BinaryFocalCrossentropy<F> {
    arguments! {
        /// Whether `alpha` is used (default `false`).
        apply_class_balancing: bool;
        /// How much a value counts that should be 1; one that should be 0 counts `1 - alpha`
        /// (default 0.25).
        alpha: f32;
        /// How little what is sure counts (default 2; 0 is the cross-entropy).
        gamma: f32;
    }
}

loss!(
    "binary_crossentropy",
    BinaryCrossentropy<F>, [F: BinaryForm], Labels,
    |loss, output, truth| {
        let truth = truth.ignoring(loss.ignore_class)?;
        let labels = loss.labels(&truth, output.device())?;
        let losses = output.map(|x| F::crossentropy(x, labels))?;
        loss.reduction.reduce_values(losses, loss.weights(&truth), truth.valid())
    }
);

loss!(
    "binary_focal_crossentropy",
    BinaryFocalCrossentropy<F>, [F: BinaryForm], Labels,
    |loss, output, truth| {
        let truth = truth.ignoring(loss.ignore_class)?;
        let labels = loss.labels(&truth, output.device())?;
        let losses = output.map(|x| {
            let again = x.retaped::<T>();
            let mut losses = F::crossentropy(x, labels.clone())?;
            if loss.gamma != 0.0 {
                // 1 - p' is y + (1 - 2y) · p, kept above 0, where a power below 1 has no slope.
                let sign = labels.clone().try_mul(-2.0)?.try_add(1.0)?;
                let wrong = F::probabilities(again)?.try_mul(sign)?.try_add(labels.clone())?;
                let factor = wrong.try_clamp(EPSILON, 1.0)?.try_powf(loss.gamma)?;
                losses = losses.try_mul(factor)?;
            }
            if loss.apply_class_balancing {
                // 1 - α + (2α - 1) · y
                let balance = labels.try_mul(2.0 * loss.alpha - 1.0)?.try_sub(loss.alpha - 1.0)?;
                losses = losses.try_mul(balance)?;
            }
            Ok(losses)
        })?;
        loss.reduction.reduce_values(losses, loss.weights(&truth), truth.valid())
    }
);
