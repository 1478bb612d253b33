use super::motion::reduction;
use super::rules::{axes, reduced};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Axes, Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Rule};

layer! {
    /// The largest value along one or more axes.
    ///
    /// The axes are left out of the shape, or kept as 1 with `keepdims`, which then broadcasts.
    "reduce_max" => ReduceMax {
        /// Along which axes; not the batch.
        axis: Axes;
        /// Whether the axes stay, with size 1.
        keepdims: bool = false,
    }
}

impl Rule for ReduceMax {
    const GROUP: Group = Group::Reduce;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["amax", "ReduceMax"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "x.reduce_max(-1, keepdims = true)",
        output: "[_, 8, 8, 1]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let axes = axes(call, "axis", &self.axis)?;
        Ok(Inferred::shape(reduced(call.shape(), &axes, self.keepdims)))
    }

    fn motion(&self, call: &Call) -> Motion {
        reduction(call, &self.axis)
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].scattered()
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        inputs[0].reduce_axes(&self.axis, self.keepdims, crate::oracle::max)
    }
}
