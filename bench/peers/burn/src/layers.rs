//! The layers of a network, one after the other.

use std::collections::HashMap;

use burn::tensor::module::{batch_norm_train, conv_transpose2d, conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, activation};
use formwork_bench_worker::{Files, Layer, Network, Op, Result, Weight, permuted};

/// A value: an image or a row, both with the batch first.
#[derive(Clone)]
pub enum Value {
    /// (batch, channels, height, width)
    Image(Tensor<4>),
    /// (batch, channels)
    Row(Tensor<2>),
}

/// The weights of a layer.
pub enum Weights {
    /// A kernel as burn has it, and a bias.
    Product { kernel: Value, bias: Option<Tensor<1>> },
    /// What a batch norm learns, and its moving statistics.
    Norm { gamma: Tensor<1>, beta: Tensor<1>, mean: Tensor<1>, variance: Tensor<1> },
}

/// A network and its weights.
pub struct Layers {
    pub network: Network,
    pub weights: Vec<Option<Weights>>,
}

impl Layers {
    /// The network of a folder.
    pub fn new(files: &Files, device: &Device) -> Result<Self> {
        let network = files.network()?;
        let weights = network.layers.iter().map(|layer| weights(files, layer, device));
        let weights = weights.collect::<Result<_>>()?;
        Ok(Layers { network, weights })
    }

    /// What it makes of images. Batch norms take the batch's statistics, and move their own.
    pub fn forward(&mut self, images: Tensor<4>) -> Result<Value> {
        let mut values = HashMap::new();
        for (layer, weights) in self.network.layers.iter().zip(&mut self.weights) {
            let inputs = layer.inputs.iter().map(|name| match layer.frees.contains(name) {
                true => values.remove(name.as_str()),
                false => values.get(name.as_str()).cloned(),
            });
            let inputs = inputs.collect::<Option<Vec<Value>>>().ok_or("an input is gone")?;
            let value = match &layer.op {
                Op::Input => Value::Image(images.clone()),
                op => apply(op, weights.as_mut(), inputs)
                    .ok_or_else(|| format!("`{}` cannot be applied", layer.name))?,
            };
            values.insert(layer.name.as_str(), value);
        }
        Ok(values.into_values().next().ok_or("no layers")?)
    }
}

fn weights(files: &Files, layer: &Layer, device: &Device) -> Result<Option<Weights>> {
    let vector = |weight: &Weight| -> Result<Tensor<1>> {
        let data = TensorData::new(files.weight(weight)?, [weight.len()]);
        Ok(Tensor::from_data(data, device))
    };
    if let Op::BatchNorm { gamma, beta, moving_mean, moving_variance, .. } = &layer.op {
        let (mean, variance) = (vector(moving_mean)?, vector(moving_variance)?);
        return Ok(Some(Weights::Norm {
            gamma: vector(gamma)?,
            beta: vector(beta)?,
            mean,
            variance,
        }));
    }
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
    let bias = layer.bias.as_ref().map(vector).transpose()?;
    Ok(Some(Weights::Product { kernel, bias }))
}

fn apply(op: &Op, weights: Option<&mut Weights>, mut inputs: Vec<Value>) -> Option<Value> {
    use Value::{Image, Row};
    if let Op::Concat = op {
        let images = inputs.into_iter().map(|input| match input {
            Image(image) => Some(image),
            Row(_) => None,
        });
        return Some(Image(Tensor::cat(images.collect::<Option<Vec<_>>>()?, 1)));
    }
    let other = if inputs.len() > 1 { inputs.pop() } else { None };
    let input = inputs.pop()?;
    Some(match (op, input, weights) {
        (op, Image(x), Some(Weights::Product { kernel: Image(kernel), bias })) => {
            Image(convolution(op, x, kernel.clone(), bias.clone())?)
        }
        (Op::Dense { .. }, Row(x), Some(Weights::Product { kernel: Row(kernel), bias })) => {
            Row(linear(x, kernel.clone(), bias.clone()))
        }
        (
            &Op::BatchNorm { epsilon, momentum, .. },
            Image(x),
            Some(Weights::Norm { gamma, beta, mean, variance }),
        ) => {
            let found = batch_norm_train(x, gamma.clone(), beta.clone(), epsilon);
            for (moving, batch) in [(mean, found.mean), (variance, found.variance)] {
                let batch = batch.inner().mul_scalar(1.0 - momentum);
                *moving = moving.clone().mul_scalar(momentum).add(batch);
            }
            Image(found.output)
        }
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

fn convolution(
    op: &Op,
    x: Tensor<4>,
    kernel: Tensor<4>,
    bias: Option<Tensor<1>>,
) -> Option<Tensor<4>> {
    let groups = kernel.dims()[0];
    let options = |stride, pads, groups| {
        Some(ConvOptions::new(stride, Op::symmetric(pads).ok()?, [1, 1], groups))
    };
    Some(match *op {
        Op::Conv2d { stride, pads } => conv2d(x, kernel, bias, options(stride, pads, 1)?),
        Op::DepthwiseConv2d { stride, pads } => {
            conv2d(x, kernel, bias, options(stride, pads, groups)?)
        }
        Op::Conv2dTranspose { stride } => {
            let options = ConvTransposeOptions::new(stride, [0, 0], [0, 0], [1, 1], 1);
            conv_transpose2d(x, kernel, bias, options)
        }
        _ => return None,
    })
}
