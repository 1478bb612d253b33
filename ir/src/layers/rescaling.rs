use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x · scale + offset`; also written `x * 2.0`, `x + 1.0`, `-x`.
    ///
    /// Keras' `Rescaling`: `rescaling(1.0 / 127.5, offset = -1.0)` takes pixels to -1..=1.
    "rescaling" => Rescaling {
        /// The factor.
        scale: f64;
        /// What is added.
        offset: f64 = 0.0,
    }
}

elementwise! {
    Rescaling in Arithmetic, aliases: ["Rescaling", "rescale", "affine"],
    example: "x.rescaling(2.0, offset = -1.0)",
    turns: |_| [],
    |layer, x| x * layer.scale + layer.offset
}
