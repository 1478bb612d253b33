use std::fmt;

use crate::Error;
use crate::weights::Named;

/// A training that made a value that is no finite number. The weights are those from before the
/// step.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error(
    "{cause} at step {step}, epoch {epoch}; the learning rate was {learning_rate:e}{}",
    Largest(largest.as_ref())
)]
pub struct NotFinite {
    /// What went first.
    pub cause: Cause,
    /// Updates of the weights until then.
    pub step: u64,
    /// The epoch, 1 for the first.
    pub epoch: usize,
    /// The rate of the step.
    pub learning_rate: f64,
    /// The parameter with the value farthest from 0, and that value.
    pub largest: Option<(String, f32)>,
}

/// What was the first that is not finite.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
pub enum Cause {
    /// What a layer took or made.
    #[error(transparent)]
    Layer(Error),
    /// All layers are finite, the loss is not.
    #[error("the loss made {0} of finite outputs")]
    Loss(f32),
    /// The loss is finite, but not the gradient of this parameter, the last such in the model.
    #[error("the gradient of `{0}` is not finite, though the loss is,")]
    Gradient(String),
}

struct Largest<'a>(Option<&'a (String, f32)>);

impl fmt::Display for Largest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((name, value)) => write!(f, ", the largest weight {value:e} in `{name}`"),
            None => Ok(()),
        }
    }
}

/// The value farthest from 0; `NaN` is.
pub(super) fn largest(weights: &[Named]) -> Option<(String, f32)> {
    let values = weights.iter().flat_map(|w| w.values.iter().map(move |&value| (&w.name, value)));
    values
        .max_by(|(_, a), (_, b)| a.abs().total_cmp(&b.abs()))
        .map(|(name, value)| (name.clone(), value))
}
