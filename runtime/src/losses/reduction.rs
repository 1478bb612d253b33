use dfdx::prelude::{Axis, Rank0, ReshapeTo, SumTo, Tape, Tensor, TryMul};

use crate::{Backend, Error, Var, Vector};

/// How the losses of all places, each times its weight, become one number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Reduction {
    /// Their sum divided by how many places count: Keras' default. Weights scale the loss.
    #[default]
    SumOverBatchSize,
    /// Their sum divided by the sum of the weights: PyTorch's weighted mean, Keras'
    /// `mean_with_sample_weight`.
    MeanWithSampleWeight,
    /// Their sum.
    Sum,
}

impl Reduction {
    /// Losses, of which `valid` count, each times its weight, as one number. If none counts, or
    /// all weigh 0 where weights are divided by, that is 0.
    pub(super) fn reduce<D: Backend, T: Tape<f32, D>>(
        self,
        losses: Var<D, T>,
        weights: Option<Vec<f32>>,
        valid: usize,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error> {
        let divisor = match (self, &weights) {
            (Reduction::Sum, _) => 1.0,
            (Reduction::MeanWithSampleWeight, Some(weights)) => {
                weights.iter().map(|&weight| f64::from(weight)).sum()
            }
            _ => valid as f64,
        };
        let factor = if divisor > 0.0 { divisor.recip() as f32 } else { 0.0 };
        let losses = match weights {
            Some(weights) => {
                let weights = Var::from_vec(losses.device(), weights, losses.dims())?;
                losses.map(|losses| losses.try_mul(weights.into_values()))?
            }
            None => losses,
        };
        let axes: Vec<_> = (0..losses.dims().len()).collect();
        let total: Vector<D, T> = sum(losses, &axes)?.into_values();
        let total = total.try_sum::<Rank0, _>().and_then(|total| total.try_mul(factor));
        total.map_err(Error::device)
    }
}

/// The sum over some axes, which are removed, the last first: each value is added to few others,
/// so that millions add up in 32 bits.
pub(super) fn sum<D: Backend, T: Tape<f32, D>>(
    x: Var<D, T>,
    axes: &[usize],
) -> Result<Var<D, T>, Error> {
    let mut x = x;
    for axis in (0..x.dims().len()).rev().filter(|axis| axes.contains(axis)) {
        let (before, rest) = x.dims().split_at(axis);
        let dims = [before, &rest[1..]].concat();
        let (before, n, after) = (before.iter().product(), rest[0], rest[1..].iter().product());
        let rows = x
            .into_values()
            .try_reshape_like(&(before, n, after))
            .and_then(|x: Tensor<(usize, usize, usize), f32, D, T>| x.try_sum::<_, Axis<1>>());
        x = Var::from_rows(rows.map_err(Error::device)?, &dims)?;
    }
    Ok(x)
}
