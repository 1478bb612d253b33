//! candle: the list of layers, built from `candle_nn`.

mod layers;
mod training;

use candle_core::{Device, Tensor};
use formwork_bench_worker::{Files, Network, Peer, Result, Running, nchw, nhwc, serve};
use layers::Layers;
use training::Steps;

struct Candle;

impl Peer for Candle {
    fn version(&self) -> String {
        "0.11.1".to_owned()
    }

    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        let layers = Layers::new(files, &mut Ok)?;
        let images = images(files, &layers.network, batch)?;
        Ok(Box::new(Ready { layers, images, output: None }))
    }

    fn train(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        Ok(Box::new(Steps::begin(files, batch)?))
    }
}

/// The first images of a folder.
fn images(files: &Files, network: &Network, batch: usize) -> Result<Tensor> {
    let &[height, width, channels] = network.layers[0].shape.as_slice() else {
        return Err("the input is an image".into());
    };
    let images = nchw(&files.images(network, batch)?, &network.layers[0].shape);
    Ok(Tensor::from_vec(images, (batch, channels, height, width), &Device::Cpu)?)
}

struct Ready {
    layers: Layers,
    images: Tensor,
    output: Option<Tensor>,
}

impl Running for Ready {
    fn run(&mut self) -> Result<()> {
        self.output = Some(self.layers.forward(&self.images, false)?);
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        let output = self.output.as_ref().ok_or("it has not run")?;
        let shape = &self.layers.network.layers.last().ok_or("no layers")?.shape;
        Ok(nhwc(output.flatten_all()?.to_vec1()?, shape))
    }
}

fn main() -> Result<()> {
    serve(Candle)
}
