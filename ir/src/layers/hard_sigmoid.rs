use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x/6 + 1/2`, cut to 0..1.
    ///
    /// Keras 3's and PyTorch's; Keras 2 had slope 0.2.
    "hard_sigmoid" => HardSigmoid { ; }
}

elementwise! {
    HardSigmoid in Activation, aliases: ["HardSigmoid", "Hardsigmoid"], example: "x.hard_sigmoid()",
    turns: |_| [],
    |_, x| (x / 6.0 + 0.5).clamp(0.0, 1.0)
}
