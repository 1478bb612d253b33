//! How layers are trained: what each does with a batch, and what it makes of what the loss says of
//! its output.

use formwork_ir::layers;
use formwork_ir::{Interpolation, NoiseShape, Op};

use super::super::fuse::macs;
use super::super::layout::Spot;
use super::super::net::{Layer, Net};
use super::builder::{Builder, Unit};
use crate::kernels::learn::{
    BatchNorm, FunctionGradient, Moments, NormGradient, NormSums, Normalize, PoolGradient,
};
use crate::kernels::merge::Operator;
use crate::kernels::pool::{Pool, global_windows, mean_cells, pool_windows};
use crate::kernels::{Finish, Function, Image};

/// A layer that can be trained.
pub(super) trait Learn {
    /// Whether it can where it stands.
    fn can(&self, _net: &Net, _layer: &Layer) -> bool {
        true
    }

    /// Whether it can cut its outputs to a range.
    fn cuts(&self) -> bool {
        false
    }

    /// Adds the steps that make its output; says what else they made that `backward` reads.
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot>;

    /// Adds the steps that make the gradients of its inputs and parameters.
    fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot);
}

/// How a layer is trained, of those that can be.
pub(super) fn learn(op: &Op) -> Option<&dyn Learn> {
    Some(match op {
        Op::Conv2d(layer) => layer,
        Op::Conv2dTranspose(layer) => layer,
        Op::DepthwiseConv2d(layer) => layer,
        Op::Dense(layer) => layer,
        Op::BatchNorm(layer) => layer,
        Op::MaxPool2d(layer) => layer,
        Op::AvgPool2d(layer) => layer,
        Op::GlobalAvgPool2d(layer) => layer,
        Op::GlobalMaxPool2d(layer) => layer,
        Op::Add(layer) => layer,
        Op::Concat(layer) => layer,
        Op::Flatten(layer) => layer,
        Op::Reshape(layer) => layer,
        Op::Dropout(layer) => layer,
        Op::SpatialDropout2d(layer) => layer,
        Op::Upsample2d(layer) => layer,
        _ => {
            Function::of(op)?;
            &AnyFunction
        }
    })
}

/// Any layer that is a function of each value.
struct AnyFunction;

impl Learn for AnyFunction {
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        at.plain(&unit.layer);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let input = unit.layer.inputs[0];
        let function = Function::of(&unit.layer.op).expect("it is a function");
        let kernel = gradient(at, function, at.rows(input));
        at.give_made(input, kernel, vec![dy, at.spot(input)]);
    }
}

fn gradient(
    at: &Builder,
    function: Function,
    [rows, channels]: [usize; 2],
) -> Box<dyn crate::kernels::Kernel> {
    Box::new(FunctionGradient { isa: at.choice.isa, function, rows, channels })
}

/// The gradient of what a layer made before it was cut.
pub(super) fn uncut(at: &mut Builder, unit: &Unit, dy: Spot) -> Spot {
    if unit.range == Finish::RANGE {
        return dy;
    }
    let (output, (low, high)) = (unit.layer.output, unit.range);
    let kernel = gradient(at, Function::Clamp { low, high }, at.rows(output));
    let sizes = at.sizes(output);
    let spot = at.fresh(sizes);
    at.step(kernel, vec![dy, at.spot(output)], spot, sizes, 0);
    spot
}

impl Learn for layers::BatchNorm {
    /// One value has no variance.
    fn can(&self, net: &Net, layer: &Layer) -> bool {
        let sizes = &net.values[layer.inputs[0]];
        sizes[..sizes.len() - 1].iter().product::<usize>() > 1
    }

    fn cuts(&self) -> bool {
        true
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let Unit { layer, .. } = unit;
        let input = layer.inputs[0];
        let [rows, channels] = at.rows(input);
        let moments = at.fresh(&[2, channels]);
        let kernel = Moments::new(at.choice.isa, [rows, channels]);
        at.step(Box::new(kernel), vec![at.spot(input)], moments, &[2, channels], 0);
        let statistic = at.outside.statistic(layer, [rows, channels]);
        let to = at.made(statistic, &[2, channels]);
        at.copy(moments, to, &[2, channels]);
        let mut inputs = vec![at.spot(input), moments];
        inputs.extend(affine(self, at, layer));
        let norm = norm(self, at, unit);
        let output = at.spot(layer.output);
        at.step(Box::new(Normalize(norm)), inputs, output, at.sizes(layer.output), 0);
        vec![moments]
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
        let Unit { layer, .. } = unit;
        let input = layer.inputs[0];
        let channels = at.rows(input)[1];
        let norm = norm(self, at, unit);
        let params = affine(self, at, layer);
        let of = |first: &[Spot]| [first, saved, &params].concat();
        let sums = at.fresh(&[2, channels]);
        let x = at.spot(input);
        at.step(Box::new(NormSums(norm)), of(&[dy, x]), sums, &[2, channels], 0);
        // In the order of the parameters: factors, then shifts.
        let rows = [(self.scale, 1), (self.center, 0)];
        for (index, row) in rows.into_iter().filter(|(has, _)| *has).map(|(_, row)| row).enumerate()
        {
            if let Some(to) = at.param_gradient(layer, index) {
                let own = Spot { offset: sums.offset + row * sums.stride, ..sums };
                at.merge(Operator::Add, [to, own], to, &[channels]);
            }
        }
        at.give_made(input, Box::new(NormGradient(norm)), of(&[dy, x, sums]));
    }
}

fn norm(layer: &layers::BatchNorm, at: &Builder, unit: &Unit) -> BatchNorm {
    let [rows, channels] = at.rows(unit.layer.inputs[0]);
    BatchNorm {
        isa: at.choice.isa,
        rows,
        channels,
        epsilon: layer.epsilon,
        scale: layer.scale,
        center: layer.center,
        range: unit.range,
    }
}

/// A batch norm's factors and shifts, where it has them.
fn affine(norm: &layers::BatchNorm, at: &mut Builder, layer: &Layer) -> Vec<Spot> {
    let count = usize::from(norm.scale) + usize::from(norm.center);
    (0..count).map(|index| at.param(layer, index)).collect()
}

/// `Layer: |layer, image| (windows, cells)` of pools: see [`PoolGradient`].
macro_rules! pools {
    ($($Layer:ident: |$layer:ident, $image:ident| $parts:expr;)*) => {$(
        impl Learn for layers::$Layer {
            fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
                at.plain(&unit.layer);
                Vec::new()
            }

            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                let ($layer, Layer { inputs, output, .. }) = (self, &unit.layer);
                let $image = image(at, inputs[0]);
                let (windows, cells) = $parts;
                let mut from = vec![dy];
                if cells.is_none() {
                    from.extend([at.spot(inputs[0]), at.spot(*output)]);
                }
                let kernel = PoolGradient { isa: at.choice.isa, image: $image, windows, cells };
                at.give_made(inputs[0], Box::new(kernel), from);
            }
        }
    )*};
}

pools! {
    MaxPool2d: |layer, image| {
        let args = (layer.size, layer.stride, layer.padding, layer.ceil_mode);
        (pool_windows(&image, args), None)
    };
    AvgPool2d: |layer, image| {
        let args = (layer.size, layer.stride, layer.padding, layer.ceil_mode);
        let windows = pool_windows(&image, args);
        let cells = mean_cells(&image, &windows, layer.padding, layer.count_include_pad);
        (windows, Some(cells))
    };
    GlobalAvgPool2d: |_layer, image| {
        let cells = [image.height, image.width].map(|n| vec![n as f32]);
        (global_windows(&image), Some(cells))
    };
    GlobalMaxPool2d: |_layer, image| (global_windows(&image), None);
}

/// A tensor's sizes as those of images.
pub(super) fn image(at: &Builder, value: usize) -> Image {
    Image::new(at.sizes(value).try_into().expect("a shape rule checked the rank"))
}

impl Learn for layers::Add {
    fn can(&self, net: &Net, layer: &Layer) -> bool {
        layer.inputs.iter().all(|&input| net.values[input] == net.values[layer.output])
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        at.plain(&unit.layer);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        unit.layer.inputs.iter().for_each(|&input| at.give(input, dy));
    }
}

impl Learn for layers::Concat {
    fn can(&self, net: &Net, layer: &Layer) -> bool {
        let rank = net.values[layer.output].len();
        rank > 1 && self.axis.index(rank) == Some(rank - 1)
    }

    /// The plan's layout has the inputs where they belong, or copies them.
    fn forward(&self, _: &mut Builder, _: &Unit) -> Vec<Spot> {
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let mut offset = dy.offset;
        for &input in &unit.layer.inputs {
            at.give(input, Spot { offset, ..dy });
            offset += at.rows(input)[1];
        }
    }
}

/// The gradient of what was reshaped: it lies as it did.
fn reshaped(at: &mut Builder, unit: &Unit, dy: Spot) {
    let Layer { inputs, output, .. } = &unit.layer;
    let (from, to) = (at.rows(inputs[0])[1], at.rows(*output)[1]);
    if dy.stride == to {
        at.give(inputs[0], Spot { stride: from, ..dy });
        return;
    }
    let sizes = at.sizes(*output);
    let dense = at.fresh(sizes);
    at.copy(dy, dense, sizes);
    at.give(inputs[0], Spot { stride: from, ..dense });
}

macro_rules! reshapes {
    ($($Layer:ident)*) => {$(
        impl Learn for layers::$Layer {
            fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
                at.plain(&unit.layer);
                Vec::new()
            }

            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                reshaped(at, unit, dy);
            }
        }
    )*};
}

reshapes!(Flatten Reshape);

/// The sizes of a mask, 1 where it is the same along an axis.
fn mask(sizes: &[usize], noise_shape: &Option<NoiseShape>) -> Vec<usize> {
    let mut mask = sizes.to_vec();
    if let Some(NoiseShape(noise)) = noise_shape {
        mask.iter_mut().zip(noise).for_each(|(n, noise)| *n = noise.unwrap_or(*n));
    }
    mask
}

macro_rules! dropouts {
    ($($Layer:ident: |$layer:ident| $noise_shape:expr;)*) => {$(
        impl Learn for layers::$Layer {
            fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
                let ($layer, Layer { inputs, output, .. }) = (self, &unit.layer);
                let of = mask(at.sizes(*output), &$noise_shape);
                let index = at.outside.mask(self.rate, &of);
                let spot = at.given(index, &of);
                at.scale(at.spot(inputs[0]), (spot, &of), at.spot(*output), at.sizes(*output));
                vec![spot]
            }

            fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
                let ($layer, input) = (self, unit.layer.inputs[0]);
                if at.wants(input) {
                    let of = mask(at.sizes(input), &$noise_shape);
                    let spot = at.fresh(at.sizes(input));
                    at.scale(dy, (saved[0], &of), spot, at.sizes(input));
                    at.give(input, spot);
                }
            }
        }
    )*};
}

dropouts! {
    Dropout: |layer| layer.noise_shape;
    SpatialDropout2d: |_layer| Some(NoiseShape(vec![None, Some(1), Some(1), None]));
}

impl Learn for layers::Upsample2d {
    fn can(&self, _: &Net, _: &Layer) -> bool {
        self.interpolation == Interpolation::Nearest
    }

    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        at.plain(&unit.layer);
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let Layer { inputs, output, .. } = &unit.layer;
        let kernel = Pool::sum(at.choice.isa, image(at, *output), self.size);
        at.give_made(inputs[0], Box::new(kernel), vec![dy]);
    }
}

/// What a layer's products are, as if each were computed.
pub(super) fn products(at: &Builder, layer: &Layer) -> u64 {
    macs(at.net, layer)
}
