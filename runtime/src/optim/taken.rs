use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering};

use dfdx::nn::modules::{
    RecursiveWalker, TensorCollection, TensorOptions, TensorVisitor, ViewTensorName, ViewTensorRef,
};
use dfdx::prelude::{Gradients, Shape, Tensor, UniqueId};
use formwork_engine::team::Team;

use super::advance::PIECE;
use crate::Backend;
use crate::live::id;

/// The gradients of all parameters that gradients move, by name, in the model's order: taken out of
/// dfdx's, where they are without copying them.
pub(crate) struct Taken(pub Vec<(String, Vec<f32>)>);

impl Taken {
    /// Takes them. They must have been made with the model's `alloc_grads`.
    ///
    /// # Errors
    /// If the device has no more memory.
    pub fn new<D: Backend, M: TensorCollection<f32, D>>(
        model: &M,
        gradients: &mut Gradients<f32, D>,
    ) -> Result<Self, D::Err> {
        let mut take = Take { gradients, values: Vec::new(), known: HashMap::new() };
        M::iter_tensors(&mut RecursiveWalker { m: (model, String::new()), f: &mut take })?;
        Ok(Taken(take.values))
    }

    /// Multiplies all with a factor; says whose are not finite, the last of them.
    pub fn scale(&mut self, factor: f32, team: &Team) -> Option<&str> {
        let pieces = self.0.iter_mut().enumerate().flat_map(|(index, (_, values))| {
            values.chunks_mut(PIECE).map(move |values| (index, values))
        });
        // One more than the last, 0 for none.
        let last = AtomicUsize::new(0);
        team.each(pieces, |(index, values)| {
            if factor != 1.0 {
                values.iter_mut().for_each(|g| *g *= factor);
            }
            // All values are looked at, since that takes whole vectors of them.
            if !values.iter().fold(true, |finite, g| finite & g.is_finite()) {
                last.fetch_max(index + 1, Ordering::Relaxed);
            }
        });
        let last = last.into_inner().checked_sub(1)?;
        Some(&self.0[last].0)
    }

    /// Gives them back, which are zeros by now, and drops what else there is.
    ///
    /// # Errors
    /// If the device has no more memory.
    pub fn clear<D: Backend, M: TensorCollection<f32, D>>(
        self,
        model: &M,
        gradients: &mut Gradients<f32, D>,
    ) -> Result<(), D::Err> {
        let mut clear = Clear { gradients, values: self.0.into_iter() };
        M::iter_tensors(&mut RecursiveWalker { m: model, f: &mut clear })?;
        gradients.retain_leafs(&[]);
        Ok(())
    }
}

struct Take<'a, D: Backend> {
    gradients: &'a mut Gradients<f32, D>,
    values: Vec<(String, Vec<f32>)>,
    /// Whose gradients were taken, and which they are.
    known: HashMap<UniqueId, usize>,
}

impl<D: Backend> TensorVisitor<f32, D> for Take<'_, D> {
    type Viewer = (ViewTensorRef, ViewTensorName);
    type Err = D::Err;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        options: TensorOptions<S, f32, D>,
        (tensor, name): (&Tensor<S, f32, D>, String),
    ) -> Result<Option<Tensor<S, f32, D>>, D::Err> {
        if options.do_gradient_update {
            // A parameter and its clone have one gradient.
            let values = match self.known.entry(id(tensor)) {
                Entry::Occupied(of) => self.values[*of.get()].1.clone(),
                Entry::Vacant(of) => {
                    of.insert(self.values.len());
                    D::take_gradient(self.gradients, tensor)?
                }
            };
            self.values.push((name, values));
        }
        Ok(None)
    }
}

struct Clear<'a, D: Backend> {
    gradients: &'a mut Gradients<f32, D>,
    values: std::vec::IntoIter<(String, Vec<f32>)>,
}

impl<D: Backend> TensorVisitor<f32, D> for Clear<'_, D> {
    type Viewer = ViewTensorRef;
    type Err = D::Err;
    type E2 = f32;
    type D2 = D;

    fn visit<S: Shape>(
        &mut self,
        options: TensorOptions<S, f32, D>,
        tensor: &Tensor<S, f32, D>,
    ) -> Result<Option<Tensor<S, f32, D>>, D::Err> {
        if options.do_gradient_update
            && let Some((_, zeros)) = self.values.next()
        {
            D::clear_gradient(self.gradients, tensor, zeros)?;
        }
        Ok(None)
    }
}
