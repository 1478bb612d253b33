use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// Multiplies by normal noise of mean 1 while training; does nothing at inference.
    ///
    /// The standard deviation is `√(rate / (1 - rate))`, that of dropout with the same rate.
    "gaussian_dropout" => GaussianDropout {
        /// The rate of the dropout with as much noise.
        rate: f64;
    }
}

elementwise! {
    GaussianDropout in Regularization, aliases: ["GaussianDropout"],
    example: "x.gaussian_dropout(0.25)",
    check: |layer, call| super::rules::rate(call.layer, layer.rate),
    |_, x| x
}
