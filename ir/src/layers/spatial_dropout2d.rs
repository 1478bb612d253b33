use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// Dropout of whole channels of an image; does nothing at inference.
    ///
    /// As `dropout` with a `noise_shape` of `[_, 1, 1, _]`.
    "spatial_dropout2d" => SpatialDropout2d {
        /// Share of the channels to drop.
        rate: f64;
    }
}

elementwise! {
    SpatialDropout2d in Regularization, aliases: ["SpatialDropout2D", "Dropout2d"],
    example: "x.spatial_dropout2d(0.25)",
    check: |layer, call| super::rules::rate(call.layer, layer.rate).and(call.image().map(drop)),
    bounds: |layer, x| x.dropped(layer.rate),
    |_, x| x
}
