//! Layers that move the pixels of an image.

use dfdx::prelude::Tape;
use formwork_ir::layers::{Crop2d, DepthToSpace, SpaceToDepth, ZeroPad2d};
use formwork_ir::window::Window;

use super::accepts::accepts;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Table, Var};

accepts!(ZeroPad2d: <B, H, W, C, H2, W2> (B, H, W, C), () => (B, H2, W2, C););
accepts!(Crop2d: <B, H, W, C, H2, W2> (B, H, W, C), () => (B, H2, W2, C););
accepts!(DepthToSpace: <B, H, W, C, H2, W2, C2> (B, H, W, C), () => (B, H2, W2, C2););
accepts!(SpaceToDepth: <B, H, W, C, H2, W2, C2> (B, H, W, C), () => (B, H2, W2, C2););

impl Kernel for ZeroPad2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let pixel = Window::pair([1, 1], [1, 1], [1, 1]);
        let (table, [oh, ow]) = Table::windows([h, w], pixel, self.padding);
        x.gather(channels, &table, 0.0, &[batch, oh, ow, channels])
    }
}

impl Kernel for Crop2d {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [_, h, w, channels] = x.dims4()?;
        let [[top, bottom], [left, right]] = self.cropping;
        let dims = [h - top - bottom, w - left - right, channels];
        x.strided((top * w + left) * channels, &dims, &[w * channels, channels, 1])
    }
}

impl Kernel for DepthToSpace {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let block = self.block_size;
        let filters = channels / (block * block);
        let strides = [w * channels, block * filters, channels, filters, 1];
        x.strided(0, &[h, block, w, block, filters], &strides)?.reshape(&[
            batch,
            h * block,
            w * block,
            filters,
        ])
    }
}

impl Kernel for SpaceToDepth {
    fn forward<D: Backend, T: Tape<f32, D>>(
        &self,
        _: &mut Context<D>,
        inputs: Vec<Var<D, T>>,
        _: &[Var<D>],
    ) -> Result<Var<D, T>, Error> {
        let x = one(inputs)?;
        let [batch, h, w, channels] = x.dims4()?;
        let block = self.block_size;
        let (oh, ow) = (h / block, w / block);
        let strides = [block * w * channels, block * channels, w * channels, channels, 1];
        x.strided(0, &[oh, ow, block, block, channels], &strides)?.reshape(&[
            batch,
            oh,
            ow,
            block * block * channels,
        ])
    }
}
