use std::fmt;
use std::sync::Mutex;

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::Cpu;
use formwork_engine::Options;

use super::held::Held;
use super::ready::Ready;
use super::training::{Shelf, train};
use super::{CompileError, Feed, Made};
use crate::weights::values_of;
use crate::{Context, Error, HasFrozen, HasGraph, Record};

/// What a model is compiled to when it runs on the CPU: a plan for each of the sizes that it ran at
/// last. A clone of the model compiles anew.
#[derive(Default)]
pub struct Plans {
    inference: Mutex<Vec<Plan>>,
    training: Shelf,
}

/// A plan, and the tensors that its weights were made of.
struct Plan {
    ready: Ready,
    tensors: Held,
}

/// For how many sizes a model keeps a plan.
const KEPT: usize = 4;

impl Plans {
    /// No plan yet.
    pub fn new() -> Self {
        Plans::default()
    }

    /// What the model makes of the inputs; `None` where it cannot be compiled for them.
    pub(crate) fn run<M, I, O>(&self, model: &M, inputs: &I) -> Option<Result<O, Error>>
    where
        M: HasGraph + TensorCollection<f32, Cpu>,
        I: Feed<Cpu>,
        O: Made<Cpu>,
    {
        let (mut sizes, mut device) = (Vec::new(), None);
        let see = inputs.feed(&mut |input| {
            sizes.push(input.dims().to_vec());
            device.get_or_insert_with(|| input.device().clone());
            Ok(())
        });
        let device = device.filter(|_| see.is_ok())?;
        // Where another thread runs the model, this one waits: they would share the cores.
        let mut plans = self.inference.lock().ok()?;
        let known = plans.iter().position(|plan| plan.ready.engine.inputs() == sizes);
        let plan = match known {
            Some(index) => {
                let plan = plans.remove(index);
                plan.tensors.are_of(model).then_some(plan)
            }
            None => None,
        };
        let plan = match plan {
            Some(plan) => plan,
            None => match Plan::new(model, &sizes)? {
                Ok(plan) => plan,
                // What was asked for by name is not passed over in silence.
                Err(error @ CompileError::Isa(_)) => return Some(Err(Error::device(error))),
                Err(_) => return None,
            },
        };
        plans.truncate(KEPT - 1);
        plans.insert(0, plan);
        Some(plans[0].ready.run(&device, inputs))
    }

    /// What the model makes of the inputs while it is trained; the inputs where there is no plan for
    /// that.
    pub(crate) fn train<M, T, I, O>(
        &self,
        model: &M,
        cx: &mut Context<Cpu>,
        inputs: I,
    ) -> Result<Result<O, Error>, I>
    where
        M: HasGraph + HasFrozen + TensorCollection<f32, Cpu>,
        T: Record<Cpu>,
        I: Feed<Cpu, Tape = T>,
        O: Made<Cpu, Tape = T>,
    {
        train(&self.training, model, cx, inputs)
    }
}

impl Plan {
    fn new<M: HasGraph + TensorCollection<f32, Cpu>>(
        model: &M,
        sizes: &[Vec<usize>],
    ) -> Option<Result<Self, CompileError>> {
        let network = M::network().ok()?;
        let read = |name: &str, _: &[usize]| values_of(model, name).ok_or("no such tensor");
        let ready = Ready::new(&network, sizes, &Options::default(), read);
        Some(ready.map(|ready| Plan { ready, tensors: Held::new(model) }))
    }
}

impl Clone for Plans {
    fn clone(&self) -> Self {
        Plans::new()
    }
}

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inference = self.inference.lock().map_or(0, |plans| plans.len());
        let training = self.training.len();
        f.debug_struct("Plans").field("inference", &inference).field("training", &training).finish()
    }
}
