//! The layers of a network, one after the other.

use std::collections::HashMap;

use candle_core::{Device, Tensor};
use candle_nn::{
    BatchNorm, Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig, Linear, ModuleT,
};
use formwork_bench_worker::{Files, Layer, Network, Op, Result, Weight, permuted};

/// A network and its modules.
pub struct Layers {
    pub network: Network,
    modules: Vec<Option<Box<dyn ModuleT>>>,
}

impl Layers {
    /// The network of a folder. Each weight is what `weight` makes of its values.
    pub fn new(
        files: &Files,
        weight: &mut dyn FnMut(Tensor) -> candle_core::Result<Tensor>,
    ) -> Result<Self> {
        let network = files.network()?;
        let modules = network.layers.iter().map(|layer| module(files, layer, weight));
        let modules = modules.collect::<Result<_>>()?;
        Ok(Layers { network, modules })
    }

    /// What it makes of images.
    pub fn forward(&self, images: &Tensor, train: bool) -> Result<Tensor> {
        let mut values = HashMap::new();
        for (layer, module) in self.network.layers.iter().zip(&self.modules) {
            let inputs: Vec<Tensor> =
                layer.inputs.iter().map(|name| Tensor::clone(&values[name.as_str()])).collect();
            layer.frees.iter().for_each(|name| drop(values.remove(name.as_str())));
            let value = match module {
                Some(module) => module.forward_t(&inputs[0], train)?,
                None => apply(layer, &inputs, images)?,
            };
            values.insert(layer.name.as_str(), value);
        }
        Ok(values.into_values().next().ok_or("no layers")?)
    }
}

/// The module of a layer with weights.
fn module(
    files: &Files,
    layer: &Layer,
    weight: &mut dyn FnMut(Tensor) -> candle_core::Result<Tensor>,
) -> Result<Option<Box<dyn ModuleT>>> {
    let vector = |of: &Weight| -> Result<Tensor> {
        Ok(Tensor::from_vec(files.weight(of)?, of.len(), &Device::Cpu)?)
    };
    if let Op::BatchNorm { epsilon, momentum, gamma, beta, moving_mean, moving_variance } =
        &layer.op
    {
        let [gamma, beta, mean, variance] = [gamma, beta, moving_mean, moving_variance].map(vector);
        let (channels, momentum) = (layer.shape[layer.shape.len() - 1], 1.0 - momentum);
        return Ok(Some(Box::new(BatchNorm::new_with_momentum(
            channels,
            mean?,
            variance?,
            weight(gamma?)?,
            weight(beta?)?,
            *epsilon,
            momentum,
        )?)));
    }
    let Some(kernel) = &layer.kernel else { return Ok(None) };
    let shape = kernel.shape.as_slice();
    let tensor = |axes: &[usize], shape: &[usize]| -> Result<Tensor> {
        let values = permuted(&files.weight(kernel)?, shape, axes);
        let sizes: Vec<_> = axes.iter().map(|&axis| shape[axis]).collect();
        Ok(Tensor::from_vec(values, sizes, &Device::Cpu)?)
    };
    let kernel = match layer.op {
        Op::Conv2d { .. } | Op::Conv2dTranspose { .. } => tensor(&[3, 2, 0, 1], shape)?,
        Op::DepthwiseConv2d { .. } => tensor(&[2, 3, 0, 1], shape)?,
        // What was flattened had its channels last.
        Op::Dense { image: Some([height, width, channels]) } => {
            tensor(&[3, 2, 0, 1], &[height, width, channels, shape[1]])?.flatten_from(1)?
        }
        Op::Dense { image: None } => tensor(&[1, 0], shape)?,
        _ => return Err(format!("`{}` has a kernel", layer.name).into()),
    };
    let kernel = weight(kernel)?;
    let bias = layer.bias.as_ref().map(vector).transpose()?.map(weight).transpose()?;
    Ok(Some(match layer.op {
        Op::Conv2d { stride, pads } => {
            Box::new(Conv2d::new(kernel, bias, config(stride, pads, 1)?))
        }
        Op::DepthwiseConv2d { stride, pads } => {
            Box::new(Conv2d::new(kernel, bias, config(stride, pads, shape[2])?))
        }
        Op::Conv2dTranspose { stride } => {
            let config = ConvTranspose2dConfig { stride: square(stride)?, ..Default::default() };
            Box::new(ConvTranspose2d::new(kernel, bias, config))
        }
        _ => Box::new(Linear::new(kernel, bias)),
    }))
}

fn apply(layer: &Layer, inputs: &[Tensor], images: &Tensor) -> Result<Tensor> {
    Ok(match layer.op {
        Op::Input => images.clone(),
        Op::Relu => inputs[0].relu()?,
        Op::Relu6 => inputs[0].clamp(0f32, 6f32)?,
        Op::Add => (&inputs[0] + &inputs[1])?,
        Op::Concat => Tensor::cat(inputs, 1)?,
        Op::Flatten => inputs[0].flatten_from(1)?,
        Op::GlobalAvgPool2d => inputs[0].mean((2, 3))?,
        Op::MaxPool2d { size, stride, pads } => {
            let [y, x] = Op::symmetric(pads)?;
            // The pixel beside the edge, again, is never larger than what the window has.
            let padded = match (y, x) {
                (0, 0) => inputs[0].clone(),
                _ => inputs[0].pad_with_same(2, y, y)?.pad_with_same(3, x, x)?,
            };
            padded.max_pool2d_with_stride((size[0], size[1]), (stride[0], stride[1]))?
        }
        _ => return Err(format!("`{}` has no kernel", layer.name).into()),
    })
}

fn config(stride: [usize; 2], pads: [[usize; 2]; 2], groups: usize) -> Result<Conv2dConfig> {
    let (stride, padding) = (square(stride)?, square(Op::symmetric(pads)?)?);
    Ok(Conv2dConfig { stride, padding, groups, ..Default::default() })
}

fn square([a, b]: [usize; 2]) -> Result<usize> {
    if a == b { Ok(a) } else { Err(format!("{a} of height, {b} of width").into()) }
}
