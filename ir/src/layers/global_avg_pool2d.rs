use super::rules::reduced;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
#[cfg(feature = "oracle")]
use crate::{Axes, Axis};
use crate::{Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Rule};

layer! {
    /// The mean of each channel over the whole image.
    ///
    /// `[batch, channels]`, or `[batch, 1, 1, channels]` with `keepdims`.
    "global_avg_pool2d" => GlobalAvgPool2d {;
        /// Whether height and width stay, as 1.
        keepdims: bool = false,
    }
}

impl Rule for GlobalAvgPool2d {
    const GROUP: Group = Group::Pooling;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["GlobalAveragePooling2D", "global_average_pooling2d", "gap"];
    const EXAMPLE: Example =
        Example { inputs: "x: [_, 7, 7, 64]", body: "x.global_avg_pool2d()", output: "[_, 64]" };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        call.image()?;
        Ok(Inferred::shape(reduced(call.shape(), &[1, 2], self.keepdims)))
    }

    fn motion(&self, _call: &Call) -> Motion {
        Motion::Lost
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].averaged(|axis| (axis == 3).then_some(if self.keepdims { 3 } else { 1 }))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let axes = Axes(vec![Axis(1), Axis(2)]);
        inputs[0].reduce_axes(&axes, self.keepdims, crate::oracle::mean)
    }
}
