use crate::layer::layer;
use crate::{Call, Example, Fault, Group, Inferred, Inputs, Rule};

layer! {
    /// `max(x, 0)`.
    "relu" => Relu { ; }
}

impl Rule for Relu {
    const GROUP: Group = Group::Activation;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["ReLU"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "x.relu()",
        output: "[_, 8, 8, 4]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        Ok(Inferred::shape(call.shape().clone()))
    }

    #[cfg(feature = "oracle")]
    fn oracle(
        &self,
        inputs: &[crate::oracle::Array],
        _: &[crate::oracle::Array],
    ) -> crate::oracle::Array {
        inputs[0].map(|x| x.max(0.0))
    }
}
