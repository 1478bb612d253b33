use formwork_engine::wide;

use super::Optimizer;
use crate::arguments::arguments;

/// Adam (Kingma and Ba, 2015), and with weight decay AdamW (Loshchilov and Hutter, 2019).
///
/// `m += (g - m)·(1 - β₁)`, `v += (g² - v)·(1 - β₂)`. Keras' rule then is
/// `w -= m · rate·√(1 - β₂ᵗ)/(1 - β₁ᵗ) / (√v + ε)`; PyTorch's ([`Adam::torch`])
/// `w -= m · rate/(1 - β₁ᵗ) / (√v/√(1 - β₂ᵗ) + ε)`. Weight decay is decoupled:
/// `w -= rate · decay · w`.
#[derive(Clone, Debug)]
pub struct Adam {
    learning_rate: f64,
    beta_1: f64,
    beta_2: f64,
    epsilon: f64,
    weight_decay: f64,
    torch: bool,
}

impl Default for Adam {
    /// Keras': a rate of 0.001.
    fn default() -> Self {
        Adam::new(0.001)
    }
}

impl Adam {
    /// Keras' Adam: β₁ = 0.9, β₂ = 0.999, ε = 1e-7, no weight decay.
    pub fn new(learning_rate: f64) -> Self {
        let (beta_1, beta_2, epsilon) = (0.9, 0.999, 1e-7);
        Adam { learning_rate, beta_1, beta_2, epsilon, weight_decay: 0.0, torch: false }
    }

    /// Keras' AdamW: as Adam, but weights decay by 0.004.
    pub fn decayed(learning_rate: f64) -> Self {
        Adam::new(learning_rate).weight_decay(0.004)
    }

    /// PyTorch's Adam: ε = 1e-8. With a weight decay it is PyTorch's AdamW (whose default is
    /// 0.01), not its Adam, which adds the decay to the gradient.
    pub fn torch(learning_rate: f64) -> Self {
        Adam { torch: true, ..Adam::new(learning_rate).epsilon(1e-8) }
    }

    arguments! {
        /// How much of the mean of the gradients is kept at each step; 0.9.
        beta_1: f64;
        /// How much of the mean of their squares is kept at each step; 0.999.
        beta_2: f64;
        /// What keeps quotients finite; 1e-7, PyTorch's 1e-8.
        epsilon: f64;
        /// How fast weights decay; 0.
        weight_decay: f64;
    }
}

impl Optimizer for Adam {
    fn name(&self) -> &'static str {
        if self.torch { "adam_torch" } else { "adam" }
    }

    fn moments(&self) -> usize {
        2
    }

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn step(
        &self,
        step: u64,
        learning_rate: f64,
        parameter: &mut [f32],
        gradient: &[f32],
        moments: &mut [&mut [f32]],
    ) {
        let [mean, square] = moments else { return };
        let power = |beta: f64| 1.0 - beta.powi(i32::try_from(step).unwrap_or(i32::MAX));
        let (mean_bias, square_bias) = (power(self.beta_1), power(self.beta_2).sqrt());
        // `w -= m · rate / (√v · scale + ε)`
        let (rate, scale) = match self.torch {
            false => (learning_rate * square_bias / mean_bias, 1.0),
            true => (learning_rate / mean_bias, 1.0 / square_bias),
        };
        let (rate, scale, epsilon) = (rate as f32, scale as f32, self.epsilon as f32);
        let keep = 1.0 - (learning_rate * self.weight_decay) as f32;
        let (beta_1, beta_2) = ((1.0 - self.beta_1) as f32, (1.0 - self.beta_2) as f32);
        let values = parameter.iter_mut().zip(gradient).zip(mean.iter_mut().zip(square.iter_mut()));
        wide(|| {
            for ((w, &g), (m, v)) in values {
                *m += (g - *m) * beta_1;
                *v += (g * g - *v) * beta_2;
                *w = *w * keep - *m * rate / (v.sqrt() * scale + epsilon);
            }
        });
    }
}
