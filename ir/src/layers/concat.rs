use super::rules::{axis, differ, same_rank};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Axis, Call, Example, Fault, Group, Inferred, Inputs, Rule};

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
        let mut size = 0;
        for (i, input) in call.inputs.iter().enumerate() {
            same_rank(call, i)?;
            let differs =
                |&other: &usize| other != axis && first.shape[other] != input.shape[other];
            if let Some(other) = (0..first.shape.rank()).find(differs) {
                let ends = [(first.name, first.shape), (input.name, input.shape)];
                let help = "only the sizes along the axis that is joined may differ";
                return Err(differ(call.layer, i, other, ends[0], ends[1], help));
            }
            size = input.shape[axis].known().unwrap_or(0).saturating_add(size);
        }
        Ok(Inferred::shape(first.shape.with(axis, size)))
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
