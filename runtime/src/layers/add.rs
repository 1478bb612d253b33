use dfdx::prelude::Tape;
use formwork_ir::layers::Add;

use super::{Kernel, many};
use crate::{Backend, Context, Error, Merge, Var};

many!(Add: S1 S2 S3 S4 S5 S6 S7 S8 S9 S10 S11 S12);

impl Kernel for Add {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        fold(Merge::Add, inputs)
    }
}

/// `op` between all inputs, from the first on.
pub(super) fn fold<D: Backend, T: Tape<f32, D>>(
    op: Merge,
    inputs: Vec<Var<D, T>>,
) -> Result<Var<D, T>, Error> {
    let mut inputs = inputs.into_iter();
    let first = inputs.next().ok_or_else(|| Error::shape("inputs", "none"))?;
    inputs.try_fold(first, |all, input| all.merge(op, input))
}
