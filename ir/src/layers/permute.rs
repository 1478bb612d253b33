use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{ArgType, Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Rule, Shape};

layer! {
    /// Reorders the axes of each sample.
    ///
    /// Axes count from 1, as in Keras' `Permute`: `permute((2, 1, 3))` swaps height and width.
    "permute" => Permute {
        /// The axes in their new order, each once, without the batch.
        dims: Vec<usize>;
    }
}

impl Rule for Permute {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Permute", "transpose"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 8, 16, 3]",
        body: "x.permute((2, 1, 3))",
        output: "[_, 16, 8, 3]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let shape = call.shape();
        let mut sorted = self.dims.clone();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(1..shape.rank()) {
            let (layer, dims) = (call.layer, self.dims.write());
            let title = format!("`{layer}`: {dims} does not order the axes of {shape}");
            let help = format!("name each axis from 1 to {} once", shape.rank() - 1);
            return Err(Fault::arg("dims", title).help(help));
        }
        let axes = std::iter::once(0).chain(self.dims.iter().copied());
        Ok(Inferred::shape(Shape::new(axes.map(|axis| shape[axis].clone()).collect::<Vec<_>>())))
    }

    fn motion(&self, _call: &Call) -> Motion {
        match self.dims.as_slice() {
            [1, 2, 3] => Motion::Kept,
            [2, 1, 3] => Motion::Swapped,
            _ => Motion::Lost,
        }
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].moved(|axis| Some(self.dims.iter().position(|&dim| dim == axis)? + 1))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let x = &inputs[0];
        let axes: Vec<_> = std::iter::once(0).chain(self.dims.iter().copied()).collect();
        let dims: Vec<_> = axes.iter().map(|&axis| x.dims()[axis]).collect();
        Array::build(&dims, |index| {
            let mut from = vec![0; axes.len()];
            axes.iter().zip(index).for_each(|(&axis, &i)| from[axis] = i);
            x.at(&from)
        })
    }
}
