use super::elementwise::elementwise;
use crate::Fault;
use crate::layer::layer;

layer! {
    /// Cuts values to `min..=max`.
    "clip" => Clip {
        /// The smallest output.
        min: f64,
        /// The largest output.
        max: f64;
    }
}

elementwise! {
    Clip in Arithmetic, aliases: ["clamp", "Hardtanh"], example: "x.clip(0.0, 6.0)",
    check: |layer, call| layer.check(call.layer),
    turns: |_| [],
    |layer, x| x.max(layer.min).min(layer.max)
}

impl Clip {
    fn check(&self, layer: &str) -> Result<(), Fault> {
        let Clip { min, max } = self;
        if min <= max {
            return Ok(());
        }
        Err(Fault::arg("max", format!("`{layer}`: the maximum {max} is below the minimum {min}")))
    }
}
