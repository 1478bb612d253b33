use super::motion::{image, small};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{
    Bounds, Call, Condition, Dim, Example, Fault, Group, Inferred, Inputs, Motion, Pixels, Rule,
};

layer! {
    /// Cuts pixels off the sides of an image.
    "crop2d" => Crop2d {
        /// One number for all sides, `(height, width)` or `((top, bottom), (left, right))`.
        cropping: [[usize; 2]; 2];
    }
}

impl Rule for Crop2d {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] = &["Cropping2D", "crop", "cropping2d"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 28, 28, 3]",
        body: "x.crop2d(((0, 1), (0, 1)))",
        output: "[_, 27, 27, 3]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let left = |axis: usize, size: &Dim| {
            let [before, after] = self.cropping[axis];
            let left = size - (before + after);
            call.need(Condition::at_least(&left, &Dim::Known(1)), || {
                let (layer, name) = (call.layer, call.shape().axis_name(axis + 1));
                let title = format!(
                    "`{layer}`: cropping {before} and {after} leaves nothing of the {name} {size}"
                );
                Fault::arg("cropping", title).help("crop less")
            })?;
            Ok(left)
        };
        Ok(Inferred::shape(call.shape().sized([&left(0, h)?, &left(1, w)?, channels])))
    }

    fn motion(&self, call: &Call) -> Motion {
        image(call, |axis, _| Pixels::starting(small(self.cropping[axis][0])))
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        inputs[0].moved(|axis| (axis == 3).then_some(axis))
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let [batch, h, w, channels] = inputs[0].dims4();
        let [[top, bottom], [left, right]] = self.cropping;
        Array::build(&[batch, h - top - bottom, w - left - right, channels], |index| {
            inputs[0].at(&[index[0], index[1] + top, index[2] + left, index[3]])
        })
    }
}
