use super::elementwise::elementwise;
use super::rules::{noise_shape, rate};
use crate::NoiseShape;
use crate::layer::layer;

layer! {
    /// Dropout that keeps the mean and variance of `selu`'s outputs; does nothing at inference.
    ///
    /// Drops to `α' = -1.7580993408473766` instead of 0, then computes `a · x + b` with
    /// `a = ((1 - rate) · (1 + rate · α'²))^-½` and `b = -a · α' · rate`.
    "alpha_dropout" => AlphaDropout {
        /// Share of the values to drop.
        rate: f64;
        /// Shape of the mask: `_` takes the input's size, 1 is shared.
        noise_shape: Option<NoiseShape> = None,
    }
}

elementwise! {
    AlphaDropout in Regularization, aliases: ["AlphaDropout"], example: "x.alpha_dropout(0.25)",
    check: |layer, call| rate(call.layer, layer.rate)
        .and_then(|()| noise_shape(call, &layer.noise_shape)),
    |_, x| x
}
