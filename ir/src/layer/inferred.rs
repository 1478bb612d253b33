use crate::{Initializer, Shape};

/// A parameter that a layer needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    /// Its kind, the last part of its name: `kernel`, `bias`, `gamma` …
    pub kind: &'static str,
    /// Its shape.
    pub shape: Vec<usize>,
    /// How it starts.
    pub init: Initializer,
    /// `(fan_in, fan_out)` for the initialisers that scale by them.
    pub fans: (usize, usize),
    /// Whether gradients update it; running statistics are not.
    pub trainable: bool,
}

/// What a shape rule answers.
#[derive(Clone, PartialEq, Debug)]
pub struct Inferred {
    /// Shape of the output.
    pub shape: Shape,
    /// Parameters, in the order the kernel takes them.
    pub params: Vec<Param>,
    /// Multiply-accumulates a sample, as published tables count them: products with weights.
    pub macs: u64,
}

impl Inferred {
    /// An output without parameters.
    pub fn shape(shape: Shape) -> Self {
        Inferred { shape, params: Vec::new(), macs: 0 }
    }

    /// Adds a parameter that gradients update.
    pub fn weight(mut self, kind: &'static str, shape: &[usize], init: &Initializer) -> Self {
        let (fans, shape, init) = (fans(shape), shape.to_vec(), init.clone());
        self.params.push(Param { kind, shape, init, fans, trainable: true });
        self
    }

    /// Adds a vector of one value a channel, if `present`.
    pub fn vector(self, present: bool, kind: &'static str, n: usize, init: &Initializer) -> Self {
        if !present {
            return self;
        }
        self.weight(kind, &[n], init)
    }

    /// Adds a running statistic: a vector that no gradient updates.
    pub fn statistic(self, kind: &'static str, n: usize, init: &Initializer) -> Self {
        let mut inferred = self.vector(true, kind, n, init);
        inferred.params.last_mut().expect("just added").trainable = false;
        inferred
    }

    /// Sets the cost: the product of `factors`, saturating.
    pub fn macs(mut self, factors: &[usize]) -> Self {
        self.macs = factors.iter().fold(1, |product, &n| product.saturating_mul(n as u64));
        self
    }
}

/// Keras' `(fan_in, fan_out)`: the last two sizes, each times the product of those before them
/// (the kernel's area); one size is both.
fn fans(shape: &[usize]) -> (usize, usize) {
    let [area @ .., inputs, outputs] = shape else {
        let n = shape.first().copied().unwrap_or(1);
        return (n, n);
    };
    let area = area.iter().fold(1, |product: usize, &n| product.saturating_mul(n));
    (area.saturating_mul(*inputs), area.saturating_mul(*outputs))
}
