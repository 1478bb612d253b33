use super::rules::{Slide, positive};
use crate::layer::{layer, stays_inside};
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Activation, Call, Dim, Example, Fault, Group, Inferred, Initializer, Inputs, Layout, Linear,
    Motion, Op, Padding, Rule,
};

layer! {
    /// A depthwise convolution, then a 1×1 convolution over the channels it made.
    ///
    /// The kernels are stored `[height, width, channels, depth_multiplier]` and
    /// `[1, 1, channels · depth_multiplier, filters]`, as Keras stores them.
    "separable_conv2d" => SeparableConv2d {
        /// Number of output channels.
        filters: Dim,
        /// Height and width of the depthwise kernel.
        kernel: [usize; 2];
        /// Step between windows.
        stride: [usize; 2] = [1, 1],
        /// `valid`, `same` (as Keras: the odd pixel goes after) or explicit pixels.
        padding: Padding = Padding::Valid,
        /// Step within a window; 2 looks at every other pixel.
        dilation: [usize; 2] = [1, 1],
        /// Number of channels between the two for each input channel.
        depth_multiplier: usize = 1,
        /// Applied to the output.
        activation: Activation = Activation::NONE,
        /// Whether a bias is added to each output channel.
        bias: bool = true,
        /// How the depthwise kernel starts.
        depthwise_initializer: Initializer = Initializer::GlorotUniform,
        /// How the 1×1 kernel starts.
        pointwise_initializer: Initializer = Initializer::GlorotUniform,
        /// How the bias starts.
        bias_initializer: Initializer = Initializer::Zeros,
    }
}

impl Rule for SeparableConv2d {
    const GROUP: Group = Group::Convolution;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["SeparableConv2D", "SeparableConvolution2D", "sepconv"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 28, 28, 32]",
        body: "x.separable_conv2d(64, 3, padding = same)",
        output: "[_, 28, 28, 64]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let SeparableConv2d { ref filters, kernel, depth_multiplier, .. } = *self;
        positive(call, "filters", filters)?;
        positive(call, "depth_multiplier", depth_multiplier)?;
        let [oh, ow] = self.slide(call).outputs([h, w])?;
        let [kh, kw] = kernel.map(Dim::from);
        let inner = channels * depth_multiplier;
        let a_value = &kh * &kw + filters;
        let depthwise = [&kh, &kw, channels, &depth_multiplier.into()].map(Dim::clone);
        let pointwise = [&Dim::Known(1), &Dim::Known(1), &inner, filters].map(Dim::clone);
        Ok(Inferred::shape(call.shape().sized([&oh, &ow, filters]))
            .macs([&oh, &ow, &inner, &a_value])
            .weight("depthwise_kernel", &depthwise, &self.depthwise_initializer)
            .weight("pointwise_kernel", &pointwise, &self.pointwise_initializer)
            .vector(self.bias, "bias", filters, &self.bias_initializer))
    }

    fn activation(&self) -> Option<&Op> {
        self.activation.layer()
    }

    fn linear(&self) -> Option<Linear> {
        Some(Linear {
            biased: self.clone().bias(true).into(),
            kernels: vec![Layout::Depthwise, Layout::Conv { groups: 1 }],
            whole: stays_inside(self.kernel, self.padding),
        })
    }

    fn motion(&self, call: &Call) -> Motion {
        self.slide(call).motion()
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let SeparableConv2d { stride, dilation, padding, .. } = *self;
        let filters = params[1].dims4()[3];
        let between = inputs[0].depthwise(&params[0], stride, dilation, padding);
        let mixed = between.map_rows(filters, |row, f| {
            row.iter().enumerate().map(|(c, x)| x * params[1].at(&[0, 0, c, f])).sum()
        });
        mixed.add_bias(params.get(2))
    }
}

impl SeparableConv2d {
    fn slide<'a>(&self, call: &'a Call<'a>) -> Slide<'a> {
        let SeparableConv2d { kernel, stride, padding, dilation, .. } = *self;
        Slide { call, kernel_arg: "kernel", kernel, stride, dilation, padding, ceil_mode: false }
    }
}
