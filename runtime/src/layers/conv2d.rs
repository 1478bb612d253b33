use dfdx::prelude::{ReshapeTo, Tape, TryMatMul};
use formwork_ir::layers::Conv2d;
use formwork_ir::window::{Window, resolve};

use super::accepts::accepts;
use super::depthwise_conv2d::depthwise;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Table, Var};

accepts!(Conv2d:
    <B, H, W, C, KH, KW, CG, F, H2, W2>
        (B, H, W, C), ((KH, KW, CG, F),) => (B, H2, W2, F);
    <B, H, W, C, KH, KW, CG, F, H2, W2>
        (B, H, W, C), ((KH, KW, CG, F), (F,)) => (B, H2, W2, F);
);

impl Kernel for Conv2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        let pads = resolve(&windows, [h, w], self.padding, false);
        let (kernel, bias) = (params[0].clone(), params.get(1).map(Var::taped));
        let filters = kernel.channels();
        if self.groups > 1 && self.groups == channels {
            return depthwise(x, &kernel, windows, pads)?.affine(None, bias);
        }
        let (table, [oh, ow]) = Table::windows([h, w], windows, pads);
        let y = if self.groups == 1 {
            let rows = batch * oh * ow;
            let patches = x.gather(channels, &table, 0.0, &[rows, table.taps() * channels])?;
            patches.matmul(kernel.rows(filters)?, &[rows, filters])?
        } else {
            grouped(x, kernel.taped(), &table, self.groups)?
        };
        y.reshape(&[batch, oh, ow, filters])?.affine(None, bias)
    }
}

/// A convolution of each group of channels by itself: one product of the matrices
/// `[groups, pixels, taps · channels]` and `[groups, taps · channels, filters]`.
fn grouped<D: Backend, T: Tape<f32, D>>(
    x: Var<D, T>,
    kernel: Var<D, T>,
    table: &Table,
    groups: usize,
) -> Result<Var<D, T>, Error> {
    let (channels, filters) = (x.channels() / groups, kernel.channels() / groups);
    let patch = table.taps() * channels;
    let pixels = x.len() / (table.sources() * channels * groups) * table.rows();
    let dims = [pixels, table.taps(), groups, channels];
    let patches = x.gather(channels * groups, table, 0.0, &dims)?;
    let patches = patches.permute(&[2, 0, 1, 3])?.into_values();
    let kernel = kernel.reshape(&[patch, groups, filters])?.permute(&[1, 0, 2])?.into_values();
    let product = (|| {
        let patches = patches.try_reshape_like(&(groups, pixels, patch))?;
        patches
            .try_matmul(kernel.try_reshape_like(&(groups, patch, filters))?)?
            .try_reshape_like(&(groups * pixels * filters,))
    })();
    let product = Var::new(product.map_err(Error::device)?, &[groups, pixels, filters])?;
    product.permute(&[1, 0, 2])
}
