use super::rules::Slide;
use crate::layer::layer;
use crate::{Call, Example, Fault, Group, Inferred, Inputs, Padding, Rule, Shape};

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
    }
}

impl Rule for MaxPool2d {
    const GROUP: Group = Group::Pooling;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["MaxPooling2D", "MaxPool2d", "maxpool", "maxpool2d"];
    const EXAMPLE: Example = Example {
        inputs: "image: [_, 28, 28, 32]",
        body: "image.max_pool2d(2)",
        output: "[_, 14, 14, 32]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let stride = self.stride.unwrap_or(self.size);
        let (kernel, padding, dilation) = (self.size, self.padding, [1, 1]);
        let slide = Slide { call, kernel_arg: "size", kernel, stride, dilation, padding };
        let [oh, ow] = slide.outputs([h, w])?;
        if let Padding::Explicit(pads) = padding
            && (0..2).any(|axis| pads[axis].iter().any(|&pad| pad >= kernel[axis]))
        {
            let title = format!("`{}`: the padding is as large as the window", call.layer);
            return Err(Fault::arg("padding", title).help("some windows would see only padding"));
        }
        Ok(Inferred::shape(Shape::batched(&[oh, ow, channels])))
    }

    #[cfg(feature = "oracle")]
    fn oracle(
        &self,
        inputs: &[crate::oracle::Array],
        _: &[crate::oracle::Array],
    ) -> crate::oracle::Array {
        let stride = self.stride.unwrap_or(self.size);
        let channels = inputs[0].dims4()[3];
        inputs[0].slide(self.size, stride, [1, 1], self.padding, channels, |taps, c| {
            taps.pixels().map(|pixel| pixel[c]).fold(f64::NEG_INFINITY, f64::max)
        })
    }
}
