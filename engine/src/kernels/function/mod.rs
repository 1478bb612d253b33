//! Functions of each value by itself, as data: a layer of its own, or what a kernel does to its
//! output before it leaves the cache.

mod apply;
mod map;
pub(crate) mod math;
#[cfg(test)]
mod tests;

use formwork_ir::{Op, layers};

pub use apply::apply;
pub(crate) use apply::{Rows, apply_rows};
pub use map::Map;

/// A function of one value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Function {
    /// Cut to a range.
    Clamp {
        /// The smallest output.
        low: f32,
        /// The largest.
        high: f32,
    },
    /// `relu` with other arguments than a clamp's.
    Relu {
        /// The largest output.
        most: f32,
        /// The largest number below it: what is above that makes `most`.
        below_most: f32,
        /// Slope below the threshold.
        slope: f32,
        /// Where the value starts to pass.
        threshold: f32,
    },
    /// `x` from 0 up, `slope · x` below.
    LeakyRelu {
        /// Slope below 0.
        slope: f32,
    },
    /// `scale · x` above 0, `scale · alpha · (eˣ - 1)` below: also `selu`.
    Elu {
        /// Minus the limit far below 0, before it is scaled.
        alpha: f32,
        /// The slope above 0.
        scale: f32,
    },
    /// `x · Φ(x)`
    Gelu,
    /// The formula with `tanh` for it.
    GeluTanh,
    /// `x / (1 + e⁻ˣ)`
    Silu,
    /// `1 / (1 + e⁻ˣ)`
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `ln(1 + eˣ)`
    Softplus,
    /// `x/6 + 1/2`, cut to 0..=1.
    HardSigmoid,
    /// `x` times that.
    HardSwish,
    /// `x · tanh(ln(1 + eˣ))`
    Mish,
    /// `scale · x + offset`
    Affine {
        /// The factor.
        scale: f32,
        /// What is added.
        offset: f32,
    },
}

impl Function {
    /// The function that a layer is, if it is one of each value by itself.
    pub fn of(op: &Op) -> Option<Self> {
        Some(match op {
            Op::Relu(layer) => layer.into(),
            Op::Relu6(layer) => layer.into(),
            Op::LeakyRelu(layer) => layer.into(),
            Op::Elu(layer) => layer.into(),
            Op::Selu(layer) => layer.into(),
            Op::Gelu(layer) => layer.into(),
            Op::Silu(layer) => layer.into(),
            Op::Sigmoid(layer) => layer.into(),
            Op::Tanh(layer) => layer.into(),
            Op::Softplus(layer) => layer.into(),
            Op::HardSigmoid(layer) => layer.into(),
            Op::HardSwish(layer) => layer.into(),
            Op::Mish(layer) => layer.into(),
            Op::Clip(layer) => layer.into(),
            Op::Rescaling(layer) => layer.into(),
            _ => return None,
        })
    }

    /// The smallest and largest output, if all it does is cut.
    pub fn clamp(&self) -> Option<(f32, f32)> {
        match *self {
            Function::Clamp { low, high } => Some((low, high)),
            _ => None,
        }
    }
}

/// The function of a layer that is one: a type's, or what its arguments say.
macro_rules! functions {
    ($($Type:ident: |$layer:pat_param| $function:expr),* $(,)?) => {$(
        impl From<&layers::$Type> for Function {
            fn from($layer: &layers::$Type) -> Self {
                $function
            }
        }
    )*};
}

functions! {
    Relu: |layer| relu(layer),
    Relu6: |_| Function::Clamp { low: 0.0, high: 6.0 },
    LeakyRelu: |layer| Function::LeakyRelu { slope: layer.negative_slope as f32 },
    Elu: |layer| Function::Elu { alpha: layer.alpha as f32, scale: 1.0 },
    Selu: |_| Function::Elu { alpha: 1.673_263_2, scale: 1.050_701 },
    Gelu: |layer| if layer.approximate { Function::GeluTanh } else { Function::Gelu },
    Silu: |_| Function::Silu,
    Sigmoid: |_| Function::Sigmoid,
    Tanh: |_| Function::Tanh,
    Softplus: |_| Function::Softplus,
    HardSigmoid: |_| Function::HardSigmoid,
    HardSwish: |_| Function::HardSwish,
    Mish: |_| Function::Mish,
    Clip: |layer| Function::Clamp { low: layer.min as f32, high: layer.max as f32 },
    Rescaling: |layer| Function::Affine {
        scale: layer.scale as f32,
        offset: layer.offset as f32,
    },
}

fn relu(layer: &layers::Relu) -> Function {
    let most = layer.max_value.map_or(f32::INFINITY, |most| most as f32);
    let (slope, threshold) = (layer.negative_slope as f32, layer.threshold as f32);
    match (slope, threshold) {
        (0.0, 0.0) => Function::Clamp { low: 0.0, high: most },
        _ => Function::Relu { most, below_most: most.next_down(), slope, threshold },
    }
}
