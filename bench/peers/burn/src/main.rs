//! burn on its backend Flex: the list of layers, applied with its tensor operations.

mod layers;
mod training;

use burn::tensor::{Device, Tensor, TensorData};
use formwork_bench_worker::{Files, Network, Peer, Result, Running, nchw, nhwc, serve};
use layers::{Layers, Value};
use training::Steps;

struct Burn;

impl Peer for Burn {
    fn version(&self) -> String {
        "0.23.0-pre.1".to_owned()
    }

    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        let device = Device::flex();
        let layers = Layers::new(files, &device)?;
        let images = images(files, &layers.network, batch, &device)?;
        Ok(Box::new(Ready { layers, images, output: None }))
    }

    fn train(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        Steps::begin(files, batch)
    }
}

/// The first images of a folder, on a device.
fn images(files: &Files, network: &Network, batch: usize, device: &Device) -> Result<Tensor<4>> {
    let &[height, width, channels] = network.layers[0].shape.as_slice() else {
        return Err("the input is an image".into());
    };
    let images = nchw(&files.images(network, batch)?, &network.layers[0].shape);
    let images = TensorData::new(images, [batch, channels, height, width]);
    Ok(Tensor::from_data(images, device))
}

struct Ready {
    layers: Layers,
    images: Tensor<4>,
    output: Option<Value>,
}

impl Running for Ready {
    fn run(&mut self) -> Result<()> {
        self.output = Some(self.layers.forward(self.images.clone())?);
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        let data = match self.output.clone().ok_or("it has not run")? {
            Value::Image(image) => image.into_data(),
            Value::Row(row) => row.into_data(),
        };
        let values = data.into_vec::<f32>().map_err(|error| format!("{error:?}"))?;
        Ok(nhwc(values, &self.layers.network.layers.last().ok_or("no layers")?.shape))
    }
}

fn main() -> Result<()> {
    serve(Burn)
}
