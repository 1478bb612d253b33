//! How a network is trained.

use serde::{Deserialize, Serialize};

/// How a network is trained: a step makes the mean of the sparse categorical cross-entropies of
/// all places, from logits, and moves the weights by its gradients.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Training {
    /// The images of a step.
    pub batch: usize,
    /// The optimiser.
    #[serde(flatten)]
    pub rule: Rule,
}

/// An optimiser. Keras and PyTorch do not agree where `epsilon` stands.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "optimizer", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the field")]
pub enum Rule {
    Adam { learning_rate: f64, beta_1: f64, beta_2: f64, epsilon: f64 },
    Sgd { learning_rate: f64, momentum: f64 },
}

impl Rule {
    /// Keras' Adam with its defaults.
    pub const ADAM: Rule =
        Rule::Adam { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 };
}
