use super::rules::broadcast;
use crate::layer::layer;
use crate::{Call, Example, Fault, Group, Inferred, Inputs, Rule};

layer! {
    /// The sum of tensors, value by value; also written `a + b`.
    ///
    /// Sizes must be equal, or 1 where they broadcast.
    "add" => Add { ; }
}

impl Rule for Add {
    const GROUP: Group = Group::Merge;
    const INPUTS: Inputs = Inputs::Many;
    const ALIASES: &'static [&'static str] = &["Add", "sum"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4], shortcut: [_, 8, 8, 4]",
        body: "x + shortcut",
        output: "[_, 8, 8, 4]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        broadcast(call).map(Inferred::shape)
    }

    #[cfg(feature = "oracle")]
    fn oracle(
        &self,
        inputs: &[crate::oracle::Array],
        _: &[crate::oracle::Array],
    ) -> crate::oracle::Array {
        crate::oracle::Array::broadcast(inputs, |a, b| a + b)
    }
}
