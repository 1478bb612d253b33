use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x · Φ(x)`, Φ the normal distribution's cumulative function.
    ///
    /// Exact by default, `x/2 · (1 + erf(x/√2))`; `approximate` is
    /// `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
    "gelu" => Gelu {;
        /// Whether the formula with `tanh` is used.
        approximate: bool = false,
    }
}

elementwise! {
    Gelu in Activation, aliases: ["GELU"], example: "x.gelu()",
    bounds: |_, x| x.gated(-0.1701),
    |layer, x| if layer.approximate {
        let inner = std::f64::consts::FRAC_2_PI.sqrt() * (x + 0.044715 * x.powi(3));
        0.5 * x * (1.0 + inner.tanh())
    } else {
        0.5 * x * (1.0 + crate::oracle::erf(x * std::f64::consts::FRAC_1_SQRT_2))
    }
}
