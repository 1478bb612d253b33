use super::merge::merge;
use crate::layer::layer;

layer! {
    /// The larger of tensors, value by value.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "maximum" => Maximum { ; }
}

merge! {
    Maximum of Many, aliases: ["Maximum"], example: "maximum(x, y)",
    |a, b| a.max(b)
}
