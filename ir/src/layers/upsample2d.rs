use super::motion::{image, resized};
use super::rules::{corners, positive_pair, resized_bounds};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Bounds, Call, Example, Fault, Group, Inferred, Inputs, Interpolation, Motion, Rule};

layer! {
    /// Enlarges an image by whole factors.
    "upsample2d" => Upsample2d {;
        /// Factors of height and width.
        size: [usize; 2] = [2, 2],
        /// `nearest` or `bilinear`, with pixel centres at halves and no antialiasing.
        interpolation: Interpolation = Interpolation::Nearest,
        /// Whether the outermost pixels stay where they are, as PyTorch's `align_corners`.
        align_corners: bool = false,
    }
}

impl Rule for Upsample2d {
    const GROUP: Group = Group::Resize;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["UpSampling2D", "Upsample", "upsample", "upsampling2d"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 14, 14, 64]",
        body: "x.upsample2d(2)",
        output: "[_, 28, 28, 64]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        positive_pair(call, "size", self.size)?;
        corners(call.layer, self.interpolation, self.align_corners)?;
        let [height, width] = self.size;
        Ok(Inferred::shape(call.shape().sized([&(h * height), &(w * width), channels])))
    }

    fn motion(&self, call: &Call) -> Motion {
        image(call, |axis, n| {
            resized(call, [n, &(n * self.size[axis])], self.interpolation, self.align_corners)
        })
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        resized_bounds(inputs[0], self.interpolation)
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let [_, h, w, _] = inputs[0].dims4();
        let size = [h * self.size[0], w * self.size[1]];
        inputs[0].resize(size, self.interpolation, self.align_corners)
    }
}
