use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x` above 0, `alpha · (eˣ - 1)` below.
    "elu" => Elu {;
        /// Minus the limit far below 0.
        alpha: f64 = 1.0,
    }
}

elementwise! {
    Elu in Activation, aliases: ["ELU"], example: "x.elu()",
    turns: |_| [0.0],
    |layer, x| if x > 0.0 { x } else { layer.alpha * x.exp_m1() }
}
