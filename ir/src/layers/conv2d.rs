use super::rules::{Slide, divides, positive};
use crate::layer::{layer, stays_inside};
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Activation, Call, Dim, Example, Fault, Group, Inferred, Initializer, Inputs, Layout, Linear,
    Motion, Op, Padding, Rule,
};

layer! {
    /// A 2-D convolution.
    ///
    /// Each output pixel is a weighted sum of the input pixels under the kernel: correlation, as
    /// in every framework (the kernel is not flipped). The kernel is stored
    /// `[height, width, channels / groups, filters]`, as Keras stores it.
    "conv2d" => Conv2d {
        /// Number of output channels.
        filters: Dim,
        /// Height and width of the kernel.
        kernel: [usize; 2];
        /// Step between windows.
        stride: [usize; 2] = [1, 1],
        /// `valid`, `same` (as Keras: the odd pixel goes after) or explicit pixels.
        padding: Padding = Padding::Valid,
        /// Step within a window; 2 looks at every other pixel.
        dilation: [usize; 2] = [1, 1],
        /// Splits the channels into groups that do not see each other.
        groups: usize = 1,
        /// Applied to the output.
        activation: Activation = Activation::NONE,
        /// Whether a bias is added to each output channel.
        bias: bool = true,
        /// How the kernel starts.
        kernel_initializer: Initializer = Initializer::GlorotUniform,
        /// How the bias starts.
        bias_initializer: Initializer = Initializer::Zeros,
    }
}

impl Rule for Conv2d {
    const GROUP: Group = Group::Convolution;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Conv2D", "Convolution2D", "conv"];
    const EXAMPLE: Example = Example {
        inputs: "image: [_, 28, 28, 1]",
        body: "image.conv2d(32, 3, padding = same, activation = relu)",
        output: "[_, 28, 28, 32]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let Conv2d { ref filters, kernel, groups, .. } = *self;
        positive(call, "filters", filters)?;
        positive(call, "groups", groups)?;
        let [oh, ow] = self.slide(call).outputs([h, w])?;
        divides(call, groups, channels, "input channels")?;
        divides(call, groups, filters, "filters")?;
        let [kh, kw] = kernel.map(Dim::from);
        let inner = channels.over(groups);
        let macs = [&oh, &ow, filters, &kh, &kw, &inner];
        Ok(Inferred::shape(call.shape().sized([&oh, &ow, filters]))
            .macs(macs)
            .weight("kernel", &[kh, kw, inner, filters.clone()], &self.kernel_initializer)
            .vector(self.bias, "bias", filters, &self.bias_initializer))
    }

    fn activation(&self) -> Option<&Op> {
        self.activation.layer()
    }

    fn linear(&self) -> Option<Linear> {
        let whole = stays_inside(self.kernel, self.padding);
        Linear::new(self.clone().bias(true), Layout::Conv { groups: self.groups }, whole)
    }

    fn motion(&self, call: &Call) -> Motion {
        self.slide(call).motion()
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let (x, kernel) = (&inputs[0], &params[0]);
        let [kh, kw, inner, filters] = kernel.dims4();
        let per_group = filters / self.groups;
        x.slide(self.kernel, self.stride, self.dilation, self.padding, filters, |taps, f| {
            let group = f / per_group;
            let mut sum = if self.bias { params[1].at(&[f]) } else { 0.0 };
            for i in 0..kh {
                for j in 0..kw {
                    let Some(pixel) = taps.pixel(i, j) else { continue };
                    for c in 0..inner {
                        sum += pixel[group * inner + c] * kernel.at(&[i, j, c, f]);
                    }
                }
            }
            sum
        })
    }
}

impl Conv2d {
    fn slide<'a>(&self, call: &'a Call<'a>) -> Slide<'a> {
        let Conv2d { kernel, stride, padding, dilation, .. } = *self;
        Slide { call, kernel_arg: "kernel", kernel, stride, dilation, padding, ceil_mode: false }
    }
}
