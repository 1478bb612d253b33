use dfdx::prelude::Shape;

use super::{CategoricalLabels, DenseLabels, Labels, Output, PerPlace, SparseLabels, Truth};
use crate::{Backend, Error};

/// Labels with a weight for each place, or for each sample: how much the loss there counts.
///
/// `S` is the shape of the weights: `(usize,)` for one a sample, the output's shape without the
/// channels for one a place. They are Keras' `sample_weight`.
#[derive(Clone, PartialEq, Debug)]
pub struct Weighted<Y, S> {
    labels: Y,
    shape: S,
    weights: Vec<f32>,
}

impl<Y, S: Shape> Weighted<Y, S> {
    /// Labels and their weights in row-major order.
    ///
    /// # Errors
    /// If there are more or fewer weights than the shape has places, or one is negative or not
    /// finite.
    pub fn new(labels: Y, shape: S, weights: impl IntoIterator<Item = f32>) -> Result<Self, Error> {
        let weights: Vec<_> = weights.into_iter().collect();
        if weights.len() != shape.num_elements() {
            let places = shape.concrete();
            let expected = format!("{} weights, as of {:?}", shape.num_elements(), places.as_ref());
            return Err(Error::shape(expected, weights.len()).within("weights"));
        }
        if let Some(weight) = weights.iter().find(|weight| !weight.is_finite() || **weight < 0.0) {
            let expected = "weights that are finite and not negative";
            return Err(Error::shape(expected, weight).within("weights"));
        }
        Ok(Weighted { labels, shape, weights })
    }

    /// The labels.
    pub fn labels(&self) -> &Y {
        &self.labels
    }

    /// The weights in row-major order.
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }
}

impl<D, O, Y, S> Labels<D, O> for Weighted<Y, S>
where
    D: Backend,
    O: Output,
    Y: Labels<D, O>,
    S: Shape + PerPlace<O::Places>,
{
    fn truth(&self, dims: &[usize]) -> Result<Truth<D>, Error> {
        self.labels.truth(dims)?.weighted(self.shape.concrete().as_ref(), &self.weights)
    }
}

/// Weighted labels are of the kind of the labels.
macro_rules! kinds {
    ($($Kind:ident)*) => { $(
        impl<D, O, Y, S> $Kind<D, O> for Weighted<Y, S>
        where
            D: Backend,
            O: Output,
            Y: $Kind<D, O>,
            S: Shape + PerPlace<O::Places>,
        {}
    )* };
}
kinds!(CategoricalLabels SparseLabels DenseLabels);
