use super::merge::{fold, merge};
use crate::layer::layer;
use crate::{Bounds, Call, Total};

layer! {
    /// The mean of tensors, value by value.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "average" => Average { ; }
}

merge! {
    Average of Many, aliases: ["Average", "mean_of"], example: "average(x, y)",
    bounds: |call, inputs| averaged(call, inputs),
    |a, b| a + b, finish: |sum, n| sum / n
}

/// A mean of probabilities of one size is probabilities.
fn averaged(call: &Call, inputs: &[Bounds]) -> Bounds {
    let sum = fold(inputs, Bounds::plus);
    let n = inputs.len() as f64;
    let mean = Bounds::between(sum.least() / n, sum.most() / n);
    let Total::One(axis) = inputs[0].total() else {
        return mean;
    };
    let sizes = call.inputs.iter().map(|input| &input.shape[axis]);
    let alike = inputs.iter().all(|input| input.total() == Total::One(axis))
        && sizes.into_iter().all(|size| call.same(size, &call.shape()[axis]));
    if alike { Bounds::probabilities(axis) } else { mean }
}
