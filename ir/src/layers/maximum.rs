use super::merge::{fold, merge};
use crate::Bounds;
use crate::layer::layer;

layer! {
    /// The larger of tensors, value by value.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "maximum" => Maximum { ; }
}

merge! {
    Maximum of Many, aliases: ["Maximum"], example: "maximum(x, y)",
    bounds: |_call, inputs| fold(inputs, Bounds::larger),
    |a, b| a.max(b)
}
