use super::elementwise::elementwise;
use crate::layer::layer;

layer! {
    /// `x` from 0 up, `negative_slope · x` below.
    ///
    /// The slope is always written: Keras' layer defaults to 0.3, its function to 0.2, PyTorch
    /// to 0.01.
    "leaky_relu" => LeakyRelu {
        /// Slope below 0.
        negative_slope: f64;
    }
}

elementwise! {
    LeakyRelu in Activation, aliases: ["LeakyReLU", "lrelu"], example: "x.leaky_relu(0.1)",
    turns: |_| [0.0],
    |layer, x| if x >= 0.0 { x } else { layer.negative_slope * x }
}
