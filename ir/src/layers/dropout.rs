use super::elementwise::elementwise;
use super::rules::{noise_shape, rate};
use crate::NoiseShape;
use crate::layer::layer;

layer! {
    /// Sets a random share of the values to 0 while training and scales the rest by
    /// `1 / (1 - rate)`; does nothing at inference.
    ///
    /// `noise_shape` shares one decision along an axis: `[_, 1, 1, _]` drops whole maps.
    "dropout" => Dropout {
        /// Share of the values to drop.
        rate: f64;
        /// Shape of the mask: `_` takes the input's size, 1 is shared.
        noise_shape: Option<NoiseShape> = None,
    }
}

elementwise! {
    Dropout in Regularization, aliases: ["Dropout"],
    example: "x.dropout(0.25, noise_shape = [_, 1, 1, _])",
    check: |layer, call| rate(call.layer, layer.rate)
        .and_then(|()| noise_shape(call, &layer.noise_shape)),
    bounds: |layer, x| x.dropped(layer.rate),
    |_, x| x
}
