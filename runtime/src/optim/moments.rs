use std::collections::BTreeMap;
use std::convert::Infallible;

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorMut, ViewTensorName,
    ViewTensorRef,
};
use dfdx::prelude::{Gradients, Shape, Tensor};
use rayon::prelude::*;

use super::Optimizer;
use super::taken::PIECE;
use crate::Backend;
use crate::weights::{Named, read};

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
        self.step += 1;
        let all: Gradient = gradients.iter().map(|(name, own)| (name.as_str(), own)).collect();
        let mut values = read(&*model);
        values.retain(|tensor| all.contains_key(tensor.name.as_str()));
        // Taken out, so that all can be changed at once.
        let mut remembered: Vec<Vec<Vec<f32>>> = values
            .iter()
            .map(|Named { name, values, .. }| {
                let zeros = || vec![vec![0.0; values.len()]; optimizer.moments()];
                self.values.remove(name).unwrap_or_else(zeros)
            })
            .collect();
        let mut pieces = Vec::new();
        for (Named { name, values, .. }, moments) in values.iter_mut().zip(&mut remembered) {
            let gradient = all[name.as_str()].chunks(PIECE);
            let mut moments: Vec<_> = moments.iter_mut().map(|own| own.chunks_mut(PIECE)).collect();
            for (own, gradient) in values.chunks_mut(PIECE).zip(gradient) {
                let moments: Vec<_> = moments.iter_mut().filter_map(Iterator::next).collect();
                pieces.push((own, gradient, moments));
            }
        }
        pieces.into_par_iter().for_each(|(own, gradient, mut moments)| {
            optimizer.step(self.step, learning_rate, own, gradient, &mut moments);
        });
        let mut write = Write(values.iter().map(|tensor| tensor.values.as_slice()), &all);
        let Ok(_) =
            M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut write });
        let names = values.into_iter().map(|tensor| tensor.name);
        self.values.extend(names.zip(remembered));
    }
}

/// Gradients by the names of parameters.
type Gradient<'a> = BTreeMap<&'a str, &'a Vec<f32>>;

/// Writes the values of parameters that have gradients.
struct Write<'a, I>(I, &'a Gradient<'a>);

impl<'a, D: Backend, I: Iterator<Item = &'a [f32]>> TensorVisitor<f32, D> for Write<'_, I> {
    type Viewer = (ViewTensorMut, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, D>,
        (tensor, name): (&mut Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        if self.1.contains_key(name.as_str())
            && let Some(values) = self.0.next()
        {
            tensor.copy_from(values);
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
