use super::Slice;
use super::rules::axis;
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Axis, Call, Condition, Dim, Ends, Example, Fault, Group, Inferred, Inputs, Op, Parts, Rule,
};

layer! {
    /// Cuts a tensor into parts along one axis: `let (a, b) = x.split(2);`.
    ///
    /// Each part is a `slice`.
    "split" => Split {
        /// A number of parts of equal size, or a list of their sizes.
        parts: Parts;
        /// Along which axis; not the batch.
        axis: Axis = Axis(-1),
    }
}

impl Rule for Split {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["chunk", "Split"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 8, 4]",
        body: "let (a, b) = x.split(2); a * b",
        output: "[_, 8, 8, 2]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let parts = self.slices(call)?;
        let title = format!("`{}` makes {} tensors, not one", call.layer, parts.len());
        Err(Fault::call(title).help("name them: `let (a, b) = x.split(2);`"))
    }

    fn parts(&self, call: &Call) -> Option<Result<Vec<Op>, Fault>> {
        Some(self.slices(call))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        unreachable!("{} inputs: `parts` stands for this layer", inputs.len())
    }
}

impl Split {
    /// The most parts that one tensor is split into.
    const MOST: usize = 64;

    fn slices(&self, call: &Call) -> Result<Vec<Op>, Fault> {
        let (layer, whose) = (call.layer, call.inputs[0].name);
        let axis = axis(call, "axis", self.axis)?;
        let size = &call.shape()[axis];
        let count = match &self.parts {
            Parts::Equal(n) => *n,
            Parts::Sizes(sizes) => sizes.len(),
        };
        let fault = |title| Fault::arg("parts", format!("`{layer}`: {title}"));
        if !(1..=Self::MOST).contains(&count) {
            return Err(fault(format!("from 1 to {} parts, got {count}", Self::MOST)));
        }
        let sizes = match &self.parts {
            Parts::Equal(n) => {
                call.need(Condition::divides(*n, size), || {
                    let title = format!("{n} parts do not divide axis {axis} of {whose}");
                    let title = format!("{title}, which is {size} long");
                    fault(title).help("list their sizes: `split((16, 8))`")
                })?;
                vec![size.over(*n); *n]
            }
            Parts::Sizes(sizes) => sizes.iter().map(|&n| Dim::from(n)).collect(),
        };
        let total = sizes.iter().fold(Dim::Known(0), |sum, n| sum + n);
        let wrong = || {
            let title = format!("parts of {total} in all; axis {axis} of {whose} is {size} long");
            fault(title).help("the sizes add up to that of the axis, each at least 1")
        };
        call.need(Condition::equal(&total, size), wrong)?;
        let mut start = Dim::Known(0);
        let slice = |size: &Dim| {
            call.need(Condition::at_least(size, &Dim::Known(1)), wrong)?;
            let end = &start + size;
            let ends = [std::mem::replace(&mut start, end.clone()), end];
            Ok(Slice { axis: self.axis, range: Ends(ends) }.into())
        };
        sizes.iter().map(slice).collect()
    }
}
