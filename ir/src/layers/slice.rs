use super::motion::{image, is_side};
use super::rules::axis;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Axis, Bounds, Call, Condition, Dim, Ends, Example, Fault, Group, Inferred, Inputs, Motion,
    Pixels, Rule,
};

layer! {
    /// A part of a tensor along one axis.
    ///
    /// Negative ends count from the end, as in Python: `slice(-1, 0..-1)` drops the last channel.
    /// `x.slice(1, 0..H).slice(2, 0..W)` cuts a map back to the size of another.
    "slice" => Slice {
        /// Along which axis; not the batch.
        axis: Axis,
        /// From where to where, the end excluded.
        range: Ends;
    }
}

impl Rule for Slice {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["narrow", "Slice"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 32, 32, 3]",
        body: "x.slice(1, 0..16)",
        output: "[_, 16, 32, 3]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let axis = axis(call, "axis", self.axis)?;
        let (input, shape) = (call.inputs[0].name, call.shape());
        let size = &shape[axis];
        let [start, end] = self.range.0.each_ref().map(|end| position(end, size));
        let length = &end - &start;
        for (larger, smaller) in [(&start, 0), (&length, 1), (&(size - &end), 0)] {
            call.need(Condition::at_least(larger, &Dim::Known(smaller)), || {
                let (layer, range) = (call.layer, &self.range);
                let title = format!(
                    "`{layer}`: {range} is no part of axis {axis} of {input}, which is {size} long"
                );
                let help = format!("0..{size} is all of it; negative ends count from the end");
                Fault::arg("range", title).help(help)
            })?;
        }
        Ok(Inferred::shape(shape.with(axis, length)))
    }

    fn motion(&self, call: &Call) -> Motion {
        let cut = self.axis.index(call.shape().rank()).filter(|&axis| is_side(call.shape(), axis));
        let Some(cut) = cut else {
            return Motion::Kept;
        };
        let start = match position(&self.range.0[0], &call.shape()[cut]) {
            Dim::Known(start) => Some(start),
            Dim::Symbolic(_) => None,
        };
        image(call, |axis, _| if axis + 1 == cut { Pixels::starting(start) } else { Pixels::KEPT })
    }

    fn bounds(&self, call: &Call, inputs: &[Bounds]) -> Bounds {
        let cut = self.axis.index(call.shape().rank());
        inputs[0].moved(|axis| (Some(axis) != cut).then_some(axis))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let x = &inputs[0];
        let axis = self.axis.index(x.dims().len()).expect("an axis");
        let [start, end] = self.ends(x.dims()[axis]).expect("a part");
        let mut dims = x.dims().to_vec();
        dims[axis] = end - start;
        Array::build(&dims, |index| {
            let mut from = index.to_vec();
            from[axis] += start;
            x.at(&from)
        })
    }
}

/// An end of a range in an axis of `size`.
fn position(end: &Dim, size: &Dim) -> Dim {
    if matches!(end, Dim::Known(i) if *i < 0) { size + end } else { end.clone() }
}

impl Slice {
    /// Where the range starts and ends in an axis of `size`, if it is a part of it that holds
    /// anything.
    pub fn ends(&self, size: usize) -> Option<[usize; 2]> {
        let end = |end| position(end, &size.into()).known().filter(|&end| end <= size);
        let [start, end] = [end(&self.range.0[0])?, end(&self.range.0[1])?];
        (start < end).then_some([start, end])
    }
}
