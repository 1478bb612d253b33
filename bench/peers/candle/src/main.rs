//! candle: the list of layers, built from `candle_nn`.

use std::collections::HashMap;

use candle_core::{Device, Module, Tensor};
use candle_nn::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig, Linear};
use formwork_bench_worker::{
    Files, Layer, Network, Op, Peer, Result, Running, nchw, nhwc, permuted, serve,
};

struct Candle;

impl Peer for Candle {
    fn version(&self) -> String {
        "0.11.1".to_owned()
    }

    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        let network = files.network()?;
        let &[height, width, channels] = network.layers[0].shape.as_slice() else {
            return Err("the input is an image".into());
        };
        let images = nchw(&files.images(&network, batch)?, &network.layers[0].shape);
        let images = Tensor::from_vec(images, (batch, channels, height, width), &Device::Cpu)?;
        let modules = network.layers.iter().map(|layer| module(files, layer));
        let modules = modules.collect::<Result<_>>()?;
        Ok(Box::new(Layers { network, modules, images, output: None }))
    }
}

struct Layers {
    network: Network,
    modules: Vec<Option<Box<dyn Module>>>,
    images: Tensor,
    output: Option<Tensor>,
}

impl Running for Layers {
    fn run(&mut self) -> Result<()> {
        let mut values = HashMap::new();
        for (layer, module) in self.network.layers.iter().zip(&self.modules) {
            let inputs: Vec<Tensor> =
                layer.inputs.iter().map(|name| Tensor::clone(&values[name.as_str()])).collect();
            layer.frees.iter().for_each(|name| drop(values.remove(name.as_str())));
            let value = match module {
                Some(module) => module.forward(&inputs[0])?,
                None => apply(layer, &inputs, &self.images)?,
            };
            values.insert(layer.name.as_str(), value);
        }
        self.output = values.into_values().next();
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        let output = self.output.as_ref().ok_or("it has not run")?;
        let shape = &self.network.layers.last().ok_or("no layers")?.shape;
        Ok(nhwc(output.flatten_all()?.to_vec1()?, shape))
    }
}

/// The module of a layer with weights.
fn module(files: &Files, layer: &Layer) -> Result<Option<Box<dyn Module>>> {
    let Some(kernel) = &layer.kernel else { return Ok(None) };
    let tensor = |axes: &[usize], shape: &[usize]| -> Result<Tensor> {
        let values = permuted(&files.weight(kernel)?, shape, axes);
        let sizes: Vec<_> = axes.iter().map(|&axis| shape[axis]).collect();
        Ok(Tensor::from_vec(values, sizes, &Device::Cpu)?)
    };
    let bias = match &layer.bias {
        Some(bias) => Some(Tensor::from_vec(files.weight(bias)?, bias.len(), &Device::Cpu)?),
        None => None,
    };
    let shape = kernel.shape.as_slice();
    Ok(Some(match layer.op {
        Op::Conv2d { stride, pads } => {
            let config = config(stride, pads, 1)?;
            Box::new(Conv2d::new(tensor(&[3, 2, 0, 1], shape)?, bias, config))
        }
        Op::DepthwiseConv2d { stride, pads } => {
            let config = config(stride, pads, shape[2])?;
            Box::new(Conv2d::new(tensor(&[2, 3, 0, 1], shape)?, bias, config))
        }
        Op::Conv2dTranspose { stride } => {
            let config = ConvTranspose2dConfig { stride: square(stride)?, ..Default::default() };
            Box::new(ConvTranspose2d::new(tensor(&[3, 2, 0, 1], shape)?, bias, config))
        }
        // What was flattened had its channels last.
        Op::Dense { image: Some([height, width, channels]) } => {
            let kernel = tensor(&[3, 2, 0, 1], &[height, width, channels, shape[1]])?;
            Box::new(Linear::new(kernel.flatten_from(1)?, bias))
        }
        Op::Dense { image: None } => Box::new(Linear::new(tensor(&[1, 0], shape)?, bias)),
        _ => return Err(format!("`{}` has a kernel", layer.name).into()),
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

fn main() -> Result<()> {
    serve(Candle)
}
