use super::merge::{fold, merge};
use crate::layer::layer;

layer! {
    /// The smaller of tensors, value by value.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "minimum" => Minimum { ; }
}

merge! {
    Minimum of Many, aliases: ["Minimum"], example: "minimum(x, y)",
    bounds: |_call, inputs| fold(inputs, |a, b| a.negated().larger(b.negated()).negated()),
    |a, b| a.min(b)
}
