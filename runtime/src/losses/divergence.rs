use dfdx::prelude::{Axis, SumTo, TryAdd, TryMul, TrySub};

use super::{EPSILON, Reduction, loss};
use crate::arguments::arguments;
use crate::{Error, Var, Vector};

/// The divergence of Kullback and Leibler of probabilities from labels that are such: `Σ y · log(y
/// / p)` over the channels, the mean over all places. Both are clipped to at least 1e-7.
#[derive(Clone, Debug, Default)]
pub struct KLDivergence {
    reduction: Reduction,
}

/// How unlikely counts are if the outputs are their rates: `p - y · log(p + 1e-7)`, the mean over
/// all values.
#[derive(Clone, Debug, Default)]
pub struct Poisson {
    reduction: Reduction,
}

impl KLDivergence {
    /// Of a model that ends in a softmax.
    pub fn from_probabilities() -> Self {
        KLDivergence::default()
    }

    arguments! {
        /// How the losses of all places become one.
        reduction: Reduction;
    }
}

impl Poisson {
    /// The loss with Keras' defaults.
    pub fn new() -> Self {
        Poisson::default()
    }

    arguments! {
        /// How the losses of all values become one.
        reduction: Reduction;
    }
}

loss!("kl_divergence", KLDivergence, [], DenseLabels, |loss, output, truth| {
    let (dims, channels) = (output.dims().to_vec(), output.channels());
    let labels = truth.to_var(output.device())?.rows(channels)?;
    let rows = output.rows(channels)?;
    let run = || {
        let labels = labels.try_clamp(EPSILON, 1.0)?;
        let own = labels.clone().try_ln()?;
        let distance = rows.try_clamp(EPSILON, 1.0)?.try_ln()?.try_sub(own)?.try_negate()?;
        let losses: Vector<D, T> = distance.try_mul(labels)?.try_sum::<_, Axis<1>>()?;
        Ok(losses)
    };
    let losses =
        Var::new(run().map_err(|error: D::Err| Error::device(error))?, &dims[..dims.len() - 1])?;
    loss.reduction.reduce(losses, truth.weights(None)?, truth.valid())
});

loss!("poisson", Poisson, [], DenseLabels, |loss, output, truth| {
    let labels = truth.to_var(output.device())?.into_values();
    let losses = output.map(|x| {
        let likely = x.retaped::<T>().try_add(EPSILON)?.try_ln()?.try_mul(labels)?;
        x.try_sub(likely)
    })?;
    loss.reduction.reduce_values(losses, truth.weights_of_values(), truth.valid())
});
