use crate::bounds::reread;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::shape::product;
use crate::{
    Bounds, Call, Condition, Dim, Example, Fault, Group, Inferred, Inputs, Motion, NewShape, Rule,
};

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
        let (shape, values, new) = (call.shape(), call.shape().values(), &self.shape);
        let given = product(new.0.iter().flatten());
        let open = new.0.contains(&None);
        let fault = || {
            let has = match open {
                false => format!("{new} has {given}"),
                true => format!("which {new} does not divide"),
            };
            let title = format!("`{}`: {shape} has {values} values a sample, {has}", call.layer);
            let help = "one size may be `-1`: what the others leave";
            Fault::arg("shape", title).help(help)
        };
        let left = match (open, given.known()) {
            (false, _) => {
                call.need(Condition::equal(&values, &given), fault)?;
                Dim::Known(1)
            }
            (true, Some(0)) => return Err(fault()),
            (true, Some(known)) => {
                call.need(Condition::divides(known, &values), fault)?;
                values.over(known)
            }
            (true, None) => values.exactly_over(&given).ok_or_else(|| fault().undecided())?,
        };
        let sizes = new.0.iter().map(|size| size.as_ref().unwrap_or(&left));
        Ok(Inferred::shape(shape.sized(sizes)))
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
        let sizes = self.shape.sizes(inputs[0].len() / batch).expect("as many values");
        inputs[0].reshape(&[&[batch], sizes.as_slice()].concat())
    }
}
