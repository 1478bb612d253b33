//! How dfdx's walks over a model's tensors learn which are frozen: they see those as tensors that
//! no gradient updates, so every optimiser leaves them alone.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;

use dfdx::nn::modules::{
    ModuleFields, ModuleVisitor, RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor,
    ViewTensorName,
};
use dfdx::prelude::{Device, Dtype, Shape, Tensor};

use super::Frozen;

/// What is frozen in the model that a walk goes over: of several models, in the one that it
/// changes. A walk that builds a model sees none.
#[derive(Default)]
pub struct Seen {
    frozen: RefCell<Frozen>,
    changes: Cell<bool>,
}

impl Seen {
    /// A walk that has seen nothing yet.
    pub fn new() -> Self {
        Seen::default()
    }

    /// What is frozen in it.
    pub fn frozen(&self) -> Frozen {
        self.frozen.borrow().clone()
    }

    fn note<'a>(&self, frozen: &'a Frozen, changes: bool) -> &'a Frozen {
        if changes || !self.changes.get() {
            self.frozen.replace(frozen.clone());
        }
        self.changes.set(changes || self.changes.get());
        frozen
    }
}

/// How a walk reaches what is frozen in the model `M`: the first of its fields.
pub struct State<'a, M> {
    seen: &'a Seen,
    get: fn(&M) -> &Frozen,
    get_mut: fn(&mut M) -> &mut Frozen,
}

/// What is frozen in a model: where it is, and where it is noted.
pub fn state<M>(
    seen: &Seen,
    get: fn(&M) -> &Frozen,
    get_mut: fn(&mut M) -> &mut Frozen,
) -> State<'_, M> {
    State { seen, get, get_mut }
}

impl<M: TensorCollection<E, D>, E: Dtype, D: Device<E>> ModuleFields<M, E, D> for State<'_, M> {
    type Options<E2: Dtype, D2: Device<E2>> = ();
    type Output<E2: Dtype, D2: Device<E2>> = ();

    fn visit_fields<V: ModuleVisitor<M, E, D>>(self, visitor: &mut V) -> Result<(), V::Err> {
        let State { seen, get, get_mut } = self;
        let seen_in = visitor.visit_module(
            "",
            |model| seen.note(get(model), false),
            |model| {
                seen.note(get(model), true);
                get_mut(model)
            },
        );
        seen_in.map(drop)
    }

    fn handle_options<E2: Dtype, D2: Device<E2>>((): ()) -> Option<()> {
        Some(())
    }
}

/// How a walk reaches a tensor of the model `M`.
pub struct Parameter<'a, M, S: Shape, E: Dtype, D: Device<E>> {
    seen: &'a Seen,
    name: &'static str,
    get: fn(&M) -> &Tensor<S, E, D>,
    get_mut: fn(&mut M) -> &mut Tensor<S, E, D>,
    options: TensorOptions<S, E, D>,
}

/// A tensor of a model: what is frozen there, its name, where it is, whether it is trained if it is
/// not frozen, and how it starts.
pub fn parameter<'a, M, S: Shape, E: Dtype, D: Device<E>>(
    seen: &'a Seen,
    name: &'static str,
    get: fn(&M) -> &Tensor<S, E, D>,
    get_mut: fn(&mut M) -> &mut Tensor<S, E, D>,
    options: TensorOptions<S, E, D>,
) -> Parameter<'a, M, S, E, D> {
    Parameter { seen, name, get, get_mut, options }
}

impl<M: TensorCollection<E, D>, S: Shape, E: Dtype, D: Device<E>> ModuleFields<M, E, D>
    for Parameter<'_, M, S, E, D>
{
    type Options<E2: Dtype, D2: Device<E2>> = Option<Tensor<S, E2, D2>>;
    type Output<E2: Dtype, D2: Device<E2>> = Tensor<S, E2, D2>;

    fn visit_fields<V: ModuleVisitor<M, E, D>>(
        self,
        visitor: &mut V,
    ) -> Result<Self::Options<V::E2, V::D2>, V::Err> {
        let Parameter { seen, name, get, get_mut, mut options } = self;
        options.do_gradient_update &= !seen.frozen.borrow().has(name);
        visitor.visit_tensor(name, get, get_mut, options)
    }

    fn handle_options<E2: Dtype, D2: Device<E2>>(
        options: Self::Options<E2, D2>,
    ) -> Option<Self::Output<E2, D2>> {
        options
    }
}

/// Name and number of values of each tensor of a model.
pub(super) fn tensors<D: Device<f32>, M: TensorCollection<f32, D>>(_: &M) -> Vec<(String, usize)> {
    let mut list = List(Vec::new());
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: String::new(), f: &mut list });
    list.0
}

struct List(Vec<(String, usize)>);

impl<D: Device<f32>> TensorVisitor<f32, D> for List {
    type Viewer = ViewTensorName;
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        options: TensorOptions<S, f32, D>,
        name: String,
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        self.0.push((name, options.shape.num_elements()));
        Ok(None)
    }
}
