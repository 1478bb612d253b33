use dfdx::prelude::Tape;
use formwork_ir::Axes;
use formwork_ir::layers::{ReduceMax, ReduceMean, ReduceSum};

use super::accepts::same_batch;
use super::{Kernel, axis, one};
use crate::{Backend, Context, Error, Table, Var};

same_batch!(ReduceMax, ReduceMean, ReduceSum);

/// `Layer: |x, n, table, dims| output;` implements [`Kernel`] by what the taps become.
macro_rules! reduce {
    ($($Layer:ident: |$x:ident, $n:ident, $table:ident, $dims:ident| $output:expr;)*) => {
        $(
            impl Kernel for $Layer {
                fn forward<D: Backend, T: Tape<f32, D>>(
                    &self,
                    _: &mut Context<D>,
                    inputs: Vec<Var<D, T>>,
                    _: &[Var<D>],
                ) -> Result<Var<D, T>, Error> {
                    let $x = one(inputs)?;
                    let ($n, $table, $dims) = plan(&$x, &self.axis, self.keepdims)?;
                    $output
                }
            }
        )*
    };
}

reduce! {
    ReduceMax: |x, n, table, dims| x.gather_max(n, &table, &dims);
    ReduceSum: |x, n, table, dims| {
        let ones = vec![1.0; table.index().len()];
        x.gather_sum(n, &table, &ones, &dims)
    };
    ReduceMean: |x, n, table, dims| {
        let weights = vec![1.0 / table.taps() as f32; table.index().len()];
        x.gather_sum(n, &table, &weights, &dims)
    };
}

/// Length of the rows, which of them go into each output, and the sizes of the output.
fn plan<D: Backend, T: Tape<f32, D>>(
    x: &Var<D, T>,
    axes: &Axes,
    keepdims: bool,
) -> Result<(usize, Table, Vec<usize>), Error> {
    let axes = axes.0.iter().map(|&a| axis(a, x)).collect::<Result<Vec<_>, _>>()?;
    let sample: Vec<_> = axes.iter().map(|axis| axis - 1).collect();
    let (n, table) = Table::reduce(&x.dims()[1..], &sample);
    let sizes = x.dims().iter().enumerate();
    let dims = match keepdims {
        true => sizes.map(|(axis, &n)| if axes.contains(&axis) { 1 } else { n }).collect(),
        false => sizes.filter(|(axis, _)| !axes.contains(axis)).map(|(_, &n)| n).collect(),
    };
    Ok((n, table, dims))
}
