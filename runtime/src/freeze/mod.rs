//! Parameters that training leaves alone: see [`Freeze`].

mod error;
mod pattern;
mod state;
mod walk;

use std::collections::BTreeSet;

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::Device;

pub use error::FreezeError;
pub use state::{Frozen, HasFrozen};
pub use walk::{Parameter, Seen, parameter, state};

use pattern::Pattern;
use walk::tensors;

/// Freezes and unfreezes parameters of a model by their names, as Keras' `trainable` does.
///
/// A pattern is the name of a parameter (`stem.conv2d.kernel`), of a layer (`stem.conv2d`), or of
/// a scope or another model in this one (`stem`, for all that is in it). In it `*` stands for any
/// text, dots included, and `?` for one character: `*batch_norm*`.
///
/// What is frozen stays as it is in training, whatever the optimiser does: it gets no gradient, no
/// weight decay, and no share of a moving average. A batch norm whose statistics are frozen uses
/// and keeps them, as it does at inference. Dropout goes on dropping. A copy of the model, also on
/// another device, is frozen as the model is; loaded weights leave it as it is; a new model has
/// nothing frozen.
///
/// ```
/// use formwork::prelude::*;
///
/// model! {
///     struct Tuned(image: [_, 8, 8, 1]) -> [_, 2] {
///         let stem = image.conv2d(4, 3, bias = false).batch_norm().relu();
///         stem.flatten().dense(2, name = "head")
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut model = Tuned::build(&Cpu::seed_from_u64(0));
/// let count = model.freeze("stem")?;
/// assert_eq!(count, 3 * 3 * 4 + 4 * 4);
/// model.unfreeze("*.gamma")?;
/// assert!(model.is_frozen("stem.conv2d.kernel") && !model.is_frozen("stem.batch_norm.gamma"));
/// assert!(model.freeze("stern").unwrap_err().to_string().contains("did you mean `stem`?"));
/// # Ok(())
/// # }
/// ```
pub trait Freeze<D: Device<f32>>: TensorCollection<f32, D> + HasFrozen {
    /// Freezes what the pattern names, running statistics included: the number of values in it, as
    /// `PARAMS` counts them.
    ///
    /// # Errors
    /// If it names nothing.
    fn freeze(&mut self, pattern: &str) -> Result<usize, FreezeError> {
        set(self, pattern, true)
    }

    /// Lets training move what the pattern names: the number of values in it.
    ///
    /// # Errors
    /// If it names nothing.
    fn unfreeze(&mut self, pattern: &str) -> Result<usize, FreezeError> {
        set(self, pattern, false)
    }

    /// Names of the frozen parameters, in alphabetical order.
    fn frozen(&self) -> Vec<String> {
        let mut names = Vec::new();
        self.each_frozen("", &mut |scope, frozen| {
            names.extend(frozen.names().map(|name| format!("{scope}{name}")));
        });
        names.sort();
        names
    }

    /// Whether the parameter of that name is frozen.
    fn is_frozen(&self, parameter: &str) -> bool {
        let mut is_frozen = false;
        self.each_frozen("", &mut |scope, frozen| {
            is_frozen |= parameter.strip_prefix(scope).is_some_and(|name| frozen.has(name));
        });
        is_frozen
    }
}

impl<D: Device<f32>, M: TensorCollection<f32, D> + HasFrozen> Freeze<D> for M {}

/// Freezes or unfreezes what a pattern names: the number of values in it.
fn set<D, M>(model: &mut M, pattern: &str, frozen: bool) -> Result<usize, FreezeError>
where
    D: Device<f32>,
    M: TensorCollection<f32, D> + HasFrozen,
{
    let tensors = tensors(model);
    let named = Pattern::new(pattern);
    let mut values = 0;
    let mut names = BTreeSet::new();
    for (name, len) in tensors.iter().filter(|(name, _)| named.is_in(name)) {
        values += len;
        names.insert(name.as_str());
    }
    if names.is_empty() {
        return Err(FreezeError::new(pattern, tensors.iter().map(|(name, _)| name.as_str())));
    }
    // The models in a model come first: what is left is its own.
    model.each_frozen_mut("", &mut |scope, state| {
        names.retain(|name| match name.strip_prefix(scope) {
            Some(own) => {
                state.set(own, frozen);
                false
            }
            None => true,
        });
    });
    Ok(values)
}
