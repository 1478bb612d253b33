use super::rules::{pool, pooled};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Padding, Rule};

layer! {
    /// The maximum of each window, channel by channel.
    ///
    /// Padding never wins. Of equal maxima the first gets the gradient.
    "max_pool2d" => MaxPool2d {
        /// Height and width of the window.
        size: [usize; 2];
        /// Step between windows; the window's own size by default.
        stride: Option<[usize; 2]> = None,
        /// `valid`, `same` or explicit pixels.
        padding: Padding = Padding::Valid,
        /// Whether a last window may reach beyond the input, as PyTorch's `ceil_mode`.
        ceil_mode: bool = false,
    }
}

impl Rule for MaxPool2d {
    const GROUP: Group = Group::Pooling;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["MaxPooling2D", "MaxPool2D", "MaxPool2d", "maxpool", "maxpool2d"];
    const EXAMPLE: Example = Example {
        inputs: "image: [_, 28, 28, 32]",
        body: "image.max_pool2d(2)",
        output: "[_, 14, 14, 32]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let MaxPool2d { size, stride, padding, ceil_mode } = *self;
        pooled(&pool(call, size, stride, padding, ceil_mode)).map(Inferred::shape)
    }

    fn motion(&self, call: &Call) -> Motion {
        let MaxPool2d { size, stride, padding, ceil_mode } = *self;
        pool(call, size, stride, padding, ceil_mode).motion()
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].scattered()
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let MaxPool2d { size, stride, padding, ceil_mode } = *self;
        inputs[0].pool(size, stride, padding, ceil_mode, |taps, c| {
            taps.pixels().map(|pixel| pixel[c]).fold(f64::NEG_INFINITY, f64::max)
        })
    }
}
