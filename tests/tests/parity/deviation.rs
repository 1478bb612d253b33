//! How far values are from the goldens, relative to the largest value of their tensor.

use crate::golden::worse;

/// Of outputs (running statistics among them) and of gradients.
#[derive(Clone, Copy, Debug, Default)]
pub struct Deviation {
    pub output: f64,
    pub gradient: f64,
}

impl Deviation {
    pub fn max(self, other: Deviation) -> Deviation {
        Deviation {
            output: worse(self.output, other.output),
            gradient: worse(self.gradient, other.gradient),
        }
    }
}
