use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x · sigmoid(x)`, also called swish.
    "silu" => Silu { ; }
}

elementwise! {
    Silu in Activation, aliases: ["SiLU", "swish", "Swish"], example: "x.silu()",
    bounds: |_, x| x.gated(-0.2785),
    |_, x| x / (1.0 + (-x).exp())
}
