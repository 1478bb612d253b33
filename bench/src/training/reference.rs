//! What the first losses of a training should be: the model layer by layer, without a plan, and
//! the optimiser's rule in 64 bits.

use formwork::dfdx::nn::ZeroGrads;
use formwork::dfdx::prelude::{Backward, Cpu, Shape};
use formwork::losses::{Loss, SparseCategoricalCrossentropy};
use formwork::optim::{Moments, Optimizer, gradients};
use formwork::train::Input;
use formwork::{Context, Statistics};
use formwork_bench_worker::Rule;

use super::fit::Learner;
use crate::Result;

/// How many losses are compared. The second tells of the gradients, the third of what an optimiser
/// remembers.
pub const LOSSES: usize = 3;

/// The losses of the first steps, each before the weights are moved.
pub fn losses<M, X, O, Y>(model: &mut M, (x, y): &(X, Y), rule: Rule) -> Result<Vec<f64>>
where
    M: Learner<X, O>,
    X: Input<Cpu>,
    O: Shape,
    SparseCategoricalCrossentropy: Loss<Cpu, O, Y>,
{
    let rule = Defined(rule);
    let mut moments = Moments::default();
    let mut losses = Vec::new();
    for _ in 0..LOSSES {
        let mut cx = Context::training().portable();
        let gradients_of = model.try_alloc_grads()?;
        let output = model.run(&mut cx, x.clone().traced(gradients_of))?;
        let loss = SparseCategoricalCrossentropy::from_logits().loss(output, y)?;
        losses.push(loss.as_vec().into_iter().map(f64::from).sum());
        let all = loss.try_backward()?;
        Statistics::update(model, &mut cx)?;
        let own = gradients(model, &all);
        moments.update(&rule, rule.learning_rate(), model, &own);
    }
    Ok(losses)
}

/// A rule as its authors and Keras define it, in 64 bits but for what it remembers.
struct Defined(Rule);

impl Optimizer for Defined {
    fn name(&self) -> &'static str {
        "defined"
    }

    fn moments(&self) -> usize {
        match self.0 {
            Rule::Adam { .. } => 2,
            Rule::Sgd { .. } => 1,
        }
    }

    fn learning_rate(&self) -> f64 {
        match self.0 {
            Rule::Adam { learning_rate, .. } | Rule::Sgd { learning_rate, .. } => learning_rate,
        }
    }

    fn step(
        &self,
        step: u64,
        rate: f64,
        parameter: &mut [f32],
        gradient: &[f32],
        moments: &mut [&mut [f32]],
    ) {
        let step = i32::try_from(step).unwrap_or(i32::MAX);
        let gradient = gradient.iter().map(|&g| f64::from(g));
        for (i, (w, g)) in parameter.iter_mut().zip(gradient).enumerate() {
            let mut remembered = |moment: usize, keep: f64, new: f64| {
                let moment = &mut moments[moment][i];
                *moment = (keep * f64::from(*moment) + new) as f32;
                f64::from(*moment)
            };
            let change = match self.0 {
                Rule::Adam { beta_1, beta_2, epsilon, .. } => {
                    let m = remembered(0, beta_1, (1.0 - beta_1) * g);
                    let v = remembered(1, beta_2, (1.0 - beta_2) * g * g);
                    let rate = rate * (1.0 - beta_2.powi(step)).sqrt() / (1.0 - beta_1.powi(step));
                    rate * m / (v.sqrt() + epsilon)
                }
                Rule::Sgd { momentum, .. } => rate * remembered(0, momentum, g),
            };
            *w = (f64::from(*w) - change) as f32;
        }
    }
}
