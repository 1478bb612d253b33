use super::merge::{fold, merge};
use crate::layer::layer;

layer! {
    /// The difference of two tensors, value by value; also written `a - b`.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "subtract" => Subtract { ; }
}

merge! {
    Subtract of Two, aliases: ["Subtract", "sub", "minus"], example: "x - y",
    bounds: |_call, inputs| fold(inputs, |a, b| a.plus(b.negated())),
    |a, b| a - b
}
