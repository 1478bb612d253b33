use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Call, Example, Fault, Group, Inferred, Inputs, NewShape, Rule, Shape};

layer! {
    /// The same values in another shape, in row-major (height, width, channels) order.
    "reshape" => Reshape {
        /// The whole shape, batch first: `[_, 7, 7, 64]`. One size may be `-1`: what is left.
        shape: NewShape;
    }
}

impl Rule for Reshape {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Reshape", "view", "unflatten"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 3136]",
        body: "x.reshape([_, 7, 7, 64])",
        output: "[_, 7, 7, 64]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let (shape, values) = (call.shape(), call.shape().values());
        if let Some(sizes) = self.shape.sizes(values) {
            return Ok(Inferred::shape(call.shape().sized(&sizes)));
        }
        let new = &self.shape;
        let has = match new.0.iter().copied().collect::<Option<Vec<_>>>() {
            Some(sizes) => format!("{new} has {}", Shape::batched(&sizes).values()),
            None => format!("which {new} does not divide"),
        };
        let title = format!("`{}`: {shape} has {values} values a sample, {has}", call.layer);
        let help = "one size may be `-1`: what the others leave";
        Err(Fault::arg("shape", title).help(help))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let batch = inputs[0].dims()[0];
        let sizes = self.shape.sizes(inputs[0].len() / batch).expect("as many values");
        inputs[0].reshape(&[&[batch], sizes.as_slice()].concat())
    }
}
