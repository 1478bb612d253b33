use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// Adds normal noise of mean 0 while training; does nothing at inference.
    "gaussian_noise" => GaussianNoise {
        /// Standard deviation of the noise.
        stddev: f64;
    }
}

elementwise! {
    GaussianNoise in Regularization, aliases: ["GaussianNoise", "noise"],
    example: "x.gaussian_noise(0.1)",
    check: |layer, call| super::rules::not_negative(call.layer, "stddev", layer.stddev),
    |_, x| x
}
