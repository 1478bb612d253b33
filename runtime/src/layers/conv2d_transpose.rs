use dfdx::prelude::{Axes2, PermuteTo, Tape, TryMatMul};
use formwork_ir::layers::Conv2dTranspose;

use super::accepts::accepts;
use super::{Kernel, one};
use crate::var::show;
use crate::{Backend, Context, Error, Table, Var};

accepts!(Conv2dTranspose:
    <B, H, W, C, KH, KW, F, H2, W2>
        (B, H, W, C), ((KH, KW, F, C),) => (B, H2, W2, F);
    <B, H, W, C, KH, KW, F, H2, W2>
        (B, H, W, C), ((KH, KW, F, C), (F,)) => (B, H2, W2, F);
);

impl Kernel for Conv2dTranspose {
    /// Each input pixel times the kernel, in one product of matrices; then each output pixel is
    /// the sum of the kernel positions that fall on it.
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let [Some(down), Some(across)] = self.geometry([h, w]) else {
            return Err(Error::shape("an output", show(x.dims())));
        };
        let axes = [down, across];
        // The input position that reaches output `o` through kernel position `k`, if any.
        let from = |axis: usize, o: usize, k: usize| {
            let natural = o.checked_add_signed(axes[axis].crop[0])?;
            let step = natural.checked_sub(k * self.dilation[axis])?;
            let i = step / self.stride[axis];
            (step.is_multiple_of(self.stride[axis]) && i < [h, w][axis]).then_some(i)
        };
        let [kh, kw] = self.kernel;
        let taps = kh * kw;
        let mut index = Vec::with_capacity(down.outputs * across.outputs * taps);
        for y in 0..down.outputs {
            for x in 0..across.outputs {
                for k in 0..taps {
                    let pixel = from(0, y, k / kw).zip(from(1, x, k % kw));
                    index.push(pixel.map_or(Table::PAD, |(y, x)| (y * w + x) * taps + k));
                }
            }
        }
        let filters = params[0].dims4()?[2];
        let kernel = params[0].clone().rows(channels)?;
        let kernel = kernel.try_permute::<_, Axes2<1, 0>>().map_err(Error::device)?;
        let products = x.rows(channels)?.try_matmul(kernel).map_err(Error::device)?;
        let products = Var::from_rows(products, &[batch, h * w * taps, filters])?;
        let ones = vec![1.0; index.len()];
        let table = Table::new(h * w * taps, taps, index);
        let dims = [batch, down.outputs, across.outputs, filters];
        let y = products.gather_sum(filters, &table, &ones, &dims)?;
        y.affine(None, params.get(1).map(Var::taped))
    }
}
