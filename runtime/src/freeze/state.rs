use std::collections::BTreeSet;
use std::sync::Arc;

use dfdx::nn::modules::{ModuleVisitor, TensorCollection};
use dfdx::prelude::{Device, Dtype};

/// The names of a model's own parameters that are frozen.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Frozen(Arc<BTreeSet<String>>);

impl Frozen {
    /// Nothing is frozen.
    pub fn new() -> Self {
        Frozen::default()
    }

    /// Whether the parameter of that name is frozen.
    pub fn has(&self, parameter: &str) -> bool {
        self.0.contains(parameter)
    }

    /// Whether nothing is frozen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn set(&mut self, parameter: &str, frozen: bool) {
        let names = Arc::make_mut(&mut self.0);
        match frozen {
            true => names.insert(parameter.to_owned()),
            false => names.remove(parameter),
        };
    }
}

/// No tensors: dfdx's walks over a model come by, and note what is frozen.
impl<E: Dtype, D: Device<E>> TensorCollection<E, D> for Frozen {
    type To<E2: Dtype, D2: Device<E2>> = Frozen;

    fn iter_tensors<V: ModuleVisitor<Self, E, D>>(
        visitor: &mut V,
    ) -> Result<Option<Frozen>, V::Err> {
        visitor.visit_fields((), |()| Frozen::default())
    }
}

/// A model that knows which of its parameters are frozen; `model!` implements it.
pub trait HasFrozen {
    /// Calls `visit` with what is frozen in each model in this one, then in this one. A
    /// parameter's name begins with the scope that comes with it, which begins with `scope`.
    fn each_frozen(&self, scope: &str, visit: &mut dyn FnMut(&str, &Frozen));

    /// As [`HasFrozen::each_frozen`], to change it.
    fn each_frozen_mut(&mut self, scope: &str, visit: &mut dyn FnMut(&str, &mut Frozen));
}
