use super::motion::reduction;
use super::rules::{axes, beside, reduced};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Axes, Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Rule};

layer! {
    /// The mean along one or more axes.
    ///
    /// The axes are left out of the shape, or kept as 1 with `keepdims`, which then broadcasts.
    "reduce_mean" => ReduceMean {
        /// Along which axes; not the batch.
        axis: Axes;
        /// Whether the axes stay, with size 1.
        keepdims: bool = false,
    }
}

impl Rule for ReduceMean {
    const GROUP: Group = Group::Reduce;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["mean", "ReduceMean"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "x.reduce_mean(-1, keepdims = true)",
        output: "[_, 8, 8, 1]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let axes = axes(call, "axis", &self.axis)?;
        Ok(Inferred::shape(reduced(call.shape(), &axes, self.keepdims)))
    }

    fn motion(&self, call: &Call) -> Motion {
        reduction(call, &self.axis)
    }

    fn bounds(&self, call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].averaged(|axis| beside(call, &self.axis, self.keepdims, axis))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        inputs[0].reduce_axes(&self.axis, self.keepdims, crate::oracle::mean)
    }
}
