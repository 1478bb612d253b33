use crate::shape::product;
use crate::{Dim, Initializer, Shape};

/// A parameter that a layer needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Param {
    /// Its kind, the last part of its name: `kernel`, `bias`, `gamma` …
    pub kind: &'static str,
    /// Its shape.
    pub shape: Vec<Dim>,
    /// How it starts.
    pub init: Initializer,
    /// `(fan_in, fan_out)` for the initialisers that scale by them.
    pub fans: (Dim, Dim),
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
    pub macs: Dim,
}

impl Inferred {
    /// An output without parameters.
    pub fn shape(shape: Shape) -> Self {
        Inferred { shape, params: Vec::new(), macs: Dim::Known(0) }
    }

    /// Adds a parameter that gradients update.
    pub fn weight(mut self, kind: &'static str, shape: &[Dim], init: &Initializer) -> Self {
        let (fans, shape, init) = (fans(shape), shape.to_vec(), init.clone());
        self.params.push(Param { kind, shape, init, fans, trainable: true });
        self
    }

    /// Adds a vector of one value a channel, if `present`.
    pub fn vector(self, present: bool, kind: &'static str, n: &Dim, init: &Initializer) -> Self {
        if !present {
            return self;
        }
        self.weight(kind, std::slice::from_ref(n), init)
    }

    /// Adds a running statistic: a vector that no gradient updates.
    pub fn statistic(self, kind: &'static str, n: &Dim, init: &Initializer) -> Self {
        let mut inferred = self.vector(true, kind, n, init);
        inferred.params.last_mut().expect("just added").trainable = false;
        inferred
    }

    /// Sets the cost: the product of `factors`, saturating.
    pub fn macs<const N: usize>(mut self, factors: [&Dim; N]) -> Self {
        self.macs = product(factors);
        self
    }
}

/// Keras' `(fan_in, fan_out)`: the last two sizes, each times the product of those before them
/// (the kernel's area); one size is both.
fn fans(shape: &[Dim]) -> (Dim, Dim) {
    let [area @ .., inputs, outputs] = shape else {
        let n = shape.first().cloned().unwrap_or(Dim::Known(1));
        return (n.clone(), n);
    };
    let area = product(area);
    (&area * inputs, area * outputs)
}
