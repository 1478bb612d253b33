use super::rules::{Slide, positive};
use crate::layer::{layer, stays_inside};
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Activation, Call, Dim, Example, Fault, Group, Inferred, Initializer, Inputs, Layout, Linear,
    Motion, Op, Padding, Rule,
};

layer! {
    /// A convolution of each channel by itself.
    ///
    /// Channel `c` makes the output channels `c · depth_multiplier ..`. The kernel is stored
    /// `[height, width, channels, depth_multiplier]`, as Keras stores it.
    "depthwise_conv2d" => DepthwiseConv2d {
        /// Height and width of the kernel.
        kernel: [usize; 2];
        /// Step between windows.
        stride: [usize; 2] = [1, 1],
        /// `valid`, `same` (as Keras: the odd pixel goes after) or explicit pixels.
        padding: Padding = Padding::Valid,
        /// Step within a window; 2 looks at every other pixel.
        dilation: [usize; 2] = [1, 1],
        /// Number of output channels for each input channel.
        depth_multiplier: usize = 1,
        /// Applied to the output.
        activation: Activation = Activation::NONE,
        /// Whether a bias is added to each output channel.
        bias: bool = true,
        /// How the kernel starts.
        depthwise_initializer: Initializer = Initializer::GlorotUniform,
        /// How the bias starts.
        bias_initializer: Initializer = Initializer::Zeros,
    }
}

impl Rule for DepthwiseConv2d {
    const GROUP: Group = Group::Convolution;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["DepthwiseConv2D", "dwconv", "depthwise_conv"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 28, 28, 32]",
        body: "x.depthwise_conv2d(3, stride = 2, padding = same)",
        output: "[_, 14, 14, 32]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let DepthwiseConv2d { kernel, depth_multiplier, .. } = *self;
        positive(call, "depth_multiplier", depth_multiplier)?;
        let [oh, ow] = self.slide(call).outputs([h, w])?;
        let [kh, kw] = kernel.map(Dim::from);
        let filters = channels * depth_multiplier;
        let macs = [&oh, &ow, &kh, &kw, &filters];
        let sizes = [&kh, &kw, channels, &depth_multiplier.into()].map(Dim::clone);
        Ok(Inferred::shape(call.shape().sized([&oh, &ow, &filters]))
            .macs(macs)
            .weight("kernel", &sizes, &self.depthwise_initializer)
            .vector(self.bias, "bias", &filters, &self.bias_initializer))
    }

    fn activation(&self) -> Option<&Op> {
        self.activation.layer()
    }

    fn linear(&self) -> Option<Linear> {
        let whole = stays_inside(self.kernel, self.padding);
        Linear::new(self.clone().bias(true), Layout::Depthwise, whole)
    }

    fn motion(&self, call: &Call) -> Motion {
        self.slide(call).motion()
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let DepthwiseConv2d { stride, dilation, padding, .. } = *self;
        inputs[0].depthwise(&params[0], stride, dilation, padding).add_bias(params.get(1))
    }
}

impl DepthwiseConv2d {
    fn slide<'a>(&self, call: &'a Call<'a>) -> Slide<'a> {
        let DepthwiseConv2d { kernel, stride, padding, dilation, .. } = *self;
        Slide { call, kernel_arg: "kernel", kernel, stride, dilation, padding, ceil_mode: false }
    }
}
