use super::elementwise::elementwise;
use super::rules::not_negative;
use crate::Fault;
use crate::layer::layer;

layer! {
    /// `max(x, 0)`, or a variant of it that its arguments describe.
    ///
    /// As Keras' `ReLU`: `max_value` from `max_value` up, `x` from `threshold` up, and
    /// `negative_slope · (x - threshold)` below.
    "relu" => Relu {;
        /// The largest output; none by default.
        max_value: Option<f64> = None,
        /// Slope below the threshold.
        negative_slope: f64 = 0.0,
        /// Where the value starts to pass.
        threshold: f64 = 0.0,
    }
}

elementwise! {
    Relu in Activation, aliases: ["ReLU"], example: "x.relu()",
    check: |layer, call| layer.check(call.layer),
    turns: |layer| [layer.threshold, layer.max_value.unwrap_or(f64::MAX)],
    |layer, x| match layer.max_value {
        Some(most) if x >= most => most,
        _ if x >= layer.threshold => x,
        _ => layer.negative_slope * (x - layer.threshold),
    }
}

impl Relu {
    /// As Keras, refuses what is below 0.
    fn check(&self, layer: &str) -> Result<(), Fault> {
        not_negative(layer, "max_value", self.max_value.unwrap_or(0.0))?;
        not_negative(layer, "negative_slope", self.negative_slope)?;
        not_negative(layer, "threshold", self.threshold)
    }
}
