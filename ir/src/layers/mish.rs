use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x · tanh(softplus(x))`.
    "mish" => Mish { ; }
}

elementwise! {
    Mish in Activation, aliases: ["Mish"], example: "x.mish()",
    bounds: |_, x| x.gated(-0.3089),
    |_, x| x * (x.max(0.0) + (-x.abs()).exp().ln_1p()).tanh()
}
