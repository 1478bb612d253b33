use super::rules::axis;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Axis, Bounds, Call, Example, Fault, Group, Inferred, Inputs, Rule};

layer! {
    /// `eˣ / Σ eˣ` along an axis, by default the channels: values that add up to 1.
    "softmax" => Softmax {;
        /// Along which axis; not the batch.
        axis: Axis = Axis(-1),
    }
}

impl Rule for Softmax {
    const GROUP: Group = Group::Activation;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Softmax"];
    const EXAMPLE: Example =
        Example { inputs: "x: [_, 10]", body: "x.softmax()", output: "[_, 10]" };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        axis(call, "axis", self.axis)?;
        Ok(Inferred::shape(call.shape().clone()))
    }

    fn bounds(&self, call: &Call, _inputs: &[Bounds]) -> Bounds {
        let axis = self.axis.index(call.shape().rank());
        axis.map_or(Bounds::between(0.0, 1.0), Bounds::probabilities)
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let x = &inputs[0];
        let axis = self.axis.index(x.dims().len()).expect("an axis");
        let largest = x.reduce(&[axis], crate::oracle::max);
        let shifted = Array::broadcast(&[x.clone(), largest], |x, largest| x - largest);
        let sum = shifted.reduce(&[axis], |values| values.iter().map(|x| x.exp()).sum());
        Array::broadcast(&[shifted, sum], |x, sum| x.exp() / sum)
    }
}
