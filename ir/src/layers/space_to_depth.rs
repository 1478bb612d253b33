use super::motion::{image, small};
use super::rules::positive;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Bounds, Call, Condition, Example, Fault, Group, Inferred, Inputs, Motion, Pixels, Ratio, Rule,
};

layer! {
    /// Moves blocks of pixels into channels; the inverse of `depth_to_space`.
    ///
    /// Pixel `(i, j)` of a block becomes channels `(i · block_size + j) · channels ..`, as in
    /// TensorFlow.
    "space_to_depth" => SpaceToDepth {
        /// Height and width of a block; divides the image's.
        block_size: usize;
    }
}

impl Rule for SpaceToDepth {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["PixelUnshuffle", "pixel_unshuffle", "SpaceToDepth"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 32, 32, 3]",
        body: "x.space_to_depth(2)",
        output: "[_, 16, 16, 12]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let (layer, block) = (call.layer, self.block_size);
        positive(call, "block_size", block)?;
        for size in [h, w] {
            call.need(Condition::divides(block, size), || {
                let title =
                    format!("`{layer}`: blocks of {block}×{block} do not divide the {h}×{w} input");
                let help = format!("`zero_pad2d` or `crop2d` to multiples of {block}");
                Fault::arg("block_size", title).help(help)
            })?;
        }
        let filters = channels * block.saturating_mul(block);
        Ok(Inferred::shape(call.shape().sized([h.over(block), w.over(block), filters])))
    }

    fn motion(&self, call: &Call) -> Motion {
        let scale = small(self.block_size).map(Ratio::whole);
        image(call, |_, _| Pixels::centred(scale))
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].scattered()
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let ([batch, h, w, channels], block) = (inputs[0].dims4(), self.block_size);
        Array::build(&[batch, h / block, w / block, channels * block * block], |index| {
            let &[b, y, x, c] = index else { unreachable!("rank 4") };
            let (cell, c) = (c / channels, c % channels);
            inputs[0].at(&[b, y * block + cell / block, x * block + cell % block, c])
        })
    }
}
