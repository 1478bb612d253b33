//! tract, on the ONNX file.

use std::sync::Arc;

use formwork_bench_worker::{Files, Peer, Result, Running, nchw, nhwc, serve};
use tract_linalg::multithread::{Executor, set_default_executor};
use tract_onnx::prelude::*;

struct Tract;

impl Peer for Tract {
    fn version(&self) -> String {
        "0.23.9".to_owned()
    }

    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        let network = files.network()?;
        let image = &network.layers[0].shape;
        let shape = [batch, image[2], image[0], image[1]];
        let images = nchw(&files.images(&network, batch)?, image);
        let plan = tract_onnx::onnx()
            .model_for_path(files.onnx())?
            .with_input_fact(0, f32::fact(shape).into())?
            .into_optimized()?
            .into_runnable()?;
        let shape = network.layers.last().ok_or("no layers")?.shape.clone();
        let images = Tensor::from_shape(&[batch, image[2], image[0], image[1]], &images)?.into();
        Ok(Box::new(Plan { plan, images, shape, output: Vec::new() }))
    }
}

struct Plan {
    plan: Arc<TypedRunnableModel>,
    images: TValue,
    shape: Vec<usize>,
    output: Vec<TValue>,
}

impl Running for Plan {
    fn run(&mut self) -> Result<()> {
        self.output = self.plan.run(tvec!(self.images.clone()))?.into_vec();
        Ok(())
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        let values = self.output.first().ok_or("it has not run")?;
        let values = values.to_plain_array_view::<f32>()?.iter().copied().collect();
        Ok(nhwc(values, &self.shape))
    }
}

fn main() -> Result<()> {
    let threads = std::env::args().nth(1).ok_or("usage: peer-tract THREADS")?.parse()?;
    set_default_executor(Executor::multithread(threads));
    serve(Tract)
}
