use formwork_engine::wide;

use super::Optimizer;
use crate::arguments::arguments;

/// RMSprop (Hinton): gradients are divided by the root of the running mean of their squares.
///
/// `s = ρ·s + (1-ρ)·g²`; centred, the running mean's square is taken off. Keras' rule divides by
/// `√(s + ε)`, PyTorch's ([`RmsProp::torch`]) by `√s + ε`. With momentum, Keras adds up
/// `b = momentum·b + rate·g/…` and PyTorch `b = momentum·b + g/…`, times the rate.
#[derive(Clone, Debug)]
pub struct RmsProp {
    learning_rate: f64,
    rho: f64,
    momentum: f64,
    epsilon: f64,
    centered: bool,
    weight_decay: f64,
    torch: bool,
}

impl Default for RmsProp {
    /// Keras': a rate of 0.001.
    fn default() -> Self {
        RmsProp::new(0.001)
    }
}

impl RmsProp {
    /// Keras' rule: ρ = 0.9, ε = 1e-7, no momentum, not centred.
    pub fn new(learning_rate: f64) -> Self {
        RmsProp {
            learning_rate,
            rho: 0.9,
            momentum: 0.0,
            epsilon: 1e-7,
            centered: false,
            weight_decay: 0.0,
            torch: false,
        }
    }

    /// PyTorch's rule: ρ = 0.99, ε = 1e-8.
    pub fn torch(learning_rate: f64) -> Self {
        RmsProp { torch: true, ..RmsProp::new(learning_rate).rho(0.99).epsilon(1e-8) }
    }

    arguments! {
        /// How much of the running means is kept at each step; 0.9.
        rho: f64;
        /// The share of the last step that is taken again; 0.
        momentum: f64;
        /// What keeps quotients finite; 1e-7.
        epsilon: f64;
        /// Whether the mean of the gradients is taken off their squares'; no.
        centered: bool;
        /// How fast weights decay, apart from the gradient; 0.
        weight_decay: f64;
    }
}

impl Optimizer for RmsProp {
    fn name(&self) -> &'static str {
        if self.torch { "rmsprop_torch" } else { "rmsprop" }
    }

    fn moments(&self) -> usize {
        3
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
        let [square, mean, last] = moments else { return };
        let (rate, momentum) = (learning_rate as f32, self.momentum as f32);
        let (rho, epsilon) = (self.rho as f32, self.epsilon as f32);
        let keep = 1.0 - (learning_rate * self.weight_decay) as f32;
        let moments = square.iter_mut().zip(mean.iter_mut()).zip(last.iter_mut());
        wide(|| {
            for ((w, &g), ((s, m), b)) in parameter.iter_mut().zip(gradient).zip(moments) {
                *s = rho * *s + (1.0 - rho) * g * g;
                let mut variance = *s;
                if self.centered {
                    *m = rho * *m + (1.0 - rho) * g;
                    variance = (variance - *m * *m).max(0.0);
                }
                *w *= keep;
                if self.torch {
                    *b = momentum * *b + g / (variance.sqrt() + epsilon);
                    *w -= rate * *b;
                } else {
                    *b = momentum * *b + rate * g / (variance + epsilon).sqrt();
                    *w -= *b;
                }
            }
        });
    }
}
