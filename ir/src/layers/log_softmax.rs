use super::rules::axis;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Axis, Bounds, Call, Example, Fault, Group, Inferred, Inputs, Rule};

layer! {
    /// `x - ln Σ eˣ` along an axis, by default the channels: the logarithm of `softmax`.
    "log_softmax" => LogSoftmax {;
        /// Along which axis; not the batch.
        axis: Axis = Axis(-1),
    }
}

impl Rule for LogSoftmax {
    const GROUP: Group = Group::Activation;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["LogSoftmax"];
    const EXAMPLE: Example =
        Example { inputs: "x: [_, 10]", body: "x.log_softmax()", output: "[_, 10]" };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        axis(call, "axis", self.axis)?;
        Ok(Inferred::shape(call.shape().clone()))
    }

    fn bounds(&self, call: &Call, _inputs: &[Bounds]) -> Bounds {
        let axis = self.axis.index(call.shape().rank());
        axis.map_or(Bounds::between(f64::NEG_INFINITY, 0.0), Bounds::log_probabilities)
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let x = &inputs[0];
        let axis = self.axis.index(x.dims().len()).expect("an axis");
        let largest = x.reduce(&[axis], crate::oracle::max);
        let shifted = Array::broadcast(&[x.clone(), largest], |x, largest| x - largest);
        let sum = shifted.reduce(&[axis], |values| values.iter().map(|x| x.exp()).sum());
        Array::broadcast(&[shifted, sum], |x, sum| x - sum.ln())
    }
}
