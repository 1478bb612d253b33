//! Layers that only arrange values anew.

use dfdx::prelude::Tape;
use formwork_ir::layers::{Flatten, Permute, Reshape, Slice, Split};

use super::accepts::{accepts, same_batch};
use super::{Kernel, axis, one};
use crate::backend::strides;
use crate::var::show;
use crate::{Backend, Context, Error, Var};

accepts!(Flatten:
    <B, A, N> (B, A), () => (B, N);
    <B, A1, A2, N> (B, A1, A2), () => (B, N);
    <B, A1, A2, A3, N> (B, A1, A2, A3), () => (B, N);
    <B, A1, A2, A3, A4, N> (B, A1, A2, A3, A4), () => (B, N);
    <B, A1, A2, A3, A4, A5, N> (B, A1, A2, A3, A4, A5), () => (B, N);
);
same_batch!(Reshape, Permute, Slice);

impl Kernel for Flatten {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let batch = x.dims()[0];
        let n = x.len() / batch;
        x.reshape(&[batch, n])
    }
}

impl Kernel for Reshape {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let batch = x.dims()[0];
        let sizes = self.shape.sizes(x.len() / batch);
        let sizes = sizes.ok_or_else(|| Error::shape(&self.shape, show(x.dims())))?;
        x.reshape(&[&[batch], sizes.as_slice()].concat())
    }
}

impl Kernel for Permute {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        one(inputs)?.permute(&[&[0], self.dims.as_slice()].concat())
    }
}

impl Kernel for Slice {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let axis = axis(self.axis, &x)?;
        let ends = self.ends(x.dims()[axis]);
        let [start, end] = ends.ok_or_else(|| Error::shape("a part", show(x.dims())))?;
        let mut dims = x.dims()[1..].to_vec();
        let strides = strides(&dims);
        dims[axis - 1] = end - start;
        x.strided(start * strides[axis - 1], &dims, &strides)
    }
}

/// In a graph its slices stand for it; its shape rule refuses every call before this one.
impl Kernel for Split {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        _: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        Err(Error::shape("the slices of a split", "a split"))
    }
}
