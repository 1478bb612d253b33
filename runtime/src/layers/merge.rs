//! Layers that make one tensor of several.

use dfdx::prelude::{Tape, TryMul};
use formwork_ir::layers::{Add, Average, Concat, Maximum, Minimum, Multiply, Subtract};

use super::accepts::many;
use super::{Kernel, axis};
use crate::{Backend, Context, Error, Merge, Var};

/// `Layer: |inputs| output;` implements [`Kernel`].
macro_rules! merge {
    ($($Layer:ident: |$inputs:ident| $output:expr;)*) => {
        $(
            many!($Layer);
            impl Kernel for $Layer {
                fn forward<D: Backend, T: Tape<f32, D>>(
                    &self,
                    _: &mut Context<D>,
                    $inputs: Vec<Var<D, T>>,
                    _: &[Var<D>],
                ) -> Result<Var<D, T>, Error> {
                    $output
                }
            }
        )*
    };
}

merge! {
    Add: |inputs| fold(Merge::Add, inputs);
    Subtract: |inputs| fold(Merge::Subtract, inputs);
    Multiply: |inputs| fold(Merge::Multiply, inputs);
    Maximum: |inputs| fold(Merge::Maximum, inputs);
    Minimum: |inputs| fold(Merge::Minimum, inputs);
    Average: |inputs| {
        let share = 1.0 / inputs.len() as f32;
        fold(Merge::Add, inputs)?.map(|sum| sum.try_mul(share))
    };
}

/// `op` between all inputs, from the first on.
fn fold<D: Backend, T: Tape<f32, D>>(
    op: Merge,
    inputs: Vec<Var<D, T>>,
) -> Result<Var<D, T>, Error> {
    let merged = inputs.into_iter().map(Ok).reduce(|all, input| all?.merge(op, input?));
    merged.unwrap_or_else(|| Err(Error::shape("inputs", "none")))
}

many!(Concat);

impl Kernel for Concat {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let axis = axis(self.axis, &inputs[0])?;
        let mut dims = inputs[0].dims().to_vec();
        dims[axis] = inputs.iter().map(|input| input.dims()[axis]).sum();
        let rows = |input: Var<D, T>| {
            let n = input.dims()[axis..].iter().product();
            input.rows(n)
        };
        let parts = inputs.into_iter().map(rows).collect::<Result<_, _>>()?;
        Var::from_rows(D::concat(parts).map_err(Error::device)?, &dims)
    }
}
