use dfdx::prelude::Tape;
use formwork_ir::layers::Dense;

use super::accepts::accepts;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Var};

accepts!(Dense:
    <B, C, U> (B, C), ((C, U),) => (B, U);
    <B, C, U> (B, C), ((C, U), (U,)) => (B, U);
    <B, A1, C, U> (B, A1, C), ((C, U),) => (B, A1, U);
    <B, A1, C, U> (B, A1, C), ((C, U), (U,)) => (B, A1, U);
    <B, A1, A2, C, U> (B, A1, A2, C), ((C, U),) => (B, A1, A2, U);
    <B, A1, A2, C, U> (B, A1, A2, C), ((C, U), (U,)) => (B, A1, A2, U);
    <B, A1, A2, A3, C, U> (B, A1, A2, A3, C), ((C, U),) => (B, A1, A2, A3, U);
    <B, A1, A2, A3, C, U> (B, A1, A2, A3, C), ((C, U), (U,)) => (B, A1, A2, A3, U);
    <B, A1, A2, A3, A4, C, U> (B, A1, A2, A3, A4, C), ((C, U),) => (B, A1, A2, A3, A4, U);
    <B, A1, A2, A3, A4, C, U> (B, A1, A2, A3, A4, C), ((C, U), (U,)) => (B, A1, A2, A3, A4, U);
);

impl Kernel for Dense {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let units = params[0].channels();
        let mut dims = x.dims().to_vec();
        if let Some(channels) = dims.last_mut() {
            *channels = units;
        }
        let kernel = params[0].clone().rows(units)?;
        x.matmul(kernel, &dims)?.affine(None, params.get(1).map(Var::taped))
    }
}
