use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Deref;

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorMut, ViewTensorName,
};
use dfdx::prelude::{HasShape, Shape, Tensor};
use formwork_engine::team::Team;

use super::{Moments, Optimizer};
use crate::Backend;

/// How many values a thread goes through at a time.
pub(super) const PIECE: usize = 1 << 15;

/// Moves one parameter of a model after the other.
///
/// dfdx lends nobody a tensor's values: they are copied, moved, and copied back. One by one, all in the
/// same room, they are in the cache still when they are copied back.
pub(super) struct Advance<'a, G, U> {
    pub moments: &'a mut Moments,
    pub optimizer: &'a dyn Optimizer,
    pub learning_rate: f64,
    /// The pieces of gradients, by the names of parameters.
    pub gradients: BTreeMap<&'a str, G>,
    /// What becomes of a piece that was used.
    pub used: U,
    /// Room for the values of a parameter.
    pub room: &'a mut Vec<f32>,
    /// Who moves the pieces of one.
    pub team: &'a Team,
}

impl<G, U> Advance<'_, G, U>
where
    G: Iterator<Item: Deref<Target = [f32]> + Send>,
    U: Fn(G::Item) + Sync,
{
    /// Moves the parameters that have gradients.
    pub fn all<D: Backend, M: TensorCollection<f32, D>>(mut self, model: &mut M) {
        self.moments.step += 1;
        let Ok(_) =
            M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut self });
    }
}

impl<D: Backend, G, U> TensorVisitor<f32, D> for Advance<'_, G, U>
where
    G: Iterator<Item: Deref<Target = [f32]> + Send>,
    U: Fn(G::Item) + Sync,
{
    type Viewer = (ViewTensorMut, ViewTensorName);
    type Err = Infallible;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        _: TensorOptions<S, f32, D>,
        (tensor, name): (&mut Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, Infallible> {
        let Some(gradient) = self.gradients.remove(name.as_str()) else { return Ok(None) };
        let Advance { moments, optimizer, learning_rate, used, room, team, .. } = self;
        let len = tensor.shape().num_elements();
        if room.len() < len {
            room.resize(len, 0.0);
        }
        let values = &mut room[..len];
        tensor.copy_into(values);
        let Moments { step, values: remembered } = &mut **moments;
        let zeros = || vec![vec![0.0; len]; optimizer.moments()];
        let moments = remembered.entry(name).or_insert_with(zeros);
        let mut moments: Vec<_> = moments.iter_mut().map(|own| own.chunks_mut(PIECE)).collect();
        let pieces = values.chunks_mut(PIECE).zip(gradient).map(|(own, gradient)| {
            let moments = moments.iter_mut().filter_map(Iterator::next).collect();
            (own, gradient, moments)
        });
        let advance = |(own, gradient, mut moments): (&mut [f32], G::Item, Vec<&mut [f32]>)| {
            optimizer.step(*step, *learning_rate, own, &gradient, &mut moments);
            used(gradient);
        };
        match len <= PIECE {
            true => pieces.for_each(advance),
            false => team.each(pieces, advance),
        }
        tensor.copy_from(values);
        Ok(None)
    }
}
