//! Convolutions of each channel by itself.

use dfdx::prelude::Tape;
use formwork_ir::layers::{DepthwiseConv2d, SeparableConv2d};
use formwork_ir::window::{Window, resolve};

use super::accepts::accepts;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Table, Var};

accepts!(DepthwiseConv2d:
    <B, H, W, C, KH, KW, M, H2, W2, F>
        (B, H, W, C), ((KH, KW, C, M),) => (B, H2, W2, F);
    <B, H, W, C, KH, KW, M, H2, W2, F>
        (B, H, W, C), ((KH, KW, C, M), (F,)) => (B, H2, W2, F);
);
accepts!(SeparableConv2d:
    <B, H, W, C, KH, KW, M, One, N, H2, W2, F>
        (B, H, W, C), ((KH, KW, C, M), (One, One, N, F)) => (B, H2, W2, F);
    <B, H, W, C, KH, KW, M, One, N, H2, W2, F>
        (B, H, W, C), ((KH, KW, C, M), (One, One, N, F), (F,)) => (B, H2, W2, F);
);

impl Kernel for DepthwiseConv2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [_, h, w, _] = x.dims4()?;
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        let pads = resolve(&windows, [h, w], self.padding, false);
        depthwise(x, &params[0], windows, pads)?.affine(None, params.get(1).map(Var::taped))
    }
}

impl Kernel for SeparableConv2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        params: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [_, h, w, _] = x.dims4()?;
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        let pads = resolve(&windows, [h, w], self.padding, false);
        let between = depthwise(x, &params[0], windows, pads)?;
        let [batch, oh, ow, _] = between.dims4()?;
        let filters = params[1].channels();
        let pointwise = params[1].clone().rows(filters)?;
        let y = between.matmul(pointwise, &[batch, oh, ow, filters])?;
        y.affine(None, params.get(2).map(Var::taped))
    }
}

/// Each channel under its own kernels; `kernel` is `[taps, channels · multiplier]`.
pub(super) fn depthwise<D: Backend, T: Tape<f32, D>>(
    x: Var<D, T>,
    kernel: &Var<D>,
    windows: [Window; 2],
    pads: [[usize; 2]; 2],
) -> Result<Var<D, T>, Error> {
    let [batch, h, w, channels] = x.dims4()?;
    let n = kernel.len() / (windows[0].kernel * windows[1].kernel);
    let multiplier = n / channels;
    let x = x.reshape(&[batch, h * w, channels, 1])?;
    let x = x.broadcast(&[batch, h * w, channels, multiplier])?;
    let (table, [oh, ow]) = Table::windows([h, w], windows, pads);
    let y = D::depthwise(x.rows(n)?, kernel.clone().rows(n)?, &table).map_err(Error::device)?;
    Var::from_rows(y, &[batch, oh, ow, n])
}
