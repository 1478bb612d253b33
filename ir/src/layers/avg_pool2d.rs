use super::rules::{pool, pooled};
use crate::layer::layer;
#[cfg(feature = "oracle")]
use crate::oracle::Array;
#[cfg(feature = "oracle")]
use crate::window::{Window, resolve};
use crate::{Bounds, Call, Example, Fault, Group, Inferred, Inputs, Motion, Padding, Rule};

layer! {
    /// The mean of each window, channel by channel.
    ///
    /// Padding is not counted, unless `count_include_pad` says so, as PyTorch does by default.
    "avg_pool2d" => AvgPool2d {
        /// Height and width of the window.
        size: [usize; 2];
        /// Step between windows; the window's own size by default.
        stride: Option<[usize; 2]> = None,
        /// `valid`, `same` or explicit pixels.
        padding: Padding = Padding::Valid,
        /// Whether padding counts as zeros; what `ceil_mode` adds never does.
        count_include_pad: bool = false,
        /// Whether a last window may reach beyond the input, as PyTorch's `ceil_mode`.
        ceil_mode: bool = false,
    }
}

impl Rule for AvgPool2d {
    const GROUP: Group = Group::Pooling;
    const INPUTS: Inputs = Inputs::One;
    const ALIASES: &'static [&'static str] =
        &["AveragePooling2D", "AvgPool2D", "AvgPool2d", "avgpool", "average_pool2d"];
    const EXAMPLE: Example = Example {
        inputs: "image: [_, 28, 28, 32]",
        body: "image.avg_pool2d(3, stride = 2, padding = same)",
        output: "[_, 14, 14, 32]",
    };

    fn infer(&self, call: &Call) -> Result<Inferred, Fault> {
        let AvgPool2d { size, stride, padding, ceil_mode, .. } = *self;
        pooled(&pool(call, size, stride, padding, ceil_mode)).map(Inferred::shape)
    }

    fn motion(&self, call: &Call) -> Motion {
        let AvgPool2d { size, stride, padding, ceil_mode, .. } = *self;
        pool(call, size, stride, padding, ceil_mode).motion()
    }

    fn bounds(&self, _call: &Call, inputs: &[Bounds]) -> Bounds {
        // Where padding counts, it is zeros.
        match self.count_include_pad && self.padding != Padding::Valid {
            true => inputs[0].or_zero(),
            false => inputs[0].averaged(|axis| (axis == 3).then_some(axis)),
        }
    }

    #[cfg(feature = "oracle")]
    fn oracle(&self, inputs: &[Array], _: &[Array]) -> Array {
        let AvgPool2d { size, stride, padding, ceil_mode, count_include_pad } = *self;
        let [_, h, w, _] = inputs[0].dims4();
        let windows = Window::pair(size, stride.unwrap_or(size), [1, 1]);
        let pads = resolve(&windows, [h, w], padding, false);
        inputs[0].pool(size, stride, padding, ceil_mode, |taps, c| {
            let sum: f64 = taps.pixels().map(|pixel| pixel[c]).sum();
            let cells = if count_include_pad {
                let ends = [h + pads[0][1], w + pads[1][1]];
                let covered =
                    |a: usize| size[a].min((ends[a] as isize - taps.origin()[a]) as usize);
                covered(0) * covered(1)
            } else {
                taps.pixels().count()
            };
            sum / cells as f64
        })
    }
}
