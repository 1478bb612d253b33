use std::collections::HashSet;

use dfdx::optim::UnusedTensors;
use dfdx::prelude::{Shape, Storage, Tape, Tensor, UniqueId};

use crate::{Backend, Var};

/// The tensors of a run that a gradient flows to.
pub(crate) enum Live {
    /// All: the inputs' gradients may be wanted.
    All,
    /// Those that depend on a parameter that is trained.
    Trained(HashSet<UniqueId>),
}

impl Live {
    /// Whether a gradient flows to one of them.
    pub(crate) fn any<D: Backend, T: Tape<f32, D>>(&self, vars: &[Var<D, T>]) -> bool {
        match self {
            Live::All => true,
            Live::Trained(known) => vars.iter().any(|var| known.contains(&id_of(var))),
        }
    }

    /// Notes that a gradient flows to it.
    pub(crate) fn add<D: Backend, T: Tape<f32, D>>(&mut self, var: &Var<D, T>) {
        if let Live::Trained(known) = self {
            known.insert(id_of(var));
        }
    }
}

fn id_of<D: Backend, T: Tape<f32, D>>(var: &Var<D, T>) -> UniqueId {
    id(&var.untaped().into_values())
}

/// By which dfdx tells a tensor from others, but not from its clones: that is private but for this list.
pub(crate) fn id<S: Shape, D: Storage<f32>>(tensor: &Tensor<S, f32, D>) -> UniqueId {
    let mut list = UnusedTensors::default();
    list.add(tensor);
    list.ids[0]
}
