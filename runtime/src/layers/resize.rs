use dfdx::prelude::Tape;
use formwork_ir::Interpolation;
use formwork_ir::layers::{Resize2d, Upsample2d};
use formwork_ir::resample::source;

use super::accepts::accepts;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Table, Var};

accepts!(Upsample2d: <B, H, W, C, H2, W2> (B, H, W, C), () => (B, H2, W2, C););
accepts!(Resize2d: <B, H, W, C, H2, W2> (B, H, W, C), () => (B, H2, W2, C););

impl Kernel for Upsample2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [_, h, w, _] = x.dims4()?;
        let size = [h * self.size[0], w * self.size[1]];
        resize(x, size, self.interpolation, self.align_corners)
    }
}

impl Kernel for Resize2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let size = self.size.known().ok_or_else(|| Error::shape("numbers", "symbols"))?;
        resize(one(inputs)?, size, self.interpolation, self.align_corners)
    }
}

fn resize<D: Backend, T: Tape<f32, D>>(
    x: Var<D, T>,
    size: [usize; 2],
    how: Interpolation,
    align_corners: bool,
) -> Result<Var<D, T>, Error> {
    let [batch, h, w, channels] = x.dims4()?;
    let dims = [batch, size[0], size[1], channels];
    let sources = |axis: usize| {
        let inputs = [h, w][axis];
        (0..size[axis])
            .map(|o| source(o, inputs, size[axis], how, align_corners))
            .collect::<Vec<_>>()
    };
    let (rows, columns) = (sources(0), sources(1));
    let pixels = rows.iter().flat_map(|y| columns.iter().map(move |x| (y, x)));
    if how == Interpolation::Nearest {
        let table = Table::pick(h * w, pixels.map(|(y, x)| y.low * w + x.low).collect());
        return x.gather(channels, &table, 0.0, &dims);
    }
    let taps = pixels.flat_map(|(y, x)| {
        let down = [(y.low, 1.0 - y.weight), (y.high, y.weight)];
        let across = [(x.low, 1.0 - x.weight), (x.high, x.weight)];
        down.map(|(y, a)| across.map(|(x, b)| (y * w + x, (a * b) as f32)))
    });
    let (index, weights): (Vec<_>, Vec<_>) = taps.flatten().unzip();
    x.gather_sum(channels, &Table::new(h * w, 4, index), &weights, &dims)
}
