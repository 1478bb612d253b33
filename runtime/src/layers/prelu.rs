use dfdx::prelude::{Shape, Tape};
use formwork_ir::layers::Prelu;

use super::accepts::Sample;
use super::activation::negative;
use super::{Kernel, one};
use crate::{Accepts, Backend, Context, Error, Merge, Var};

impl<S: Shape, A: Sample<S>> Accepts<(S,), (A,), S> for Prelu {}

impl Kernel for Prelu {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let dims: Vec<_> = [1].iter().chain(params[0].dims()).copied().collect();
        let alpha = params[0].taped().reshape(&dims)?.broadcast(x.dims())?;
        let below = x.again().map(|x| negative(&x))?.merge(Merge::Multiply, alpha)?;
        x.map(|x| x.try_relu())?.merge(Merge::Add, below)
    }
}
