use super::motion::{image, small};
use super::rules::positive;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Bounds, Call, Condition, Example, Fault, Group, Inferred, Inputs, Motion, Pixels, Ratio, Rule,
};

layer! {
    /// Moves channels into blocks of pixels: the sub-pixel upsampling of ESPCN.
    ///
    /// Output pixel `(i, j)` of a block takes channels `(i · block_size + j) · filters ..`, as
    /// TensorFlow does (PyTorch's `PixelShuffle` orders the channels otherwise).
    "depth_to_space" => DepthToSpace {
        /// Height and width of a block; its square divides the channels.
        block_size: usize;
    }
}

impl Rule for DepthToSpace {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["PixelShuffle", "pixel_shuffle", "DepthToSpace"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 16, 16, 12]",
        body: "x.depth_to_space(2)",
        output: "[_, 32, 32, 3]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let (layer, block) = (call.layer, self.block_size);
        positive(call, "block_size", block)?;
        let area = block.saturating_mul(block);
        call.need(Condition::divides(area, channels), || {
            let title =
                format!("`{layer}`: blocks of {block}×{block} do not divide {channels} channels");
            Fault::arg("block_size", title).help(format!("a multiple of {area} channels"))
        })?;
        Ok(Inferred::shape(call.shape().sized([h * block, w * block, channels.over(area)])))
    }

    fn motion(&self, call: &Call) -> Motion {
        let scale = small(self.block_size).and_then(|block| Ratio::new(1, block));
        image(call, |_, _| Pixels::centred(scale))
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].scattered()
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let ([batch, h, w, channels], block) = (inputs[0].dims4(), self.block_size);
        let filters = channels / (block * block);
        Array::build(&[batch, h * block, w * block, filters], |index| {
            let &[b, y, x, c] = index else { unreachable!("rank 4") };
            let cell = (y % block) * block + x % block;
            inputs[0].at(&[b, y / block, x / block, cell * filters + c])
        })
    }
}
