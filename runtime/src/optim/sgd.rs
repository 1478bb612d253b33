use formwork_engine::wide;

use super::Optimizer;
use crate::arguments::arguments;

/// Gradient descent, with momentum if asked for.
///
/// Keras' rule: `v = momentum · v - rate · g`, then `w += v`, or `w += momentum · v - rate · g`
/// with Nesterov's momentum. Weight decay is decoupled: `w -= rate · decay · w`.
///
/// PyTorch's ([`Sgd::torch`]): `g += decay · w`, `v = momentum · v + g`, `w -= rate · v`, or
/// `w -= rate · (g + momentum · v)`. They differ once the rate changes.
#[derive(Clone, Debug)]
pub struct Sgd {
    learning_rate: f64,
    momentum: f64,
    nesterov: bool,
    weight_decay: f64,
    torch: bool,
}

impl Default for Sgd {
    /// Keras': a rate of 0.01, no momentum.
    fn default() -> Self {
        Sgd::new(0.01)
    }
}

impl Sgd {
    /// Keras' rule without momentum.
    pub fn new(learning_rate: f64) -> Self {
        Sgd { learning_rate, momentum: 0.0, nesterov: false, weight_decay: 0.0, torch: false }
    }

    /// PyTorch's rule without momentum.
    pub fn torch(learning_rate: f64) -> Self {
        Sgd { torch: true, ..Sgd::new(learning_rate) }
    }

    arguments! {
        /// The share of the last step that is taken again; 0.
        momentum: f64;
        /// Nesterov's momentum; off.
        nesterov: bool;
        /// How fast weights decay; 0.
        weight_decay: f64;
    }
}

impl Optimizer for Sgd {
    fn name(&self) -> &'static str {
        if self.torch { "sgd_torch" } else { "sgd" }
    }

    fn moments(&self) -> usize {
        usize::from(self.momentum != 0.0)
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn step(
        &self,
        _: u64,
        learning_rate: f64,
        parameter: &mut [f32],
        gradient: &[f32],
        moments: &mut [&mut [f32]],
    ) {
        let (rate, m) = (learning_rate as f32, self.momentum as f32);
        let decay = self.weight_decay as f32;
        let values = parameter.iter_mut().zip(gradient);
        wide(|| match (self.torch, moments.first_mut()) {
            (false, None) => values.for_each(|(w, g)| *w = *w - rate * decay * *w - rate * g),
            (true, None) => values.for_each(|(w, g)| *w -= rate * (g + decay * *w)),
            (false, Some(velocity)) => {
                for ((w, g), v) in values.zip(velocity.iter_mut()) {
                    *v = m * *v - rate * g;
                    let step = if self.nesterov { m * *v - rate * g } else { *v };
                    *w = *w - rate * decay * *w + step;
                }
            }
            (true, Some(velocity)) => {
                for ((w, g), v) in values.zip(velocity.iter_mut()) {
                    let g = g + decay * *w;
                    *v = m * *v + g;
                    *w -= rate * if self.nesterov { g + m * *v } else { *v };
                }
            }
        });
    }
}
