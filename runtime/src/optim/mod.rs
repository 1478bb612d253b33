//! Optimisers: rules that move parameters along their gradients, with Keras' names, defaults and
//! formulas, and PyTorch's where a constructor says so; schedules of learning rates.
//!
//! A rule works on one parameter's values at a time; what it remembers of a parameter lies in
//! [`Moments`], by the parameter's name, so that a training can be saved and continued.

mod adam;
mod clip;
mod moments;
mod rmsprop;
mod schedule;
mod sgd;

pub use adam::Adam;
pub use clip::Clip;
pub use moments::{Moments, gradients};
pub use rmsprop::RmsProp;
pub use schedule::{
    CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay, OneCycle,
    PiecewiseConstantDecay, PolynomialDecay, Schedule,
};
pub use sgd::Sgd;

/// A rule that moves a parameter along its gradient.
pub trait Optimizer {
    /// What it is called: a checkpoint of another is refused.
    fn name(&self) -> &'static str;

    /// How many values it remembers for each value of a parameter.
    fn moments(&self) -> usize;

    /// The learning rate that it was made with.
    fn learning_rate(&self) -> f64;

    /// Moves `parameter` by its `gradient`, which is equally long, as is each of the `moments`:
    /// they begin as zeros. `step` is 1 for the first.
    fn step(
        &self,
        step: u64,
        learning_rate: f64,
        parameter: &mut [f32],
        gradient: &[f32],
        moments: &mut [Vec<f32>],
    );
}
