use dfdx::prelude::Tape;
use formwork_ir::layers::Relu;

use super::{Kernel, one, same_shape};
use crate::{Backend, Context, Error, Var};

same_shape!(Relu);

impl Kernel for Relu {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        one(inputs)?.map(|x| x.try_relu())
    }
}
