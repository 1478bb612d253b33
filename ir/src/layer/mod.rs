//! What a layer says about itself: the traits that each file of [`layers`](crate::layers)
//! implements, and the `layer!` macro that declares its arguments.

mod call;
mod declared;
mod inferred;
mod linear;
mod spec;

pub use call::{Call, Need, Operand};
pub(crate) use declared::layer;
pub use declared::{Arg, ArgFault, Declared};
pub use inferred::{Inferred, Param};
pub(crate) use linear::stays_inside;
pub use linear::{Layout, Linear};
pub use spec::Spec;

use crate::{Bounds, Fault, Motion, Op};

/// What a layer does: its shape rule and what else follows from its arguments.
pub trait Rule: Declared {
    /// Where it stands in the documentation.
    const GROUP: Group;
    /// How many tensors it takes.
    const INPUTS: Inputs;
    /// Other names people try (Keras' class, PyTorch's module), for suggestions.
    const ALIASES: &'static [&'static str] = &[];
    /// An example for the documentation; it is compiled and run by the tests.
    const EXAMPLE: Example;

    /// The shape rule: output shape, parameters and cost, or what is wrong.
    fn infer(&self, call: &Call) -> Result<Inferred, Fault>;

    /// The activation applied to the output as a layer of its own, if any.
    fn activation(&self) -> Option<&Op> {
        None
    }

    /// For layers that sum products with kernels and add a bias: how.
    fn linear(&self) -> Option<Linear> {
        None
    }

    /// For layers that stand for several others side by side (`split`): those layers, each
    /// applied to the same input.
    fn parts(&self, _call: &Call) -> Option<Result<Vec<Op>, Fault>> {
        None
    }

    /// What the layer does to the pixels of its first input; of all its inputs, if they stay
    /// where they are. The shape rule has accepted the call.
    fn motion(&self, _call: &Call) -> Motion {
        Motion::Kept
    }

    /// Between which numbers its values lie, if those of its inputs lie within their bounds, at
    /// inference and in training. The shape rule has accepted the call.
    fn bounds(&self, _call: &Call, _inputs: &[Bounds]) -> Bounds {
        Bounds::ANY
    }

    /// What the layer computes at inference, naively, in f64.
    #[cfg(feature = "oracle")]
    fn oracle(
        &self,
        inputs: &[crate::oracle::Array],
        params: &[crate::oracle::Array],
    ) -> crate::oracle::Array;
}

/// Chapters of the layer documentation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Group {
    Convolution,
    Dense,
    Pooling,
    Normalization,
    Activation,
    Regularization,
    Shape,
    Resize,
    Reduce,
    Arithmetic,
    Merge,
}

/// How many tensors a layer takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inputs {
    /// Exactly one.
    One,
    /// Exactly two.
    Two,
    /// Two or more, up to [`Inputs::MOST`].
    Many,
}

impl Inputs {
    /// The most tensors one merge takes.
    pub const MOST: usize = 12;

    /// The smallest and largest number of tensors.
    pub fn range(self) -> (usize, usize) {
        match self {
            Inputs::One => (1, 1),
            Inputs::Two => (2, 2),
            Inputs::Many => (2, Self::MOST),
        }
    }
}

/// An example of a layer: `struct Example(inputs) -> output { body }`.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// `"x: [_, 28, 28, 1]"`
    pub inputs: &'static str,
    /// `"x.conv2d(32, 3)"`
    pub body: &'static str,
    /// `"[_, 26, 26, 32]"`
    pub output: &'static str,
}
