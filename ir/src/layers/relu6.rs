use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `min(max(x, 0), 6)`.
    "relu6" => Relu6 { ; }
}

elementwise! {
    Relu6 in Activation, aliases: ["ReLU6"], example: "x.relu6()",
    turns: |_| [],
    |_, x| x.clamp(0.0, 6.0)
}
