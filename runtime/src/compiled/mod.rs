//! Models compiled for the CPU: see [`Compile`].

mod at;
mod held;
mod plans;
mod ready;
mod tensors;
mod together;
mod training;

use std::fmt;
use std::marker::PhantomData;

use dfdx::nn::modules::{Module, TensorCollection};
use dfdx::prelude::Cpu;
use formwork_engine::{Model, RunError, Trained, Training};
use formwork_weights::fit::Network;

pub use at::At;
pub use formwork_engine::{Algorithm, CompileError, Isa};
pub use plans::Plans;
pub use tensors::{Feed, Made, Next, Take};
pub(crate) use together::Together;
#[cfg(feature = "train")]
pub(crate) use together::TrainTogether;

use crate::weights::values_of;
use crate::{Error, Freeze, HasFrozen, HasGraph};
use ready::Ready;

/// Compiles a model: its network becomes a plan for one batch, with memory laid out once, layers
/// fused, batch norms in the weights of the layers before them, and kernels for the instruction set
/// of the machine.
///
/// `forward` on the CPU does so by itself, outside a tape; what is compiled here is kept, shows its
/// plan and runs on slices.
pub trait Compile: HasGraph + TensorCollection<f32, Cpu> + Sized {
    /// The model for batches of a size; what else there is to say, [`At`] says.
    ///
    /// The weights are copied: what is compiled stays as it is when the model is trained on.
    ///
    /// ```
    /// use formwork::prelude::*;
    ///
    /// model! {
    ///     struct Net<H>(image: [_, H, 8, 3]) -> [_, 4] {
    ///         image.conv2d(4, 3, padding = same).batch_norm().relu().global_avg_pool2d()
    ///     }
    /// }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let device = Cpu::seed_from_u64(0);
    /// let model: Net = Net::build(&device);
    /// let mut compiled = model.compile(At::batch(2).size("H", 6).threads(1))?;
    /// let image: Tensor<_, f32, _> = device.zeros_like(&(2, 6, Const::<8>, Const::<3>));
    /// let answer = compiled.predict(image)?;
    /// assert_eq!(answer.shape(), &(2, Const::<4>));
    /// println!("{compiled}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the model does not run at that size, or a size is missing that only run time knows.
    fn compile(&self, at: impl Into<At>) -> Result<Compiled<Self>, CompileError> {
        let at = at.into();
        let network = Self::network().map_err(|error| at::unreadable(&error))?;
        let sizes = at.inputs(&network.graph)?;
        let read = |name: &str, sizes: &[usize]| {
            values_of(self, name).ok_or_else(|| format!("the model has no `{name}`, of {sizes:?}"))
        };
        let ready = Ready::new(&network, &sizes, &at.options(), read)?;
        Ok(Compiled { ready, device: Cpu::default(), model: PhantomData })
    }

    /// The table of the steps that train the model on batches of a size: forward, then back, with the
    /// memory that they take, before anything runs. `forward_mut` goes by such a plan.
    ///
    /// ```
    /// # use formwork::prelude::*;
    /// # model! {
    /// #     struct Net(x: [_, 8]) -> [_, 2] { x.dense(4).relu().dense(2) }
    /// # }
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let net: Net = Net::build(&Cpu::default());
    /// println!("{}", net.explain_training(32)?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the model does not run at that size, or a size is missing that only run time knows.
    fn explain_training(&self, at: impl Into<At>) -> Result<String, CompileError>
    where
        Self: HasFrozen,
    {
        let at = at.into();
        let network = Self::network().map_err(|error| at::unreadable(&error))?;
        let sizes = at.inputs(&network.graph)?;
        let trained = Trained { frozen: self.frozen(), ..Trained::default() };
        Ok(Training::new(part(&network), &sizes, &at.options(), &trained)?.to_string())
    }
}

impl<M: HasGraph + TensorCollection<f32, Cpu>> Compile for M {}

/// A network as the engine takes it.
fn part(network: &Network) -> Model<'_> {
    let parts = network.parts.iter().map(|(name, network)| (name.as_str(), part(network)));
    Model { graph: &network.graph, parts: parts.collect() }
}

/// A model that is ready to run on batches of one size: see [`Compile::compile`].
///
/// Displayed as the table of its steps: kernels, sizes, operations, weights and places in memory.
pub struct Compiled<M> {
    ready: Ready,
    device: Cpu,
    model: PhantomData<fn() -> M>,
}

impl<M> Compiled<M> {
    /// What the model answers: as its `forward` does.
    ///
    /// # Errors
    /// If the inputs' sizes are not those that it was compiled for.
    pub fn predict<I: Feed<Cpu>>(&mut self, inputs: I) -> Result<M::Output, Error>
    where
        M: Module<I, Output: Made<Cpu>>,
    {
        self.ready.run(&self.device, &inputs)
    }

    /// As [`Compiled::predict`], from and to slices of values, row-major, in the order of the
    /// model's inputs and outputs. Nothing is allocated.
    ///
    /// # Errors
    /// If they are not as many, or not as long, as the model's.
    pub fn predict_into(
        &mut self,
        inputs: &[&[f32]],
        outputs: &mut [&mut [f32]],
    ) -> Result<(), RunError> {
        self.ready.engine.run(inputs, outputs)
    }

    /// Sizes of the inputs, batch first.
    pub fn inputs(&self) -> &[Vec<usize>] {
        self.ready.engine.inputs()
    }

    /// Sizes of the outputs.
    pub fn outputs(&self) -> &[Vec<usize>] {
        self.ready.engine.outputs()
    }

    /// The table of its steps.
    pub fn explain(&self) -> String {
        self.to_string()
    }
}

impl<M> fmt::Display for Compiled<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ready.engine.fmt(f)
    }
}

impl<M> fmt::Debug for Compiled<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Compiled").field(&self.ready).finish()
    }
}
