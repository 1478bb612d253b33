use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Call, Example, Fault, Group, Inferred, Inputs, Rule};

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
        let mut left = [h, w];
        for (axis, [before, after]) in self.cropping.into_iter().enumerate() {
            let size = left[axis];
            left[axis] = size.saturating_sub(before + after);
            if left[axis] == 0 {
                let (layer, name) = (call.layer, call.shape().axis_name(axis + 1));
                let title = format!(
                    "`{layer}`: cropping {before} and {after} leaves nothing of the {name} {size}"
                );
                return Err(Fault::arg("cropping", title).help("crop less"));
            }
        }
        Ok(Inferred::shape(call.shape().sized(&[left[0], left[1], channels])))
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
