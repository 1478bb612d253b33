//! Tensors as labels.

use dfdx::prelude::{Shape, Tensor};

use super::{CategoricalLabels, DenseLabels, Labels, Output, SameShape, Truth};
use crate::{Backend, Error, Var};

impl<D, O, S> Labels<D, O> for Tensor<S, f32, D>
where
    D: Backend,
    O: Output,
    S: Shape<Concrete: Shape<Concrete = S::Concrete>> + SameShape<O>,
{
    fn truth(&self, dims: &[usize]) -> Result<Truth<D>, Error> {
        Truth::dense(Var::from_tensor(self.clone())?, dims)
    }
}

impl<D, O, S> CategoricalLabels<D, O> for Tensor<S, f32, D>
where
    D: Backend,
    O: Output,
    S: Shape<Concrete: Shape<Concrete = S::Concrete>> + SameShape<O>,
{
}

impl<D, O, S> DenseLabels<D, O> for Tensor<S, f32, D>
where
    D: Backend,
    O: Output,
    S: Shape<Concrete: Shape<Concrete = S::Concrete>> + SameShape<O>,
{
}
