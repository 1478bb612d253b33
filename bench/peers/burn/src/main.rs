//! burn on its backend Flex: the list of layers, applied with its tensor operations.

use std::collections::HashMap;

use burn::tensor::module::{conv_transpose2d, conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, activation};
use formwork_bench_worker::{
    Files, Layer, Network, Op, Peer, Result, Running, nchw, nhwc, permuted, serve,
};

struct Burn;

impl Peer for Burn {
    fn version(&self) -> String {
        "0.23.0-pre.1".to_owned()
    }

    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        let device = Device::flex();
        let network = files.network()?;
        let &[height, width, channels] = network.layers[0].shape.as_slice() else {
            return Err("the input is an image".into());
        };
        let images = nchw(&files.images(&network, batch)?, &network.layers[0].shape);
        let images = TensorData::new(images, [batch, channels, height, width]);
        let weights = network.layers.iter().map(|layer| weights(files, layer, &device));
        let weights = weights.collect::<Result<_>>()?;
        let images = Tensor::from_data(images, &device);
        Ok(Box::new(Layers { network, weights, images, output: None }))
    }
}

/// A value: an image or a row, both with the batch first.
#[derive(Clone)]
enum Value {
    Image(Tensor<4>),
    Row(Tensor<2>),
}

/// A kernel as burn has it, and a bias.
struct Weights {
    kernel: Value,
    bias: Option<Tensor<1>>,
}

struct Layers {
    network: Network,
    weights: Vec<Option<Weights>>,
    images: Tensor<4>,
    output: Option<Value>,
}

impl Running for Layers {
    fn run(&mut self) -> Result<()> {
        let mut values = HashMap::new();
        for (layer, weights) in self.network.layers.iter().zip(&self.weights) {
            let inputs = layer.inputs.iter().map(|name| match layer.frees.contains(name) {
                true => values.remove(name.as_str()),
                false => values.get(name.as_str()).cloned(),
            });
            let inputs = inputs.collect::<Option<Vec<Value>>>().ok_or("an input is gone")?;
            let value = match &layer.op {
                Op::Input => Value::Image(self.images.clone()),
                op => apply(op, weights.as_ref(), inputs)
                    .ok_or_else(|| format!("`{}` cannot be applied", layer.name))?,
            };
            values.insert(layer.name.as_str(), value);
        }
        self.output = values.into_values().next();
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        let data = match self.output.clone().ok_or("it has not run")? {
            Value::Image(image) => image.into_data(),
            Value::Row(row) => row.into_data(),
        };
        let values = data.into_vec::<f32>().map_err(|error| format!("{error:?}"))?;
        Ok(nhwc(values, &self.network.layers.last().ok_or("no layers")?.shape))
    }
}

fn weights(files: &Files, layer: &Layer, device: &Device) -> Result<Option<Weights>> {
    let Some(kernel) = &layer.kernel else { return Ok(None) };
    let (values, shape) = (files.weight(kernel)?, kernel.shape.as_slice());
    let image = |axes: [usize; 4]| {
        let data = TensorData::new(permuted(&values, shape, &axes), axes.map(|axis| shape[axis]));
        Value::Image(Tensor::from_data(data, device))
    };
    let row = |values: Vec<f32>| {
        Value::Row(Tensor::from_data(TensorData::new(values, [shape[0], shape[1]]), device))
    };
    let kernel = match layer.op {
        Op::Conv2d { .. } | Op::Conv2dTranspose { .. } => image([3, 2, 0, 1]),
        Op::DepthwiseConv2d { .. } => image([2, 3, 0, 1]),
        // What was flattened had its channels last.
        Op::Dense { image: Some([height, width, channels]) } => {
            row(permuted(&values, &[height, width, channels, shape[1]], &[2, 0, 1, 3]))
        }
        Op::Dense { image: None } => row(values),
        _ => return Err(format!("`{}` has a kernel", layer.name).into()),
    };
    let bias = match &layer.bias {
        Some(bias) => {
            let data = TensorData::new(files.weight(bias)?, [bias.len()]);
            Some(Tensor::from_data(data, device))
        }
        None => None,
    };
    Ok(Some(Weights { kernel, bias }))
}

fn apply(op: &Op, weights: Option<&Weights>, mut inputs: Vec<Value>) -> Option<Value> {
    use Value::{Image, Row};
    if let Op::Concat = op {
        let images = inputs.into_iter().map(|input| match input {
            Image(image) => Some(image),
            Row(_) => None,
        });
        return Some(Image(Tensor::cat(images.collect::<Option<Vec<_>>>()?, 1)));
    }
    let other = if inputs.len() > 1 { inputs.pop() } else { None };
    let bias = || weights?.bias.clone();
    Some(match (op, inputs.pop()?, weights.map(|weights| &weights.kernel)) {
        (Op::Conv2d { stride, pads }, Image(x), Some(Image(kernel))) => {
            let options = ConvOptions::new(*stride, Op::symmetric(*pads).ok()?, [1, 1], 1);
            Image(conv2d(x, kernel.clone(), bias(), options))
        }
        (Op::DepthwiseConv2d { stride, pads }, Image(x), Some(Image(kernel))) => {
            let groups = kernel.dims()[0];
            let options = ConvOptions::new(*stride, Op::symmetric(*pads).ok()?, [1, 1], groups);
            Image(conv2d(x, kernel.clone(), bias(), options))
        }
        (Op::Conv2dTranspose { stride }, Image(x), Some(Image(kernel))) => {
            let options = ConvTransposeOptions::new(*stride, [0, 0], [0, 0], [1, 1], 1);
            Image(conv_transpose2d(x, kernel.clone(), bias(), options))
        }
        (Op::Dense { .. }, Row(x), Some(Row(kernel))) => Row(linear(x, kernel.clone(), bias())),
        (Op::MaxPool2d { size, stride, pads }, Image(x), None) => {
            let mut options = MaxPoolOptions::new(*size);
            options.stride = *stride;
            options.padding = pads.map(|[before, after]| (before, after));
            Image(max_pool2d(x, options))
        }
        (Op::GlobalAvgPool2d, Image(x), None) => {
            let [batch, channels, ..] = x.dims();
            Row(x.mean_dim(3).mean_dim(2).reshape([batch, channels]))
        }
        (Op::Flatten, Image(x), None) => Row(x.flatten(1, 3)),
        (Op::Flatten, row, None) => row,
        (Op::Relu, Image(x), None) => Image(activation::relu(x)),
        (Op::Relu, Row(x), None) => Row(activation::relu(x)),
        (Op::Relu6, Image(x), None) => Image(x.clamp(0.0, 6.0)),
        (Op::Add, Image(x), None) => match other? {
            Image(y) => Image(x + y),
            Row(_) => return None,
        },
        _ => return None,
    })
}

fn main() -> Result<()> {
    serve(Burn)
}
