//! Sliding windows: how padding, stride and dilation map one length to another.
//! Formulas are those of TensorFlow and Keras (`same` pads more after than before), with
//! PyTorch's explicit paddings beside them.

/// What surrounds an image before a window slides over it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Padding {
    /// Nothing: only whole windows.
    Valid,
    /// As much as makes the output `⌈n / stride⌉` long; the odd one goes after.
    Same,
    /// `((top, bottom), (left, right))`, as PyTorch and ONNX write it.
    Explicit([[usize; 2]; 2]),
}

/// A window along one axis: `(before, after)` padding resolved, lengths in elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Kernel length, dilation not counted.
    pub kernel: usize,
    /// Step between windows.
    pub stride: usize,
    /// Step within a window.
    pub dilation: usize,
}

impl Window {
    /// The windows of height and width.
    pub fn pair(kernel: [usize; 2], stride: [usize; 2], dilation: [usize; 2]) -> [Self; 2] {
        [0, 1].map(|i| Window { kernel: kernel[i], stride: stride[i], dilation: dilation[i] })
    }

    /// Length covered by one window: `(kernel - 1) · dilation + 1`.
    pub const fn extent(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }

    /// `(before, after)` padding of axis `axis` (0 height, 1 width) for an input of length `n`.
    pub fn padding(&self, n: usize, padding: Padding, axis: usize) -> [usize; 2] {
        match padding {
            Padding::Valid => [0, 0],
            Padding::Explicit(pads) => pads[axis],
            Padding::Same => {
                let outputs = n.div_ceil(self.stride);
                let needed = (outputs.max(1) - 1) * self.stride + self.extent();
                let total = needed.saturating_sub(n);
                [total / 2, total - total / 2]
            }
        }
    }

    /// Number of windows over an input of length `n` with `[before, after]` padding;
    /// `None` where not one fits.
    pub const fn outputs(&self, n: usize, pad: [usize; 2]) -> Option<usize> {
        match (n + pad[0] + pad[1]).checked_sub(self.extent()) {
            Some(room) => Some(room / self.stride + 1),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: usize, kernel: usize, stride: usize, expect: ([usize; 2], usize)) {
        let window = Window { kernel, stride, dilation: 1 };
        let pad = window.padding(n, Padding::Same, 0);
        assert_eq!((pad, window.outputs(n, pad).unwrap()), expect, "({n}, {kernel}, {stride})");
    }

    #[test]
    fn same_pads_as_tensorflow_does() {
        check(224, 3, 2, ([0, 1], 112));
        check(225, 3, 2, ([1, 1], 113));
        check(224, 7, 2, ([2, 3], 112));
        check(5, 2, 1, ([0, 1], 5));
        check(28, 3, 1, ([1, 1], 28));
        check(7, 1, 2, ([0, 0], 4));
    }

    #[test]
    fn a_window_that_does_not_fit_has_no_outputs() {
        let window = Window { kernel: 5, stride: 1, dilation: 1 };
        assert_eq!(window.outputs(4, [0, 0]), None);
        assert_eq!(window.outputs(4, [0, 1]), Some(1));
        let dilated = Window { kernel: 3, stride: 1, dilation: 2 };
        assert_eq!(dilated.outputs(7, [0, 0]), Some(3));
    }
}
