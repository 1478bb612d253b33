//! Windows that slide over images, with a padding that is the same for all sizes.

use formwork_ir::window::Window;
use formwork_ir::{Dim, Padding};

/// How a window slides over an image.
pub struct Slide {
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub padding: Padding,
}

impl Slide {
    /// `[[top, bottom], [left, right]]` over an image of that height and width, if it is the same
    /// for all sizes that these may be.
    pub fn resolve(&self, size: &[Dim]) -> Option<[[usize; 2]; 2]> {
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        let resolve = |axis: usize| {
            let window = &windows[axis];
            if self.padding != Padding::Same {
                return Some(window.padding(0, self.padding, axis));
            }
            let n = size.get(axis)?;
            if let Some(n) = n.known() {
                return Some(window.padding(n, self.padding, axis));
            }
            let outputs = (n + (window.stride - 1)).over(window.stride);
            let needed = (outputs - 1) * window.stride + window.extent() - n;
            let Dim::Known(total) = needed else { return None };
            let total = usize::try_from(total).unwrap_or(0);
            Some([total / 2, total - total / 2])
        };
        Some([resolve(0)?, resolve(1)?])
    }
}

/// What ceil mode adds after an image of any size: with it the windows are as many as those that
/// may reach beyond the image. (ONNX' own `ceil_mode` is understood in several ways.)
pub fn partial(
    size: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
    ceil_mode: bool,
) -> [usize; 2] {
    let windows = Window::pair(size, stride, [1, 1]);
    [0, 1].map(|axis| {
        let room = |ceil_mode| windows[axis].room(padding, axis, ceil_mode);
        usize::try_from(room(ceil_mode) - room(false)).unwrap_or(0)
    })
}

/// The padding with so much more after it.
pub fn longer(padding: Padding, added: [usize; 2]) -> Padding {
    let pads = match padding {
        _ if added == [0; 2] => return padding,
        Padding::Same => return padding,
        Padding::Valid => [[0; 2]; 2],
        Padding::Explicit(pads) => pads,
    };
    Padding::Explicit([0, 1].map(|axis| [pads[axis][0], pads[axis][1] + added[axis]]))
}
