//! Whole networks with the weights of Keras'.

use std::path::PathBuf;

use formwork::dfdx::prelude::{Const, Cpu, Tensor, TensorFromVec};
use formwork::{Weights, model};
use formwork_ir::{Dim, Graph};
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use serde::Deserialize;

use crate::allowed::MODEL;
use crate::golden::{Array, folder, read, worse};

model! {
    /// VGG-16, a sixteenth as wide.
    pub struct Vgg16(image: [_, 32, 32, 3]) -> [_, 10] {
        let mut x = image;
        for (filters, convolutions) in [(4, 2), (8, 2), (16, 3), (32, 3), (32, 3)] {
            for _ in 0..convolutions {
                x = x.conv2d(filters, 3, padding = same).relu();
            }
            x = x.max_pool2d(2);
        }
        x.flatten().dense(64).relu().dense(64).relu().dense(10)
    }

    /// ResNet-50, a sixteenth as wide behind its first convolution.
    struct ResNet50(image: [_, 64, 64, 3]) -> [_, 10] {
        let mut x = image
            .zero_pad2d(3).conv2d(64, 7, stride = 2).batch_norm(epsilon = 1.001e-5).relu()
            .zero_pad2d(1).max_pool2d(3, stride = 2);
        for (filters, blocks, stride) in [(4, 3, 1), (8, 4, 2), (16, 6, 2), (32, 3, 2)] {
            x = x.bottleneck(filters, stride);
            for _ in 1..blocks {
                x = x.bottleneck(filters);
            }
        }
        x.global_avg_pool2d().dense(10)
    }

    fn bottleneck(x: [_, H, W, C], filters: usize, stride: usize = 1) {
        let mut shortcut = x;
        if C != 4 * filters {
            shortcut = x.conv2d(4 * filters, 1, stride = stride).batch_norm(epsilon = 1.001e-5);
        }
        let y = x
            .conv2d(filters, 1, stride = stride).batch_norm(epsilon = 1.001e-5).relu()
            .conv2d(filters, 3, padding = same).batch_norm(epsilon = 1.001e-5).relu()
            .conv2d(4 * filters, 1).batch_norm(epsilon = 1.001e-5);
        (shortcut + y).relu()
    }

    /// MobileNetV2 with `alpha = 0.1`.
    struct MobileNetV2(image: [_, 64, 64, 3]) -> [_, 10] {
        let mut x = image.conv2d(8, 3, stride = 2, padding = same, bias = false).norm().relu6();
        for (expand, filters, blocks, stride) in [
            (1, 8, 1, 1),
            (6, 8, 2, 2),
            (6, 8, 3, 2),
            (6, 8, 4, 2),
            (6, 16, 3, 1),
            (6, 16, 3, 2),
            (6, 32, 1, 1),
        ] {
            x = x.inverted_residual(expand, filters, stride);
            for _ in 1..blocks {
                x = x.inverted_residual(expand, filters);
            }
        }
        x.pointwise(1280).relu6().global_avg_pool2d().dense(10)
    }

    fn inverted_residual(x: [_, H, W, C], expand: usize, filters: usize, stride: usize = 1) {
        let mut y = x;
        if expand > 1 {
            y = y.pointwise(expand * C).relu6();
        }
        y = y.depthwise_conv2d(3, stride = stride, padding = same, bias = false).norm().relu6();
        y = y.pointwise(filters);
        if stride == 1 && C == filters {
            y = x + y;
        }
        y
    }

    fn pointwise(x, filters: usize) {
        x.conv2d(filters, 1, bias = false).norm()
    }

    fn norm(x) {
        x.batch_norm(momentum = 0.999, epsilon = 1e-3)
    }

    /// A U-Net for pictures of any size that can be halved three times.
    pub struct Unet<H, W>(image: [_, H, W, 1]) -> [_, H, W, 3] where H % 8 == 0, W % 8 == 0 {
        let e1 = image.double_conv(4);
        let e2 = e1.max_pool2d(2).double_conv(8);
        let e3 = e2.max_pool2d(2).double_conv(16);
        let bottom = e3.max_pool2d(2).double_conv(32);
        let d3 = concat(bottom.conv2d_transpose(16, 2, stride = 2), e3).double_conv(16);
        let d2 = concat(d3.conv2d_transpose(8, 2, stride = 2), e2).double_conv(8);
        let d1 = concat(d2.conv2d_transpose(4, 2, stride = 2), e1).double_conv(4);
        d1.conv2d(3, 1)
    }

    fn double_conv(mut x, filters: usize) {
        for _ in 0..2 {
            x = x.conv2d(filters, 3, padding = same, bias = false).batch_norm().relu();
        }
        x
    }
}

#[derive(Deserialize)]
pub(crate) struct Golden {
    pub cases: Vec<Case>,
}

#[derive(Deserialize)]
pub(crate) struct Case {
    pub input: Array,
    output: Array,
}

/// Keras' weights under the names of the model: both have their layers in the order in which they
/// are written.
fn renamed(name: &str, graph: &str) -> PathBuf {
    let file = std::fs::read(folder().join(format!("models/{name}.safetensors"))).unwrap();
    let file = SafeTensors::deserialize(&file).unwrap();
    let mut keras: Vec<_> = file.iter().collect();
    keras.sort_by_key(|(name, _)| *name);
    let graph = Graph::parse(graph).unwrap();
    assert_eq!(keras.len(), graph.params().len(), "{name}");
    let params = graph.params().zip(keras);
    let tensors: Vec<(String, TensorView)> = params
        .map(|((_, param), (keras, tensor))| {
            let shape: Vec<_> = param.shape.iter().filter_map(Dim::known).collect();
            assert_eq!(tensor.shape(), shape, "{name}: {} from {keras}", param.name);
            (param.name.clone(), tensor)
        })
        .collect();
    let thread = std::thread::current().id();
    let path =
        std::env::temp_dir().join(format!("parity-{}-{name}-{thread:?}", std::process::id()));
    safetensors::serialize_to_file(tensors, None, &path).unwrap();
    path
}

/// Loads Keras' weights; says what it made of which inputs.
pub(crate) fn load<M: Weights<Cpu>>(name: &str, graph: &str, model: &mut M) -> Golden {
    let path = renamed(name, graph);
    model.load(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    read(&format!("models/{name}.json"))
}

fn check<M: Weights<Cpu>>(
    name: &str,
    graph: &str,
    mut model: M,
    run: impl Fn(&M, &Array, Vec<f32>) -> Vec<f32>,
) {
    let golden = load(name, graph, &mut model);
    let mut most = 0.0;
    for case in &golden.cases {
        let found = run(&model, &case.input, case.input.values());
        most = worse(most, case.output.deviation(&found));
    }
    println!("{name}: {most:.1e}");
    assert!(!golden.cases.is_empty() && most <= MODEL, "{name}: {most:e}");
}

/// Of a network that takes pictures of `$side` pixels in three channels.
macro_rules! classifier {
    ($name:literal, $Model:ident, $side:literal) => {
        check($name, $Model::GRAPH, $Model::build(&Cpu::default()), |model, input, values| {
            type Picture = (usize, Const<$side>, Const<$side>, Const<3>);
            let shape = (input.shape[0], Const, Const, Const);
            let x: Tensor<Picture, f32, Cpu> = Cpu::default().tensor_from_vec(values, shape);
            model.forward(x).as_vec()
        })
    };
}

#[test]
fn vgg16_answers_as_that_of_keras() {
    classifier!("vgg16", Vgg16, 32);
}

#[test]
fn resnet50_answers_as_that_of_keras() {
    classifier!("resnet50", ResNet50, 64);
}

#[test]
fn mobilenet_v2_answers_as_that_of_keras() {
    classifier!("mobilenet_v2", MobileNetV2, 64);
}

#[test]
fn unet_answers_as_that_of_keras_at_any_size() {
    check("unet", Unet::GRAPH, Unet::build(&Cpu::default()), |model, input, values| {
        let shape = (input.shape[0], input.shape[1], input.shape[2], Const::<1>);
        let x: Tensor<(usize, usize, usize, Const<1>), f32, Cpu> =
            Cpu::default().tensor_from_vec(values, shape);
        model.forward(x).as_vec()
    });
}
