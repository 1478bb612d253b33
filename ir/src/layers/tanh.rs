use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// The hyperbolic tangent.
    "tanh" => Tanh { ; }
}

elementwise! {
    Tanh in Activation, aliases: ["Tanh"], example: "x.tanh()",
    turns: |_| [],
    |_, x| x.tanh()
}
