//! Layers that look at windows but are no plain convolutions, as networks have them.

mod chain;

use formwork_engine::kernels::{Algorithm, Finish, Image, Kernel, Lower, Site};
use formwork_engine::simd::Isa;
use formwork_ir::layers::{
    AvgPool2d, Conv2dTranspose, DepthwiseConv2d, GlobalAvgPool2d, MaxPool2d, SeparableConv2d,
};
use formwork_ir::{Call, Dim, Domain, Op, Operand, Padding, Shape};

use crate::common::random;
use chain::{inverted, separable};

/// Kernels that do the same, and what they need.
pub struct Line {
    pub name: &'static str,
    pub kernels: Vec<Box<dyn Kernel>>,
    /// Values of each input.
    pub inputs: Vec<usize>,
    /// Values of the output.
    pub output: usize,
    /// Values in a row of the input, and of the output.
    pub rows: [usize; 2],
    pub flops: f64,
    pub bytes: f64,
}

pub fn lines(isa: Isa) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, [size, channels], kernel, stride) in [
        ("depthwise 112² 32", [112, 32], 3, 1),
        ("depthwise 112² 96 s2", [112, 96], 3, 2),
        ("depthwise 56² 144", [56, 144], 3, 1),
        ("depthwise 56² 144 s2", [56, 144], 3, 2),
        ("depthwise 28² 192", [28, 192], 3, 1),
        ("depthwise 14² 384", [14, 384], 3, 1),
        ("depthwise 7² 960", [7, 960], 3, 1),
        ("depthwise 28² 240 5×5", [28, 240], 5, 1),
        ("depthwise 56² 144 5×5 s2", [56, 144], 5, 2),
        ("depthwise 28² 192 7×7", [28, 192], 7, 1),
    ] {
        let layer = DepthwiseConv2d::new([kernel; 2]).stride([stride; 2]).padding(Padding::Same);
        lines.push(line(isa, name, &layer, [1, size, size, channels], Finish::RELU));
    }
    let max = |size: usize, stride: usize| {
        MaxPool2d::new([size; 2]).stride(Some([stride; 2])).padding(Padding::Same)
    };
    let mean = AvgPool2d::new([2; 2]);
    let none = Finish::NONE;
    lines.push(line(isa, "pool 112² 64 3×3 s2", &max(3, 2), [1, 112, 112, 64], none));
    lines.push(line(isa, "pool 224² 64 2×2 s2", &max(2, 2), [1, 224, 224, 64], none));
    lines.push(line(isa, "pool 28² 512 2×2 s2", &max(2, 2), [1, 28, 28, 512], none));
    lines.push(line(isa, "pool 28² 512 2×2 s2, mean", &mean, [1, 28, 28, 512], none));
    lines.push(line(isa, "pool 7² 1280, mean", &GlobalAvgPool2d::new(), [1, 7, 7, 1280], none));
    for (name, [size, channels], filters, kernel) in [
        ("transposed 8² 512→256", [8, 512], 256, 2),
        ("transposed 16² 256→128", [16, 256], 128, 2),
        ("transposed 32² 128→64", [32, 128], 64, 2),
        ("transposed 64² 64→32", [64, 64], 32, 2),
        ("transposed 16² 256→128 4×4", [16, 256], 128, 4),
    ] {
        let layer =
            Conv2dTranspose::new(filters, [kernel; 2]).stride([2; 2]).padding(Padding::Same);
        lines.push(line(isa, name, &layer, [1, size, size, channels], none));
    }
    for (name, [size, channels], filters) in
        [("separable 56² 128→128", [56, 128], 128), ("separable 19² 728→728", [19, 728], 728)]
    {
        let layer = SeparableConv2d::new(filters, [3; 2]).padding(Padding::Same);
        let sizes = [1, size, size, channels];
        let mut line = line(isa, name, &layer, sizes, none);
        line.kernels.push(separable(isa, Image::new(sizes), filters));
        lines.push(line);
    }
    for (name, size, channels, stride) in [
        ("inverted 112² 16→96→24 s2", 112, [16, 96, 24], 2),
        ("inverted 56² 24→144→24", 56, [24, 144, 24], 1),
        ("inverted 56² 24→144→32 s2", 56, [24, 144, 32], 2),
        ("inverted 28² 32→192→32", 28, [32, 192, 32], 1),
        ("inverted 14² 64→384→64", 14, [64, 384, 64], 1),
        ("inverted 7² 160→960→160", 7, [160, 960, 160], 1),
    ] {
        lines.push(inverted(isa, name, size, channels, stride));
    }
    lines
}

/// A layer on an image of those sizes.
fn line<L: Lower + Into<Op> + Clone>(
    isa: Isa,
    name: &'static str,
    layer: &L,
    sizes: [usize; 4],
    finish: Finish,
) -> Line {
    let op: Op = layer.clone().into();
    let shape = Shape::new(sizes.map(Dim::from).to_vec());
    let operands = [Operand { name: "`x`", shape: &shape }];
    let domain = Domain::default();
    let made = op.infer(&Call::new(op.spec().name, &operands, &domain)).expect("a layer that fits");
    let known = |dims: &[Dim]| -> Vec<usize> {
        dims.iter().map(|dim| dim.known().expect("sizes are numbers")).collect()
    };
    let output = known(made.shape.dims());
    let params = made.params.iter().map(|param| random(known(&param.shape).iter().product()));
    let params: Vec<_> = params.collect();
    let kernel = layer.lower(&Site {
        isa,
        algorithm: Algorithm::Fastest,
        inputs: vec![&sizes],
        output: &output,
        params: params.iter().map(Vec::as_slice).collect(),
        finish,
    });
    let values = |sizes: &[usize]| sizes.iter().product::<usize>();
    let moved = values(&sizes) + values(&output) + params.iter().map(Vec::len).sum::<usize>();
    Line {
        name,
        kernels: vec![kernel],
        inputs: vec![values(&sizes)],
        output: values(&output),
        rows: [sizes[3], output[output.len() - 1]],
        flops: 2.0 * made.macs.known().unwrap_or(0) as f64,
        bytes: 4.0 * moved as f64,
    }
}
