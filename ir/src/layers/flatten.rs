use crate::bounds::reread;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Rule};

layer! {
    /// Makes each sample one vector, in (height, width, channels) order.
    "flatten" => Flatten { ; }
}

impl Rule for Flatten {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Flatten"];
    const EXAMPLE: Example =
        Example { inputs: "x: [_, 7, 7, 64]", body: "x.flatten()", output: "[_, 3136]" };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        Ok(Inferred::shape(call.shape().sized([call.shape().values()])))
    }

    fn motion(&self, _call: &Call) -> Motion {
        Motion::Lost
    }

    fn bounds(&self, call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].moved(|axis| reread(call, &self.infer(call).ok()?.shape, axis))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let batch = inputs[0].dims()[0];
        inputs[0].reshape(&[batch, inputs[0].len() / batch])
    }
}
