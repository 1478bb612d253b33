use super::rules::positive;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Activation, Call, Dim, Example, Fault, Group, Inferred, Initializer, Inputs, Layout, Linear,
    Op, Rule,
};

layer! {
    /// A fully connected layer: `x · kernel + bias` over the last dimension.
    ///
    /// Dimensions before the last are kept, so on an image it is a 1×1 convolution. The kernel
    /// is stored `[channels, units]`, as Keras stores it.
    "dense" => Dense {
        /// Number of outputs.
        units: Dim;
        /// Applied to the output.
        activation: Activation = Activation::NONE,
        /// Whether a bias is added to each output.
        bias: bool = true,
        /// How the kernel starts.
        kernel_initializer: Initializer = Initializer::GlorotUniform,
        /// How the bias starts.
        bias_initializer: Initializer = Initializer::Zeros,
    }
}

impl Rule for Dense {
    const GROUP: Group = Group::Dense;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["Dense", "linear", "Linear", "fc", "fully_connected"];
    const EXAMPLE: Example =
        Example { inputs: "features: [_, 128]", body: "features.dense(10)", output: "[_, 10]" };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let channels = call.channels()?;
        positive(call, "units", &self.units)?;
        let shape = call.shape();
        let output = shape.with(shape.rank() - 1, &self.units);
        let macs = [&shape.values(), &self.units];
        Ok(Inferred::shape(output)
            .macs(macs)
            .weight("kernel", &[channels, &self.units].map(Dim::clone), &self.kernel_initializer)
            .vector(self.bias, "bias", &self.units, &self.bias_initializer))
    }

    fn activation(&self) -> Option<&Op> {
        self.activation.layer()
    }

    fn linear(&self) -> Option<Linear> {
        Linear::new(self.clone().bias(true), Layout::Conv { groups: 1 }, true)
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let units = params[0].dims()[1];
        inputs[0].map_rows(units, |row, u| {
            let bias = if self.bias { params[1].at(&[u]) } else { 0.0 };
            row.iter().enumerate().fold(bias, |sum, (c, x)| sum + x * params[0].at(&[c, u]))
        })
    }
}
