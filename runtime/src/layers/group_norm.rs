use dfdx::prelude::{Shape, Tape};
use formwork_ir::layers::GroupNorm;

use super::accepts::channels_last;
use super::{Kernel, one};
use crate::{Accepts, Backend, Context, Error, Var};

channels_last!(GroupNorm: ((C,),), ((C,), (C,)));
impl<S: Shape> Accepts<(S,), (), S> for GroupNorm {}

impl Kernel for GroupNorm {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let (batch, channels) = (x.dims()[0], x.channels());
        let pixels = x.len() / (batch * channels);
        let view = [batch, pixels, self.groups, channels / self.groups];
        let (y, ..) = x.normalize(view, self.epsilon)?;
        let mut vectors = params.iter().map(Var::taped);
        let gamma = if self.scale { vectors.next() } else { None };
        y.affine(gamma, vectors.next())
    }
}
