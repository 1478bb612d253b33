//! Sums over regions of an output.

use dfdx::prelude::{Rank0, Tape, Tensor, TryMul};

use super::Reduction;
use super::reduction::sum;
use crate::labels::Truth;
use crate::{Backend, Error, Var};

/// What is summed: all values that differ only along some axes are a region.
pub(super) struct Regions<'a, D: Backend> {
    truth: &'a Truth<D>,
    axes: Vec<usize>,
}

impl<'a, D: Backend> Regions<'a, D> {
    pub(super) fn new(truth: &'a Truth<D>, axes: Option<&[isize]>) -> Result<Self, Error> {
        let rank = truth.dims().len();
        let Some(axes) = axes else {
            return Ok(Regions { truth, axes: (0..rank).collect() });
        };
        let index = |&axis: &isize| {
            let index = if axis < 0 { axis.checked_add_unsigned(rank) } else { Some(axis) };
            let index = index.and_then(|index| usize::try_from(index).ok());
            let index = index.filter(|&index| index < rank);
            index.ok_or_else(|| Error::shape(format!("an axis below {rank}"), axis))
        };
        Ok(Regions { truth, axes: axes.iter().map(index).collect::<Result<_, _>>()? })
    }

    /// The labels, and the weight of each value if any counts less than another.
    pub(super) fn labels(&self, device: &D) -> Result<(Var<D>, Option<Var<D>>), Error> {
        let labels = self.truth.to_var(device)?;
        let weights = self.truth.weights_of_values();
        let weights = weights.map(|weights| Var::from_vec(device, weights, labels.dims()));
        Ok((labels, weights.transpose()?))
    }

    /// The weighted sum over each region.
    pub(super) fn sum<T: Tape<f32, D>>(
        &self,
        x: Var<D, T>,
        weights: &Option<Var<D>>,
    ) -> Result<Var<D, T>, Error> {
        let x = match weights {
            Some(weights) => times(x, weights.clone())?,
            None => x,
        };
        sum(x, &self.axes)
    }

    /// The losses of all regions as one number. Regions in which no place counts are left out.
    pub(super) fn reduce<T: Tape<f32, D>>(
        &self,
        losses: Var<D, T>,
        class_weights: Option<&[f32]>,
        reduction: Reduction,
    ) -> Result<Tensor<Rank0, f32, D, T>, Error> {
        let class_weights = self.truth.class_weights(class_weights)?;
        let channels_left = !self.axes.contains(&(self.truth.dims().len() - 1));
        if class_weights.is_some() && !channels_left {
            let expected = "an `axis` that leaves the channels, since classes have weights";
            return Err(Error::shape(expected, format!("the axes {:?}", self.axes)));
        }
        let total = |values: Vec<f32>| {
            let values = Var::from_vec(losses.device(), values, self.truth.dims())?;
            Ok::<_, Error>(sum(values, &self.axes)?.into_values().as_vec())
        };
        let mut valid = losses.len();
        let mut weights = match self.truth.weights_of_values() {
            None => class_weights.map(|_| vec![1.0; losses.len()]),
            Some(weights) => {
                let counts = total(self.truth.validity_of_values())?;
                valid = counts.iter().filter(|count| **count > 0.0).count();
                let mean = |(weight, count): (f32, &f32)| weight / count.max(1.0);
                Some(total(weights)?.into_iter().zip(&counts).map(mean).collect())
            }
        };
        if let (Some(weights), Some(of_class)) = (&mut weights, class_weights) {
            for (weight, of_class) in weights.iter_mut().zip(of_class.iter().cycle()) {
                *weight *= of_class;
            }
        }
        reduction.reduce(losses, weights, valid)
    }
}

/// Value by value.
pub(super) fn times<D: Backend, T: Tape<f32, D>>(
    x: Var<D, T>,
    y: Var<D>,
) -> Result<Var<D, T>, Error> {
    x.map(|x| x.try_mul(y.into_values()))
}
