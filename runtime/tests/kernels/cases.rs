//! Random arguments and input sizes of each layer. Not all fit together; the shape rule says.

use formwork_ir::layers::*;
use formwork_ir::{Axes, Axis, Interpolation, NewShape, NoiseShape, Op, Padding};

use crate::random::Random;

type Case = (Op, Vec<Vec<usize>>);

fn image(r: &mut Random) -> Vec<usize> {
    vec![r.size(1, 3), r.size(1, 7), r.size(1, 7), r.size(1, 5)]
}

/// Sizes of two to five dimensions.
fn tensor(r: &mut Random) -> Vec<usize> {
    let rank = r.size(2, 5);
    (0..rank).map(|_| r.size(1, 4)).collect()
}

fn padding(r: &mut Random) -> Padding {
    let explicit = Padding::Explicit([r.pair(0, 2), r.pair(0, 2)]);
    r.pick(&[Padding::Valid, Padding::Same, explicit])
}

/// Stride and dilation, of which mostly one is not 1.
fn steps(r: &mut Random) -> ([usize; 2], [usize; 2]) {
    match r.size(0, 3) {
        0 => ([1, 1], [1, 1]),
        1 => (r.pair(1, 3), [1, 1]),
        2 => ([1, 1], r.pair(1, 3)),
        _ => (r.pair(1, 2), r.pair(1, 2)),
    }
}

fn axis(r: &mut Random, rank: usize) -> Axis {
    let axis = r.size(1, rank - 1) as isize;
    if r.flip() { Axis(axis) } else { Axis(axis - rank as isize) }
}

/// Some of the axes but the batch, at least one.
fn axes(r: &mut Random, rank: usize) -> Axes {
    let mut axes: Vec<_> = (1..rank as isize).filter(|_| r.flip()).map(Axis).collect();
    if axes.is_empty() {
        axes.push(axis(r, rank));
    }
    Axes(axes)
}

/// Inputs for a merge: sizes of one tensor, with some replaced by 1.
fn merged(r: &mut Random, count: usize) -> Vec<Vec<usize>> {
    let dims = tensor(r);
    let mut input = || {
        let sizes = dims[1..].iter().map(|&n| if r.size(0, 3) == 0 { 1 } else { n });
        [dims[0]].into_iter().chain(sizes).collect()
    };
    (0..count).map(|_| input()).collect()
}

/// Two to four inputs for a merge.
fn several(r: &mut Random) -> Vec<Vec<usize>> {
    let count = r.size(2, 4);
    merged(r, count)
}

fn conv2d(r: &mut Random) -> Case {
    let (stride, dilation) = steps(r);
    let groups = r.pick(&[1, 1, 2, 3]);
    let layer = Conv2d::new(groups * r.size(1, 4), r.pair(1, 4))
        .stride(stride)
        .dilation(dilation)
        .padding(padding(r))
        .groups(groups)
        .bias(r.flip());
    let mut dims = image(r);
    dims[3] *= groups;
    (layer.into(), vec![dims])
}

fn depthwise_conv2d(r: &mut Random) -> Case {
    let (stride, dilation) = steps(r);
    let layer = DepthwiseConv2d::new(r.pair(1, 4))
        .stride(stride)
        .dilation(dilation)
        .padding(padding(r))
        .depth_multiplier(r.size(1, 3))
        .bias(r.flip());
    (layer.into(), vec![image(r)])
}

fn separable_conv2d(r: &mut Random) -> Case {
    let (stride, dilation) = steps(r);
    let layer = SeparableConv2d::new(r.size(1, 4), r.pair(1, 4))
        .stride(stride)
        .dilation(dilation)
        .padding(padding(r))
        .depth_multiplier(r.size(1, 3))
        .bias(r.flip());
    (layer.into(), vec![image(r)])
}

fn conv2d_transpose(r: &mut Random) -> Case {
    let (stride, dilation) = steps(r);
    let mut layer = Conv2dTranspose::new(r.size(1, 4), r.pair(1, 4))
        .stride(stride)
        .dilation(dilation)
        .padding(padding(r))
        .bias(r.flip());
    if r.flip() {
        layer = layer.output_padding(Some(r.pair(0, 2)));
    }
    (layer.into(), vec![image(r)])
}

fn dense(r: &mut Random) -> Case {
    (Dense::new(r.size(1, 5)).bias(r.flip()).into(), vec![tensor(r)])
}

fn max_pool2d(r: &mut Random) -> Case {
    let mut layer = MaxPool2d::new(r.pair(1, 4)).padding(padding(r)).ceil_mode(r.flip());
    if r.flip() {
        layer = layer.stride(Some(r.pair(1, 3)));
    }
    (layer.into(), vec![image(r)])
}

fn avg_pool2d(r: &mut Random) -> Case {
    let mut layer = AvgPool2d::new(r.pair(1, 4))
        .padding(padding(r))
        .count_include_pad(r.flip())
        .ceil_mode(r.flip());
    if r.flip() {
        layer = layer.stride(Some(r.pair(1, 3)));
    }
    (layer.into(), vec![image(r)])
}

fn layer_norm(r: &mut Random) -> Case {
    let mut dims = tensor(r);
    *dims.last_mut().unwrap() += 2;
    let last = r.size(1, dims.len() - 1) as isize;
    let layer = LayerNorm::new()
        .axis(Axes((1..=last).rev().map(|i| Axis(-i)).collect()))
        .epsilon(1e-2)
        .center(r.flip())
        .scale(r.flip());
    (layer.into(), vec![dims])
}

fn group_norm(r: &mut Random) -> Case {
    let groups = r.size(1, 3);
    let mut dims = tensor(r);
    *dims.last_mut().unwrap() = groups * r.size(2, 4);
    let layer = GroupNorm::new().groups(groups).epsilon(1e-2).center(r.flip()).scale(r.flip());
    (layer.into(), vec![dims])
}

fn reshape(r: &mut Random) -> Case {
    let dims = tensor(r);
    let mut sizes: Vec<_> = dims[1..].iter().rev().map(|&n| Some(n)).collect();
    if r.flip() {
        let at = r.size(0, sizes.len() - 1);
        sizes[at] = None;
    }
    (Reshape::new(NewShape::new(sizes)).into(), vec![dims])
}

fn permute(r: &mut Random) -> Case {
    let dims = tensor(r);
    let mut order: Vec<_> = (1..dims.len()).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, r.size(0, i));
    }
    (Permute::new(order).into(), vec![dims])
}

fn slice(r: &mut Random) -> Case {
    let dims = tensor(r);
    let axis = axis(r, dims.len());
    let size = dims[axis.index(dims.len()).unwrap()] as i64;
    let start = r.size(0, size as usize - 1) as i64;
    let end = r.size(start as usize + 1, size as usize) as i64;
    let start = if r.flip() { start } else { start - size };
    (Slice::new(axis, start..end).into(), vec![dims])
}

fn concat(r: &mut Random) -> Case {
    let dims = tensor(r);
    let axis = axis(r, dims.len());
    let along = axis.index(dims.len()).unwrap();
    let mut input = || {
        let mut dims = dims.clone();
        dims[along] = r.size(1, 4);
        dims
    };
    let inputs = [input(), input(), input()];
    let count = r.size(2, 3);
    (Concat::new().axis(axis).into(), inputs[..count].to_vec())
}

fn upsample2d(r: &mut Random) -> Case {
    let bilinear = r.flip();
    let layer = Upsample2d::new().size(r.pair(1, 3));
    let layer = match bilinear {
        true => layer.interpolation(Interpolation::Bilinear).align_corners(r.flip()),
        false => layer,
    };
    (layer.into(), vec![image(r)])
}

fn resize2d(r: &mut Random) -> Case {
    let layer = Resize2d::new(r.pair(1, 9));
    let layer = match r.flip() {
        true => layer.align_corners(r.flip()),
        false => layer.interpolation(Interpolation::Nearest),
    };
    (layer.into(), vec![image(r)])
}

fn noise_shape(r: &mut Random, dims: &[usize]) -> Option<NoiseShape> {
    r.flip().then(|| NoiseShape(dims.iter().map(|_| r.flip().then_some(1)).collect()))
}

/// A layer that takes any tensor.
macro_rules! plain {
    ($($name:literal: $make:expr),* $(,)?) => {
        &[$(($name, |r| {
            let make: fn(&mut Random) -> _ = $make;
            (make(r).into(), vec![tensor(r)])
        })),*]
    };
}

/// A layer that takes an image.
macro_rules! of_image {
    ($make:expr) => {
        |r| {
            let make: fn(&mut Random) -> _ = $make;
            (make(r).into(), vec![image(r)])
        }
    };
}

type Cases = &'static [(&'static str, fn(&mut Random) -> Case)];

const PLAIN: Cases = plain! {
    "batch_norm": |r| BatchNorm::new().center(r.flip()).scale(r.flip()),
    "relu": |r| {
        let relu = Relu::new();
        let relu = if r.flip() { relu.max_value(Some(r.float(0.0, 2.0))) } else { relu };
        let relu = if r.flip() { relu.threshold(r.float(0.0, 1.0)) } else { relu };
        if r.flip() { relu.negative_slope(r.float(0.0, 0.5)) } else { relu }
    },
    "relu6": |_| Relu6::new(),
    "leaky_relu": |r| LeakyRelu::new(r.float(0.0, 0.5)),
    "elu": |r| Elu::new().alpha(r.float(0.5, 2.0)),
    "selu": |_| Selu::new(),
    "gelu": |r| Gelu::new().approximate(r.flip()),
    "silu": |_| Silu::new(),
    "sigmoid": |_| Sigmoid::new(),
    "tanh": |_| Tanh::new(),
    "softplus": |_| Softplus::new(),
    "hard_sigmoid": |_| HardSigmoid::new(),
    "hard_swish": |_| HardSwish::new(),
    "mish": |_| Mish::new(),
    "gaussian_noise": |r| GaussianNoise::new(r.float(0.0, 1.0)),
    "gaussian_dropout": |r| GaussianDropout::new(r.float(0.0, 0.9)),
    "flatten": |_| Flatten::new(),
    "clip": |r| Clip::new(r.float(-1.0, 0.0), r.float(0.0, 1.0)),
    "rescaling": |r| Rescaling::new(r.float(-2.0, 2.0)).offset(r.float(-1.0, 1.0)),
};

const OTHER: Cases = &[
    ("conv2d", conv2d),
    ("depthwise_conv2d", depthwise_conv2d),
    ("separable_conv2d", separable_conv2d),
    ("conv2d_transpose", conv2d_transpose),
    ("dense", dense),
    ("max_pool2d", max_pool2d),
    ("avg_pool2d", avg_pool2d),
    ("global_avg_pool2d", of_image!(|r| GlobalAvgPool2d::new().keepdims(r.flip()))),
    ("global_max_pool2d", of_image!(|r| GlobalMaxPool2d::new().keepdims(r.flip()))),
    ("layer_norm", layer_norm),
    ("group_norm", group_norm),
    ("prelu", |r| {
        let dims = tensor(r);
        let shared = r.flip().then(|| axes(r, dims.len()));
        (Prelu::new().shared_axes(shared).into(), vec![dims])
    }),
    ("softmax", |r| {
        let dims = tensor(r);
        (Softmax::new().axis(axis(r, dims.len())).into(), vec![dims])
    }),
    ("log_softmax", |r| {
        let dims = tensor(r);
        (LogSoftmax::new().axis(axis(r, dims.len())).into(), vec![dims])
    }),
    ("dropout", |r| {
        let dims = tensor(r);
        let noise_shape = noise_shape(r, &dims);
        (Dropout::new(r.float(0.0, 0.9)).noise_shape(noise_shape).into(), vec![dims])
    }),
    ("alpha_dropout", |r| {
        let dims = tensor(r);
        let noise_shape = noise_shape(r, &dims);
        (AlphaDropout::new(r.float(0.0, 0.9)).noise_shape(noise_shape).into(), vec![dims])
    }),
    ("spatial_dropout2d", of_image!(|r| SpatialDropout2d::new(r.float(0.0, 0.9)))),
    ("reshape", reshape),
    ("permute", permute),
    ("slice", slice),
    ("zero_pad2d", of_image!(|r| ZeroPad2d::new().padding([r.pair(0, 3), r.pair(0, 3)]))),
    ("crop2d", of_image!(|r| Crop2d::new([r.pair(0, 2), r.pair(0, 2)]))),
    ("depth_to_space", |r| {
        let (block, mut dims) = (r.size(1, 3), image(r));
        dims[3] *= block * block;
        (DepthToSpace::new(block).into(), vec![dims])
    }),
    ("space_to_depth", |r| {
        let (block, mut dims) = (r.size(1, 3), image(r));
        dims[1] *= block;
        dims[2] *= block;
        (SpaceToDepth::new(block).into(), vec![dims])
    }),
    ("upsample2d", upsample2d),
    ("resize2d", resize2d),
    ("reduce_mean", |r| {
        let dims = tensor(r);
        (ReduceMean::new(axes(r, dims.len())).keepdims(r.flip()).into(), vec![dims])
    }),
    ("reduce_max", |r| {
        let dims = tensor(r);
        (ReduceMax::new(axes(r, dims.len())).keepdims(r.flip()).into(), vec![dims])
    }),
    ("reduce_sum", |r| {
        let dims = tensor(r);
        (ReduceSum::new(axes(r, dims.len())).keepdims(r.flip()).into(), vec![dims])
    }),
    ("concat", concat),
    ("subtract", |r| (Subtract::new().into(), merged(r, 2))),
    ("add", |r| (Add::new().into(), several(r))),
    ("multiply", |r| (Multiply::new().into(), several(r))),
    ("average", |r| (Average::new().into(), several(r))),
    ("maximum", |r| (Maximum::new().into(), several(r))),
    ("minimum", |r| (Minimum::new().into(), several(r))),
];

/// A maker of random cases for each layer.
pub fn all() -> impl Iterator<Item = &'static (&'static str, fn(&mut Random) -> Case)> {
    PLAIN.iter().chain(OTHER)
}
