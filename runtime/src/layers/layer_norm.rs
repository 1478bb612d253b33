use dfdx::prelude::{Shape, Tape};
use formwork_ir::layers::LayerNorm;

use super::accepts::Ends;
use super::{Kernel, one};
use crate::{Accepts, Backend, Context, Error, Var};

impl<S: Shape + Ends<P>, P> Accepts<(S,), (P,), S> for LayerNorm {}
impl<S: Shape + Ends<P>, P> Accepts<(S,), (P, P), S> for LayerNorm {}
impl<S: Shape> Accepts<(S,), (), S> for LayerNorm {}

impl Kernel for LayerNorm {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let dims = x.dims().to_vec();
        let first = dims.len().saturating_sub(self.axis.0.len());
        let n = dims[first..].iter().product();
        let rows = x.len() / n;
        let (y, ..) = x.normalize([rows, 1, 1, n], self.epsilon)?;
        let vectors = params.iter().map(|param| param.taped().reshape(&[n]));
        let mut vectors = vectors.collect::<Result<Vec<_>, _>>()?.into_iter();
        let gamma = if self.scale { vectors.next() } else { None };
        y.reshape(&[rows, n])?.affine(gamma, vectors.next())?.reshape(&dims)
    }
}
