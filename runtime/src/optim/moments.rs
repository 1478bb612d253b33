use std::collections::BTreeMap;
use std::convert::Infallible;

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorMut, ViewTensorName,
    ViewTensorRef,
};
use dfdx::prelude::{Gradients, Shape, Tensor};

use super::Optimizer;
use crate::Backend;

/// What an optimiser remembers: how many steps it made, and values for each parameter by name.
///
/// They are computed on the host, one after the other, so that the same gradients always lead to
/// the same weights.
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
        self.step += 1;
        let gradients = gradients.iter().map(|(name, values)| (name.as_str(), values)).collect();
        let mut update = Update { optimizer, learning_rate, moments: self, gradients };
        let Ok(_) =
            M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut update });
    }
}

struct Update<'a> {
    optimizer: &'a dyn Optimizer,
    learning_rate: f64,
    moments: &'a mut Moments,
    gradients: BTreeMap<&'a str, &'a Vec<f32>>,
}

impl<D: Backend> TensorVisitor<f32, D> for Update<'_> {
    type Viewer = (ViewTensorMut, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, D>,
        (tensor, name): (&mut Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        if let Some(gradient) = self.gradients.get(name.as_str()) {
            let mut values = tensor.as_vec();
            let zeros = || vec![vec![0.0; gradient.len()]; self.optimizer.moments()];
            let moments = self.moments.values.entry(name).or_insert_with(zeros);
            let (step, rate) = (self.moments.step, self.learning_rate);
            self.optimizer.step(step, rate, &mut values, gradient, moments);
            tensor.copy_from(&values);
        }
        Ok(None)
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
