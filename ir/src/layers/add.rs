use super::merge::merge;
use crate::layer::layer;

layer! {
    /// The sum of tensors, value by value; also written `a + b`.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "add" => Add { ; }
}

merge! {
    Add of Many, aliases: ["Add", "plus"], example: "x + y",
    |a, b| a + b
}
