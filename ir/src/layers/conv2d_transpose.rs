use super::motion::{image, transposed};
use super::rules::{positive, positive_pair};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::window::{Transposed, Window};
use crate::{
    Activation, Call, Condition, Dim, Example, Fault, Group, Inferred, Initializer, Inputs, Layout,
    Linear, Motion, Op, Padding, Rule,
};

layer! {
    /// A transposed convolution: each input pixel adds a weighted kernel to the output.
    ///
    /// With `same` the output is `stride` times the input, as in Keras. Explicit pixels are
    /// PyTorch's `padding`: they are cut off the output, and `output_padding` is appended to it.
    /// The kernel is stored `[height, width, filters, channels]`, as Keras stores it.
    "conv2d_transpose" => Conv2dTranspose {
        /// Number of output channels.
        filters: Dim,
        /// Height and width of the kernel.
        kernel: [usize; 2];
        /// Step between the kernels in the output.
        stride: [usize; 2] = [1, 1],
        /// `valid`, `same`, or how many pixels are cut off the output.
        padding: Padding = Padding::Valid,
        /// Pixels appended to the output, as in Keras and PyTorch; `none` is Keras' own size.
        output_padding: Option<[usize; 2]> = None,
        /// Step within a kernel.
        dilation: [usize; 2] = [1, 1],
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

impl Rule for Conv2dTranspose {
    const GROUP: Group = Group::Convolution;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &[
        "Conv2DTranspose",
        "ConvTranspose2d",
        "Convolution2DTranspose",
        "deconv",
        "deconv2d",
        "conv_transpose2d",
    ];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 14, 14, 64]",
        body: "x.conv2d_transpose(32, 2, stride = 2, padding = same)",
        output: "[_, 28, 28, 32]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let Conv2dTranspose { ref filters, kernel, stride, dilation, output_padding, .. } = *self;
        positive(call, "filters", filters)?;
        positive_pair(call, "kernel", kernel)?;
        positive_pair(call, "stride", stride)?;
        positive_pair(call, "dilation", dilation)?;
        if let Some(extra) = output_padding
            && (0..2).any(|axis| extra[axis] >= stride[axis].max(dilation[axis]))
        {
            let title = format!("`{}`: the output padding must be below the stride", call.layer);
            let help = "it chooses among the sizes that one stride maps to the same input";
            return Err(Fault::arg("output_padding", title).help(help));
        }
        let windows = Window::pair(kernel, stride, dilation);
        let outputs = |axis: usize, n: &Dim| {
            let extra = output_padding.map(|extra| extra[axis]);
            let growth = windows[axis].growth_transposed(self.padding, axis, extra);
            let outputs = n * stride[axis] + Dim::Known(growth);
            call.need(Condition::at_least(&outputs, &Dim::Known(1)), || {
                let title = format!("`{}`: the padding cuts off the whole output", call.layer);
                Fault::arg("padding", title).help("a smaller padding, or a larger kernel")
            })?;
            Ok(outputs)
        };
        let (oh, ow) = (outputs(0, h)?, outputs(1, w)?);
        let [kh, kw] = kernel.map(Dim::from);
        let macs = [h, w, channels, &kh, &kw, filters];
        let sizes = [&kh, &kw, filters, channels].map(Dim::clone);
        Ok(Inferred::shape(call.shape().sized([&oh, &ow, filters]))
            .macs(macs)
            .weight("kernel", &sizes, &self.kernel_initializer)
            .vector(self.bias, "bias", filters, &self.bias_initializer))
    }

    fn activation(&self) -> Option<&Op> {
        self.activation.layer()
    }

    fn linear(&self) -> Option<Linear> {
        // Kernels overlap, and do not at the edges.
        Linear::new(self.clone().bias(true), Layout::Transposed, false)
    }

    fn motion(&self, call: &Call) -> Motion {
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        image(call, |axis, _| {
            let extra = self.output_padding.map(|extra| extra[axis]);
            transposed(windows[axis], self.padding, axis, extra)
        })
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let [batch, h, w, channels] = inputs[0].dims4();
        let geometry = self.geometry([h, w]).map(|axis| axis.expect("something is left"));
        let [oh, ow] = geometry.map(|axis| axis.outputs);
        // The input position that reaches output `o` through kernel position `k`, if any.
        let from = |axis: usize, o: usize, k: usize, n: usize| {
            let natural = usize::try_from(o as isize + geometry[axis].crop[0]).ok()?;
            let step = natural.checked_sub(k * self.dilation[axis])?;
            let i = step / self.stride[axis];
            (step.is_multiple_of(self.stride[axis]) && i < n).then_some(i)
        };
        let filters = params[0].dims4()[2];
        let output = Array::build(&[batch, oh, ow, filters], |index| {
            let &[b, y, x, f] = index else { unreachable!("rank 4") };
            let mut sum = 0.0;
            for i in 0..self.kernel[0] {
                for j in 0..self.kernel[1] {
                    let (Some(row), Some(column)) = (from(0, y, i, h), from(1, x, j, w)) else {
                        continue;
                    };
                    for c in 0..channels {
                        sum += inputs[0].at(&[b, row, column, c]) * params[0].at(&[i, j, f, c]);
                    }
                }
            }
            sum
        });
        output.add_bias(params.get(1))
    }
}

impl Conv2dTranspose {
    /// Output lengths and crops of height and width over `size`; `None` where nothing is left.
    pub fn geometry(&self, size: [usize; 2]) -> [Option<Transposed>; 2] {
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        [0, 1].map(|axis| {
            let extra = self.output_padding.map(|extra| extra[axis]);
            windows[axis].transposed(size[axis], self.padding, axis, extra)
        })
    }
}
