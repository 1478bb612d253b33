use dfdx::prelude::Cpu;
use formwork_engine::Options;
use formwork_weights::fit::Network;

use super::{CompileError, Feed, Made, part};
use crate::{Error, Var};

/// A network that is compiled, with a place for what it is given and what it makes.
#[derive(Debug)]
pub(super) struct Ready {
    pub engine: formwork_engine::Compiled,
    name: String,
    given: Vec<Vec<f32>>,
    made: Vec<Vec<f32>>,
}

impl Ready {
    pub fn new<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
        network: &Network,
        sizes: &[Vec<usize>],
        options: &Options,
        read: impl FnMut(&str, &[usize]) -> Result<Vec<f32>, E>,
    ) -> Result<Self, CompileError> {
        let engine = formwork_engine::Compiled::new(part(network), sizes, options, read)?;
        let zeros = |sizes: &Vec<usize>| vec![0.0; sizes.iter().product()];
        let given = engine.inputs().iter().map(zeros).collect();
        let made = engine.outputs().iter().map(zeros).collect();
        Ok(Ready { engine, name: network.graph.name().to_owned(), given, made })
    }

    pub fn run<I: Feed<Cpu>, O: Made<Cpu>>(
        &mut self,
        device: &Cpu,
        inputs: &I,
    ) -> Result<O, Error> {
        self.try_run(device, inputs).map_err(|error| error.within(&self.name))
    }

    fn try_run<I: Feed<Cpu>, O: Made<Cpu>>(
        &mut self,
        device: &Cpu,
        inputs: &I,
    ) -> Result<O, Error> {
        let mut given = self.engine.inputs().iter().zip(&mut self.given);
        inputs.feed(&mut |input| match given.next() {
            Some((expected, given)) if input.dims() == expected => {
                input.into_values().copy_into(given);
                Ok(())
            }
            expected => {
                let expected = expected.map_or("none".to_owned(), |(dims, _)| format!("{dims:?}"));
                Err(Error::shape(expected, format!("{:?}", input.dims())))
            }
        })?;
        let given: Vec<&[f32]> = self.given.iter().map(Vec::as_slice).collect();
        let mut made: Vec<&mut [f32]> = self.made.iter_mut().map(Vec::as_mut_slice).collect();
        self.engine.run(&given, &mut made).map_err(Error::device)?;
        let mut made = self.engine.outputs().iter().zip(&self.made);
        O::make(&mut || match made.next() {
            Some((dims, values)) => Var::from_vec(device, values.clone(), dims),
            None => Err(Error::shape("an output", "none")),
        })
    }
}
