use super::motion::{image, resized};
use super::rules::{corners, positive_pair, resized_bounds};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Bounds, Call, Example, Extent, Fault, Group, Inferred, Inputs, Interpolation, Motion, Rule,
};

layer! {
    /// Resizes an image to a height and width.
    ///
    /// Without antialiasing, so making an image much smaller skips pixels, as in Keras' `Resizing`.
    "resize2d" => Resize2d {
        /// Height and width of the output.
        size: Extent;
        /// `nearest` or `bilinear`, with pixel centres at halves and no antialiasing.
        interpolation: Interpolation = Interpolation::Bilinear,
        /// Whether the outermost pixels stay where they are, as PyTorch's `align_corners`.
        align_corners: bool = false,
    }
}

impl Rule for Resize2d {
    const GROUP: Group = Group::Resize;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Resizing", "resize", "interpolate"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 30, 30, 3]",
        body: "x.resize2d((64, 48))",
        output: "[_, 64, 48, 3]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [.., channels] = call.image()?;
        positive_pair(call, "size", self.size.0.each_ref())?;
        corners(call.layer, self.interpolation, self.align_corners)?;
        let [height, width] = &self.size.0;
        Ok(Inferred::shape(call.shape().sized([height, width, channels])))
    }

    fn motion(&self, call: &Call) -> Motion {
        image(call, |axis, n| {
            resized(call, [n, &self.size.0[axis]], self.interpolation, self.align_corners)
        })
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        resized_bounds(inputs[0], self.interpolation)
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        inputs[0].resize(
            self.size.known().expect("numbers"),
            self.interpolation,
            self.align_corners,
        )
    }
}
