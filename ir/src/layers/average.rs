use super::merge::merge;
use crate::layer::layer;

layer! {
    /// The mean of tensors, value by value.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "average" => Average { ; }
}

merge! {
    Average of Many, aliases: ["Average", "mean_of"], example: "average(x, y)",
    |a, b| a + b, finish: |sum, n| sum / n
}
