//! Optimisers: rules that move parameters along their gradients, with Keras' names, defaults and
//! formulas, and PyTorch's where a constructor says so; schedules of learning rates.
//!
//! A rule works on one parameter's values at a time; what it remembers of a parameter lies in
//! [`Moments`], by the parameter's name, so that a training can be saved and continued.

mod adam;
mod advance;
mod clip;
mod moments;
mod rmsprop;
mod schedule;
mod sgd;
mod taken;

pub use adam::Adam;
pub use clip::Clip;
pub use moments::{Moments, gradients};
pub use rmsprop::RmsProp;
pub use schedule::{
    CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay, OneCycle,
    PiecewiseConstantDecay, PolynomialDecay, Schedule,
};
pub use sgd::Sgd;
pub(crate) use taken::Taken;

/// A rule that moves a parameter along its gradient, value by value: parts of a parameter may be moved
/// by several threads at once.
pub trait Optimizer: Sync {
    /// What it is called: a checkpoint of another is refused.
    fn name(&self) -> &'static str;

    /// How many values it remembers for each value of a parameter.
    fn moments(&self) -> usize;

    /// The learning rate that it was made with.
    fn learning_rate(&self) -> f64;

    /// Moves a parameter's values, or some of them, by their `gradient`, which is equally long, as is
    /// each of the `moments`: they begin as zeros. `step` is 1 for the first.
    fn step(
        &self,
        step: u64,
        learning_rate: f64,
        parameter: &mut [f32],
        gradient: &[f32],
        moments: &mut [&mut [f32]],
    );
}
