use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `1 / (1 + e⁻ˣ)`.
    "sigmoid" => Sigmoid { ; }
}

elementwise! {
    Sigmoid in Activation, aliases: ["Sigmoid", "logistic"], example: "x.sigmoid()",
    turns: |_| [],
    |_, x| 1.0 / (1.0 + (-x).exp())
}
