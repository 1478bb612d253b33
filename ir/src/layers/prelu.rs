use super::rules::{axes, reduced};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Axes, Bounds, Call, Example, Fault, Group, Inferred, Initializer, Inputs, Rule};

layer! {
    /// `x` from 0 up, `alpha · x` below, with a learned `alpha`.
    ///
    /// `alpha` has the shape of a sample, with 1 along the shared axes: `shared_axes = (1, 2)`
    /// learns one slope a channel, as PyTorch's `PReLU(channels)` does (there it starts at 0.25).
    "prelu" => Prelu {;
        /// Axes along which one slope is shared; none by default.
        shared_axes: Option<Axes> = None,
        /// How `alpha` starts.
        alpha_initializer: Initializer = Initializer::Zeros,
    }
}

impl Rule for Prelu {
    const GROUP: Group = Group::Activation;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["PReLU"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "x.prelu(shared_axes = (1, 2))",
        output: "[_, 8, 8, 4]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        call.channels()?;
        let shared = match &self.shared_axes {
            Some(shared) => axes(call, "shared_axes", shared)?,
            None => Vec::new(),
        };
        let alpha = reduced(call.shape(), &shared, true);
        let output = Inferred::shape(call.shape().clone());
        Ok(output.weight("alpha", alpha.sample(), &self.alpha_initializer))
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        // The slope below 0 is learned.
        if inputs[0].least() < 0.0 { Bounds::ANY } else { inputs[0] }
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], params: &[Array]) -> Array {
        let alpha: Vec<_> = std::iter::once(1).chain(params[0].dims().iter().copied()).collect();
        let operands = [inputs[0].clone(), params[0].reshape(&alpha)];
        Array::broadcast(&operands, |x, alpha| if x >= 0.0 { x } else { alpha * x })
    }
}
