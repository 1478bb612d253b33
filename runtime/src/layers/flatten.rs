use dfdx::prelude::Tape;
use formwork_ir::layers::Flatten;

use super::{Kernel, accepts, one};
use crate::{Backend, Context, Error, Var};

accepts!(Flatten:
    <B, A, N> (B, A), () => (B, N);
    <B, A1, A2, N> (B, A1, A2), () => (B, N);
    <B, A1, A2, A3, N> (B, A1, A2, A3), () => (B, N);
    <B, A1, A2, A3, A4, N> (B, A1, A2, A3, A4), () => (B, N);
    <B, A1, A2, A3, A4, A5, N> (B, A1, A2, A3, A4, A5), () => (B, N);
);

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
