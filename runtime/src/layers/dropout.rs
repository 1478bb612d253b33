//! Layers that disturb values while a model trains.

use dfdx::prelude::{Tape, TryAdd, TryMul};
use formwork_ir::NoiseShape;
use formwork_ir::layers::{
    AlphaDropout, Dropout, GaussianDropout, GaussianNoise, SpatialDropout2d,
};

use super::accepts::same_shape;
use super::{Kernel, one};
use crate::random::Random;
use crate::{Backend, Context, Error, Merge, Var};

same_shape!(Dropout, SpatialDropout2d, AlphaDropout, GaussianNoise, GaussianDropout);

/// `Layer: |layer, x| output;` implements [`Kernel`] by what happens in training.
macro_rules! in_training {
    ($($Layer:ident: |$cx:ident, $layer:ident, $x:ident| $output:expr;)*) => {
        $(
            impl Kernel for $Layer {
                fn forward<D: Backend, T: Tape<f32, D>>(
                    &self,
                    $cx: &mut Context<D>,
                    inputs: Vec<Var<D, T>>,
                    _: &[Var<D>],
                ) -> Result<Var<D, T>, Error> {
                    let ($layer, $x) = (self, one(inputs)?);
                    if $cx.is_training() { $output } else { Ok($x) }
                }
            }
        )*
    };
}

in_training! {
    Dropout: |cx, layer, x| {
        let mask = kept(cx, &x, layer.rate, &layer.noise_shape)?;
        scaled(x, mask.map(|mask| mask.try_mul((1.0 / (1.0 - layer.rate)) as f32))?)
    };
    SpatialDropout2d: |cx, layer, x| {
        let noise_shape = NoiseShape(vec![None, Some(1), Some(1), None]);
        let mask = kept(cx, &x, layer.rate, &Some(noise_shape))?;
        scaled(x, mask.map(|mask| mask.try_mul((1.0 / (1.0 - layer.rate)) as f32))?)
    };
    AlphaDropout: |cx, layer, x| {
        // Where -λ · α of `selu` ends.
        let low = -1.758_099_340_847_376_6;
        let rate = layer.rate;
        let a = ((1.0 - rate) * (1.0 + rate * low * low)).powf(-0.5);
        let b = -a * low * rate;
        let kept = kept(cx, &x, rate, &layer.noise_shape)?;
        // a · low + b where a value is dropped, b where it is kept.
        let dropped = kept.clone().map(|kept| {
            kept.try_mul((-a * low) as f32)?.try_add((a * low + b) as f32)
        })?;
        let dropped = dropped.broadcast(x.dims())?;
        let kept = kept.map(|kept| kept.try_mul(a as f32))?;
        scaled(x, kept)?.merge(Merge::Add, dropped.taped())
    };
    GaussianNoise: |cx, layer, x| {
        let noise = draw(cx, x.device(), x.dims(), |random| layer.stddev * random.normal())?;
        x.merge(Merge::Add, noise.taped())
    };
    GaussianDropout: |cx, layer, x| {
        let deviation = (layer.rate / (1.0 - layer.rate)).sqrt();
        let noise = draw(cx, x.device(), x.dims(), |random| 1.0 + deviation * random.normal())?;
        scaled(x, noise)
    };
}

/// 1 for the values to keep, 0 for those to drop, with 1 in the place of shared sizes.
fn kept<D: Backend, T: Tape<f32, D>>(
    cx: &mut Context<D>,
    x: &Var<D, T>,
    rate: f64,
    noise_shape: &Option<NoiseShape>,
) -> Result<Var<D>, Error> {
    let mut dims = x.dims().to_vec();
    if let Some(NoiseShape(noise)) = noise_shape {
        dims.iter_mut().zip(noise).for_each(|(n, noise)| *n = noise.unwrap_or(*n));
    }
    draw(cx, x.device(), &dims, |random| f64::from(u8::from(random.uniform() >= rate)))
}

fn scaled<D: Backend, T: Tape<f32, D>>(x: Var<D, T>, by: Var<D>) -> Result<Var<D, T>, Error> {
    x.merge(Merge::Multiply, by.taped())
}

/// A tensor of values drawn on the host, from a generator that the run seeds.
fn draw<D: Backend>(
    cx: &mut Context<D>,
    device: &D,
    dims: &[usize],
    mut draw: impl FnMut(&mut Random) -> f64,
) -> Result<Var<D>, Error> {
    let mut random = Random::new(cx.draw_seed(device));
    let values = (0..dims.iter().product()).map(|_| draw(&mut random) as f32).collect();
    Var::from_vec(device, values, dims)
}
