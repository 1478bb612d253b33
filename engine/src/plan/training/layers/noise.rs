//! What is drawn anew for each run: values that are dropped, and noise.

use formwork_ir::NoiseShape;
use formwork_ir::layers::{
    AlphaDropout, Dropout, GaussianDropout, GaussianNoise, SpatialDropout2d,
};

use super::super::super::layout::Spot;
use super::super::super::net::Layer;
use super::super::builder::{Builder, Unit};
use super::super::outside::Draw;
use super::Learn;
use crate::kernels::Function;
use crate::kernels::function::Map;
use crate::kernels::merge::Operator;

/// The sizes of a mask, 1 where it is the same along an axis.
fn sizes_of(sizes: &[usize], noise_shape: &Option<NoiseShape>) -> Vec<usize> {
    let mut mask = sizes.to_vec();
    if let Some(NoiseShape(noise)) = noise_shape {
        mask.iter_mut().zip(noise).for_each(|(n, noise)| *n = noise.unwrap_or(*n));
    }
    mask
}

/// A mask, given at each run.
fn mask(at: &mut Builder, draw: Draw, sizes: &[usize]) -> Spot {
    let index = at.outside.mask(draw, sizes);
    at.given(index, sizes)
}

/// Makes a layer's output of its input and a tensor that may be 1 along some axes.
fn merge(at: &mut Builder, layer: &Layer, operator: Operator, by: (Spot, &[usize])) {
    let (x, sizes) = (at.spot(layer.inputs[0]), at.sizes(layer.output));
    at.merge_of(operator, [(x, sizes), by], at.spot(layer.output), sizes);
}

/// `Layer: |layer| draw, |layer| noise shape`: layers that multiply.
macro_rules! factors {
    ($($Layer:ident: |$layer:ident| $draw:expr, |$shaped:pat_param| $noise_shape:expr;)*) => {$(
        impl Learn for $Layer {
            fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
                let $shaped = self;
                let of = sizes_of(at.sizes(unit.layer.output), &$noise_shape);
                let $layer = self;
                let factors = mask(at, $draw, &of);
                merge(at, &unit.layer, Operator::Multiply, (factors, &of));
                vec![factors]
            }

            fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
                let $shaped = self;
                scaled(at, unit, &$noise_shape, saved[0], dy);
            }
        }
    )*};
}

factors! {
    Dropout: |layer| kept(layer.rate), |layer| layer.noise_shape;
    SpatialDropout2d: |layer| kept(layer.rate),
        |_| Some(NoiseShape(vec![None, Some(1), Some(1), None]));
    GaussianDropout: |layer| {
        Draw::Normal { mean: 1.0, deviation: (layer.rate / (1.0 - layer.rate)).sqrt() }
    }, |_| None;
}

/// What is not dropped is as much larger.
fn kept(rate: f64) -> Draw {
    Draw::Kept { rate, value: (1.0 / (1.0 - rate)) as f32 }
}

fn scaled(
    at: &mut Builder,
    unit: &Unit,
    noise_shape: &Option<NoiseShape>,
    factors: Spot,
    dy: Spot,
) {
    let input = unit.layer.inputs[0];
    if at.wants(input) {
        let sizes = at.sizes(input);
        let dx = at.products((dy, sizes), (factors, &sizes_of(sizes, noise_shape)), sizes);
        at.give(input, dx);
    }
}

impl Learn for GaussianNoise {
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let of = at.sizes(unit.layer.output);
        let noise = mask(at, Draw::Normal { mean: 0.0, deviation: self.stddev }, of);
        merge(at, &unit.layer, Operator::Add, (noise, of));
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        at.give(unit.layer.inputs[0], dy);
    }
}

/// What is kept is multiplied with a factor and shifted, what is dropped becomes one number.
impl Learn for AlphaDropout {
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let Unit { layer, .. } = unit;
        // Where -λ · α of `selu` ends.
        let low = -1.758_099_340_847_376_6;
        let a = ((1.0 - self.rate) * (1.0 + self.rate * low * low)).powf(-0.5);
        let b = -a * low * self.rate;
        let of = sizes_of(at.sizes(layer.output), &self.noise_shape);
        let kept = mask(at, Draw::Kept { rate: self.rate, value: 1.0 }, &of);
        let mut map = |scale: f64, offset: f64| {
            let function = Function::Affine { scale: scale as f32, offset: offset as f32 };
            let (to, kernel) = (at.fresh(&of), Map::new(at.choice.isa, function, &of));
            at.step(Box::new(kernel), vec![kept], to, &of, 0);
            to
        };
        let (factors, shifts) = (map(a, 0.0), map(-a * low, a * low + b));
        let sizes = at.sizes(layer.output);
        let product = at.products((at.spot(layer.inputs[0]), sizes), (factors, &of), sizes);
        let pair = [(product, sizes), (shifts, &*of)];
        at.merge_of(Operator::Add, pair, at.spot(layer.output), sizes);
        vec![factors]
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
        scaled(at, unit, &self.noise_shape, saved[0], dy);
    }
}
