use super::motion::{image, small};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
use crate::{Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Pixels, Rule};

layer! {
    /// Zeros around an image.
    "zero_pad2d" => ZeroPad2d {;
        /// One number for all sides, `(height, width)` or `((top, bottom), (left, right))`.
        padding: [[usize; 2]; 2] = [[1, 1], [1, 1]],
    }
}

impl Rule for ZeroPad2d {
    const GROUP: Group = Group::Shape;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["ZeroPadding2D", "ZeroPad2d", "pad", "zero_padding2d"];
    const EXAMPLE: Example = Example {
        inputs: "x: [_, 28, 28, 3]",
        body: "x.zero_pad2d(((0, 1), (0, 1)))",
        output: "[_, 29, 29, 3]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let [h, w, channels] = call.image()?;
        let [[top, bottom], [left, right]] = self.padding;
        Ok(Inferred::shape(call.shape().sized([
            &(h + (top + bottom)),
            &(w + (left + right)),
            channels,
        ])))
    }

    fn motion(&self, call: &Call) -> Motion {
        image(call, |axis, _| Pixels::starting(small(self.padding[axis][0]).map(|before| -before)))
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        if self.padding == [[0, 0], [0, 0]] { inputs[0] } else { inputs[0].or_zero() }
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let [batch, h, w, channels] = inputs[0].dims4();
        let [[top, bottom], [left, right]] = self.padding;
        Array::build(&[batch, h + top + bottom, w + left + right, channels], |index| {
            let inside = |i: usize, before: usize, n| i.checked_sub(before).filter(|&i| i < n);
            match (inside(index[1], top, h), inside(index[2], left, w)) {
                (Some(y), Some(x)) => inputs[0].at(&[index[0], y, x, index[3]]),
                _ => 0.0,
            }
        })
    }
}
