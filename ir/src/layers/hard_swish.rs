use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x · hard_sigmoid(x)`, of MobileNetV3.
    "hard_swish" => HardSwish { ; }
}

elementwise! {
    HardSwish in Activation, aliases: ["HardSwish", "Hardswish", "hard_silu", "HardSiLU"],
    example: "x.hard_swish()",
    bounds: |_, x| x.gated(-0.375),
    |_, x| x * (x / 6.0 + 0.5).clamp(0.0, 1.0)
}
