use super::merge::{fold, merge};
use crate::Bounds;
use crate::layer::layer;

layer! {
    /// The product of tensors, value by value; also written `a * b`.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "multiply" => Multiply { ; }
}

merge! {
    Multiply of Many, aliases: ["Multiply", "mul", "times"], example: "x * y",
    bounds: |_call, inputs| fold(inputs, Bounds::times),
    |a, b| a * b
}
