use std::collections::HashSet;

use dfdx::optim::UnusedTensors;
use dfdx::prelude::{Tape, UniqueId};

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
            Live::Trained(known) => vars.iter().any(|var| known.contains(&id(var))),
        }
    }

    /// Notes that a gradient flows to it.
    pub(crate) fn add<D: Backend, T: Tape<f32, D>>(&mut self, var: &Var<D, T>) {
        if let Live::Trained(known) = self {
            known.insert(id(var));
        }
    }
}

/// By which dfdx tells a tensor from others: that is private but for this list.
fn id<D: Backend, T: Tape<f32, D>>(var: &Var<D, T>) -> UniqueId {
    let mut list = UnusedTensors::default();
    list.add(&var.untaped().into_values());
    list.ids[0]
}
