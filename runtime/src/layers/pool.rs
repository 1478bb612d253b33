use dfdx::prelude::Tape;
use formwork_ir::layers::{AvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d, MaxPool2d};
use formwork_ir::window::{Window, resolve};

use super::accepts::accepts;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Table, Var};

accepts!(MaxPool2d: <B, H, W, C, H2, W2> (B, H, W, C), () => (B, H2, W2, C););
accepts!(AvgPool2d: <B, H, W, C, H2, W2> (B, H, W, C), () => (B, H2, W2, C););
accepts!(GlobalMaxPool2d:
    <B, H, W, C> (B, H, W, C), () => (B, C);
    <B, H, W, C, One> (B, H, W, C), () => (B, One, One, C);
);
accepts!(GlobalAvgPool2d:
    <B, H, W, C> (B, H, W, C), () => (B, C);
    <B, H, W, C, One> (B, H, W, C), () => (B, One, One, C);
);

impl Kernel for MaxPool2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let windows = Window::pair(self.size, self.stride.unwrap_or(self.size), [1, 1]);
        let pads = resolve(&windows, [h, w], self.padding, self.ceil_mode);
        let (table, [oh, ow]) = Table::windows([h, w], windows, pads);
        x.gather_max(channels, &table, &[batch, oh, ow, channels])
    }
}

impl Kernel for AvgPool2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let windows = Window::pair(self.size, self.stride.unwrap_or(self.size), [1, 1]);
        let own = resolve(&windows, [h, w], self.padding, false);
        let pads = resolve(&windows, [h, w], self.padding, self.ceil_mode);
        let (table, [oh, ow]) = Table::windows([h, w], windows, pads);
        // Cells of the window at output `o` of an axis that count.
        let cells = |axis: usize, o: usize| {
            let Window { kernel, stride, .. } = windows[axis];
            let [before, after] = own[axis];
            let n = [h, w][axis];
            let (from, to) = match self.count_include_pad {
                true => (0, before + n + after),
                false => (before, before + n),
            };
            (o * stride + kernel).min(to) - (o * stride).max(from)
        };
        let rows = (0..oh).flat_map(|y| (0..ow).map(move |x| (y, x)));
        let weights = rows.flat_map(|(y, x)| {
            let weight = 1.0 / (cells(0, y) * cells(1, x)) as f32;
            std::iter::repeat_n(weight, table.taps())
        });
        let weights: Vec<_> = weights.collect();
        x.gather_sum(channels, &table, &weights, &[batch, oh, ow, channels])
    }
}

impl Kernel for GlobalMaxPool2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        x.gather_max(channels, &Table::all(h * w), &pooled(batch, channels, self.keepdims))
    }
}

impl Kernel for GlobalAvgPool2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let weights = vec![1.0 / (h * w) as f32; h * w];
        let dims = pooled(batch, channels, self.keepdims);
        x.gather_sum(channels, &Table::all(h * w), &weights, &dims)
    }
}

fn pooled(batch: usize, channels: usize, keepdims: bool) -> Vec<usize> {
    if keepdims { vec![batch, 1, 1, channels] } else { vec![batch, channels] }
}
