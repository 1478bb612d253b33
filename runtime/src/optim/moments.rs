use std::collections::BTreeMap;
use std::convert::Infallible;

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorName, ViewTensorRef,
};
use dfdx::prelude::{Gradients, Shape, Tensor};
use formwork_engine::team::Team;

use super::Optimizer;
use super::advance::{Advance, PIECE};
use crate::Backend;

/// What an optimiser remembers: how many steps it made, and values for each parameter by name.
///
/// They are computed on the host, each by itself, so that the same gradients always lead to the same
/// weights, however many threads share them.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Moments {
    /// The steps made.
    pub step: u64,
    /// For each parameter what [`Optimizer::moments`] counts, each as long as the parameter.
    pub values: BTreeMap<String, Vec<Vec<f32>>>,
}

impl Moments {
    /// Moves the parameters of a model by their gradients, by name; those without one stay.
    pub fn update<D: Backend, M: TensorCollection<f32, D>>(
        &mut self,
        optimizer: &dyn Optimizer,
        learning_rate: f64,
        model: &mut M,
        gradients: &[(String, Vec<f32>)],
    ) {
        let all = gradients.iter();
        let gradients = all.map(|(name, own)| (name.as_str(), own.chunks(PIECE))).collect();
        let (used, room, team) = (|_: &[f32]| (), &mut Vec::new(), &*Team::shared(None));
        let moments = self;
        Advance { moments, optimizer, learning_rate, gradients, used, room, team }.all(model);
    }

    /// As [`Moments::update`], by a team; the gradients are zeros afterwards. There is room for the
    /// values of a parameter, which is kept from step to step.
    pub(crate) fn update_and_clear<D: Backend, M: TensorCollection<f32, D>>(
        &mut self,
        optimizer: &dyn Optimizer,
        learning_rate: f64,
        model: &mut M,
        gradients: &mut [(String, Vec<f32>)],
        (room, team): (&mut Vec<f32>, &Team),
    ) {
        let all = gradients.iter_mut();
        let gradients = all.map(|(name, own)| (name.as_str(), own.chunks_mut(PIECE))).collect();
        let used = |piece: &mut [f32]| piece.fill(0.0);
        let moments = self;
        Advance { moments, optimizer, learning_rate, gradients, used, room, team }.all(model);
    }
}

/// The gradients of all parameters that gradients move, by name, in the model's order. They must
/// have been made with the model's `alloc_grads`.
pub fn gradients<D: Backend, M: TensorCollection<f32, D>>(
    model: &M,
    gradients: &Gradients<f32, D>,
) -> Vec<(String, Vec<f32>)> {
    let mut read = Read { gradients, values: Vec::new() };
    let Ok(_) = M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut read });
    read.values
}

struct Read<'a, D: Backend> {
    gradients: &'a Gradients<f32, D>,
    values: Vec<(String, Vec<f32>)>,
}

impl<D: Backend> TensorVisitor<f32, D> for Read<'_, D> {
    type Viewer = (ViewTensorRef, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        options: TensorOptions<S, f32, D>,
        (tensor, name): (&Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        if options.do_gradient_update {
            self.values.push((name, self.gradients.get(tensor).as_vec()));
        }
        Ok(None)
    }
}
