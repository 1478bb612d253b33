//! formwork's side of the bench.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use formwork_bench_worker::{Files, Peer, Running};
use formwork_engine::{Compiled, Given, Mask, Options, Trained, Training};
use formwork_ir::Graph;
use formwork_weights::WeightFile;

use crate::training::{self, Steps};
use crate::{Result, models};

/// What formwork is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Nothing: it is as fast as it can be.
    Nothing,
    /// To be exact: no Winograd.
    Exact,
    /// To take little memory.
    Small,
}

/// formwork as a peer.
pub struct Formwork {
    /// How it is compiled.
    pub options: Options,
}

impl Formwork {
    /// With that many threads.
    pub fn new(threads: usize, told: Told) -> Self {
        let mut options = Options::default();
        options.threads = NonZeroUsize::new(threads);
        options.exact = told == Told::Exact;
        options.small = told == Told::Small;
        Formwork { options }
    }

    /// The network of a folder, which is named after it.
    ///
    /// # Errors
    /// If its files cannot be read.
    pub fn compile(&self, files: &Files, batch: usize) -> Result<Ready> {
        let graph = models::find(name(files))?.graph();
        let sizes = sizes(&graph, batch);
        let mut weights = WeightFile::open(files.weights())?;
        let compiled = Compiled::new(&graph, &sizes, &self.options, |name, _| {
            let index = weights.entries().iter().position(|entry| entry.name == name);
            let index = index.ok_or_else(|| format!("no `{name}`"))?;
            weights.values(index).map_err(|error| error.to_string())
        })?;
        let input = files.images(&files.network()?, batch)?;
        let output = vec![0.0; compiled.outputs()[0].iter().product()];
        Ok(Ready { compiled, input, output })
    }

    /// The table of the steps that train the network of a folder, with times; the gradients of its
    /// outputs are ones.
    ///
    /// # Errors
    /// If its files cannot be read, or a layer cannot be trained.
    pub fn profile_training(&self, files: &Files, batch: usize, runs: usize) -> Result<String> {
        let graph = training::find(name(files))?.graph();
        let sizes = sizes(&graph, batch);
        let mut training = Training::new(&graph, &sizes, &self.options, &Trained::default())?;
        let mut weights = WeightFile::open(files.weights())?;
        let mut params = Vec::new();
        for (name, _) in training.params() {
            let index = weights.entries().iter().position(|entry| entry.name == name);
            params.push(weights.values(index.ok_or_else(|| format!("no `{name}`"))?)?);
        }
        let input = files.images(&files.network()?, batch)?;
        let ones = |mask: &Mask| vec![1.0; mask.sizes.iter().product()];
        let masks: Vec<Vec<f32>> = training.masks().iter().map(ones).collect();
        let params: Vec<&[f32]> = params.iter().map(Vec::as_slice).collect();
        let masks: Vec<&[f32]> = masks.iter().map(Vec::as_slice).collect();
        let given = Given { inputs: &[&input], params: &params, masks: &masks };
        Ok(training.profile(given, runs))
    }
}

/// The name of the network of a folder.
fn name(files: &Files) -> &str {
    files.folder().file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The sizes of a network's inputs.
fn sizes(graph: &Graph, batch: usize) -> Vec<Vec<usize>> {
    let sizes = graph.inputs().map(|(_, node)| {
        let sample = node.shape.sample().iter().filter_map(|dim| dim.known());
        std::iter::once(batch).chain(sample).collect()
    });
    sizes.collect()
}

impl Peer for Formwork {
    fn version(&self) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    fn load(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        Ok(Box::new(self.compile(files, batch)?))
    }

    fn train(&mut self, files: &Files, batch: usize) -> Result<Box<dyn Running>> {
        let trained = training::find(name(files))?;
        let (threads, has) = (self.options.threads, available_parallelism()?);
        if threads.is_some_and(|threads| threads != has) {
            return Err(format!("it trains with as many threads as the machine has: {has}").into());
        }
        let known = files.training()?.batch;
        if batch != known {
            return Err(format!("it is trained in batches of {known}").into());
        }
        Ok(Box::new(Steps::begin(trained, files.clone())?))
    }
}

/// A network that is compiled, with its images.
pub struct Ready {
    compiled: Compiled,
    input: Vec<f32>,
    output: Vec<f32>,
}

impl Ready {
    /// The table of its steps, with times.
    ///
    /// # Errors
    /// If it cannot run.
    pub fn profile(&mut self, runs: usize) -> Result<String> {
        Ok(self.compiled.profile(&[&self.input], &mut [&mut self.output], runs)?)
    }
}

impl Running for Ready {
    fn run(&mut self) -> Result<()> {
        Ok(self.compiled.run(&[&self.input], &mut [&mut self.output])?)
    }

    fn output(&mut self) -> Result<Vec<f32>> {
        Ok(self.output.clone())
    }
}
