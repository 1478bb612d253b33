use super::merge::merge;
use crate::layer::layer;

layer! {
    /// The smaller of tensors, value by value.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "minimum" => Minimum { ; }
}

merge! {
    Minimum of Many, aliases: ["Minimum"], example: "minimum(x, y)",
    |a, b| a.min(b)
}
