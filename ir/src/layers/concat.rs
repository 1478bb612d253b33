use super::motion::is_side;
use super::rules::{axis, differ, same_rank};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Axis, Bounds, Call, Condition, Dim, Example, Fault, Group, Inferred, Inputs, Motion, Rule,
};

layer! {
    /// Joins tensors along an axis, by default the channels.
    "concat" => Concat {;
        /// Along which axis; not the batch.
        axis: Axis = Axis(-1),
    }
}

impl Rule for Concat {
    const GROUP: Group = Group::Merge;
    const INPUTS: Inputs = Inputs::Many;
    const ALIASES: &'static [&'static str] = &["Concatenate", "cat", "concatenate"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4], skip: [_, 8, 8, 2]",
        body: "concat(x, skip)",
        output: "[_, 8, 8, 6]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let axis = axis(call, "axis", self.axis)?;
        let first = &call.inputs[0];
        let mut size = Dim::Known(0);
        for (i, input) in call.inputs.iter().enumerate() {
            same_rank(call, i)?;
            for other in (0..first.shape.rank()).filter(|&other| other != axis) {
                call.need(Condition::equal(&first.shape[other], &input.shape[other]), || {
                    let ends = [(first.name, first.shape), (input.name, input.shape)];
                    let help = "only the sizes along the axis that is joined may differ";
                    differ(call.layer, i, other, ends, help)
                })?;
            }
            size = size + &input.shape[axis];
        }
        Ok(Inferred::shape(first.shape.with(axis, size)))
    }

    fn motion(&self, call: &Call) -> Motion {
        match self.axis.index(call.shape().rank()) {
            Some(axis) if is_side(call.shape(), axis) => Motion::Lost,
            _ => Motion::Kept,
        }
    }

    fn bounds(&self, call: &Call, inputs: &[Bounds]) -> Bounds {
        let joined = self.axis.index(call.shape().rank());
        let all = inputs.iter().copied().reduce(Bounds::or).unwrap_or(Bounds::ANY);
        all.moved(|axis| (Some(axis) != joined).then_some(axis))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let axis = self.axis.index(inputs[0].dims().len()).expect("an axis");
        let mut dims = inputs[0].dims().to_vec();
        dims[axis] = inputs.iter().map(|input| input.dims()[axis]).sum();
        Array::build(&dims, |index| {
            let mut own = index.to_vec();
            let mut inputs = inputs.iter();
            loop {
                let input = inputs.next().expect("within the sum");
                match own[axis].checked_sub(input.dims()[axis]) {
                    Some(rest) => own[axis] = rest,
                    None => return input.at(&own),
                }
            }
        })
    }
}
