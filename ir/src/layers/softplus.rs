use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `ln(1 + eˣ)`.
    "softplus" => Softplus { ; }
}

elementwise! {
    Softplus in Activation, aliases: ["Softplus"], example: "x.softplus()",
    turns: |_| [],
    |_, x| x.max(0.0) + (-x.abs()).exp().ln_1p()
}
