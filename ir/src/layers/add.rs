use super::merge::{fold, merge};
use crate::Bounds;
use crate::layer::layer;

layer! {
    /// The sum of tensors, value by value; also written `a + b`.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "add" => Add { ; }
}

merge! {
    Add of Many, aliases: ["Add", "plus"], example: "x + y",
    bounds: |_call, inputs| fold(inputs, Bounds::plus),
    |a, b| a + b
}
