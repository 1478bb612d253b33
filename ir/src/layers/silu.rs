use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x · sigmoid(x)`, also called swish.
    "silu" => Silu { ; }
}

elementwise! {
    Silu in Activation, aliases: ["SiLU", "swish", "Swish"], example: "x.silu()",
    |_, x| x / (1.0 + (-x).exp())
}
