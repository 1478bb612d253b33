use std::marker::PhantomData;

use dfdx::prelude::{Axis, SumTo, TryAdd, TryMul};

use super::crossentropy::{forms, smooth};
use super::{EPSILON, Reduction, loss};
use crate::arguments::arguments;
use crate::head::{Logits, Probabilities};
use crate::{Error, Var, Vector};

/// Cross-entropy that counts little where the model is sure already: `Σ α · (1 - p)^γ · (-y · log
/// p)` over the channels, the mean over all places (Lin et al., *Focal Loss for Dense Object
/// Detection*, 2017).
///
/// Of logits, `log p` is computed in a form that never overflows, where Keras clips `p` to at least
/// 1e-7.
#[derive(Clone, Debug)]
pub struct CategoricalFocalCrossentropy<F = Logits, W = ()> {
    form: PhantomData<F>,
    class_weight: W,
    alpha: f32,
    gamma: f32,
    label_smoothing: f32,
    ignore_class: Option<u32>,
    reduction: Reduction,
}

forms!(CategoricalFocalCrossentropy {
    alpha: 0.25,
    gamma: 2.0,
    label_smoothing: 0.0,
    ignore_class: None,
    reduction: Reduction::default()
});

impl<F, W> CategoricalFocalCrossentropy<F, W> {
    arguments! {
        /// What all of it is multiplied by (default 0.25).
        alpha: f32;
        /// How little what is sure counts (default 2; 0 is the cross-entropy).
        gamma: f32;
        /// Compares with `y · (1 - label_smoothing) + label_smoothing / channels` (default 0).
        label_smoothing: f32;
        /// Leaves out the places whose label is this class, besides those that are void.
        ignore_class: u32 = |class| Some(class);
        /// How the losses of all places become one.
        reduction: Reduction;
    }
}

loss!(
    "categorical_focal_crossentropy",
    CategoricalFocalCrossentropy<F, W>, [F: CategoricalForm], CategoricalLabels, W,
    |loss, output, truth| {
        let truth = truth.ignoring(loss.ignore_class)?.of_all_channels()?;
        let (dims, channels) = (output.dims().to_vec(), output.channels());
        let labels = smooth(&truth, output.device(), loss.label_smoothing)?.rows(channels)?;
        let rows = output.rows(channels)?;
        let losses = F::logarithms(rows).and_then(|logarithms| {
            let scaled = labels.try_mul(-loss.alpha)?;
            let terms = if loss.gamma == 0.0 {
                logarithms
            } else {
                // 1 - p is kept above 0, where a power below 1 has no slope.
                let unsure = logarithms.retaped::<T>().try_exp()?.try_negate()?.try_add(1.0)?;
                let factor = unsure.try_clamp(EPSILON, 1.0)?.try_powf(loss.gamma)?;
                logarithms.try_mul(factor)?
            };
            let losses: Vector<D, T> = terms.try_mul(scaled)?.try_sum::<_, Axis<1>>()?;
            Ok(losses)
        });
        let losses = Var::new(losses.map_err(Error::device)?, &dims[..dims.len() - 1])?;
        loss.reduction.reduce(losses, truth.weights(loss.class_weight.weights())?, truth.valid())
    }
);
