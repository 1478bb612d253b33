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
        (self.kernel - 1).saturating_mul(self.dilation).saturating_add(1)
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

    /// How much longer than the input all windows together may be, or shorter, for an input of
    /// any length `n`: there are `⌊(n + room) / stride⌋ + 1` windows, and none where `n + room` is
    /// below 0. The closed form of [`padding`](Self::padding), [`ceil`](Self::ceil) and
    /// [`outputs`](Self::outputs), which tests compare with it.
    pub fn room(&self, padding: Padding, axis: usize, ceil_mode: bool) -> i64 {
        let [before, after] = match padding {
            Padding::Valid => [0, 0],
            Padding::Explicit(pads) => pads[axis].map(|pad| pad as i64),
            Padding::Same => return -1,
        };
        let extent = self.extent() as i64;
        let partial = if ceil_mode { (self.stride as i64).min(extent - after) - 1 } else { 0 };
        before + after - extent + partial
    }

    /// `pad` with as much more after it as PyTorch's ceil mode adds, so that the last window may
    /// reach beyond the input; not where it would begin behind the input.
    pub fn ceil(&self, n: usize, pad: [usize; 2]) -> [usize; 2] {
        let [before, after] = pad;
        let Some(room) = (n + before + after + self.stride - 1).checked_sub(self.extent()) else {
            return pad;
        };
        let last = room / self.stride * self.stride;
        let last = if last >= n + before { last.saturating_sub(self.stride) } else { last };
        [before, after.max((last + self.extent()).saturating_sub(n + before))]
    }

    /// The transposed window over an input of length `n`; axis 0 is height, 1 width. `None`
    /// where nothing is left of the output.
    ///
    /// Each input adds one window to the natural output of `(n - 1) · stride + extent`, which is
    /// then cropped. Without `output_padding`, `same` gives `n · stride` and `valid`
    /// `(n - 1) · stride + max(extent, stride)`, as in Keras. An explicit padding is PyTorch's:
    /// it is cropped, and `output_padding` appended.
    pub fn transposed(
        &self,
        n: usize,
        padding: Padding,
        axis: usize,
        output_padding: Option<usize>,
    ) -> Option<Transposed> {
        let crop = self.crop(padding, axis, output_padding);
        let outputs = n as i128 * self.stride as i128 + self.growth(crop);
        let outputs = usize::try_from(outputs).ok().filter(|&n| n > 0)?;
        let [before, after] = crop.map(isize::try_from);
        Some(Transposed { outputs, crop: [before.ok()?, after.ok()?] })
    }

    /// The transposed window maps an input of any length `n` to `n · stride + growth`.
    pub fn growth_transposed(
        &self,
        padding: Padding,
        axis: usize,
        output_padding: Option<usize>,
    ) -> i64 {
        let growth = self.growth(self.crop(padding, axis, output_padding));
        growth.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    /// Where the output of a transposed window begins in its natural output; `None` beyond any
    /// image.
    pub(crate) fn cut_before(
        &self,
        padding: Padding,
        axis: usize,
        output_padding: Option<usize>,
    ) -> Option<i64> {
        let [before, _] = self.crop(padding, axis, output_padding);
        i64::try_from(before).ok().filter(|before| before.unsigned_abs() <= crate::Dim::MAX as u64)
    }

    fn growth(&self, crop: [i128; 2]) -> i128 {
        self.extent() as i128 - self.stride as i128 - crop[0] - crop[1]
    }

    /// What a transposed window cuts off its natural output before and after.
    fn crop(&self, padding: Padding, axis: usize, output_padding: Option<usize>) -> [i128; 2] {
        let (stride, extent) = (self.stride as i128, self.extent() as i128);
        let extra = output_padding.map(|extra| extra as i128);
        match padding {
            Padding::Valid => [0, -extra.unwrap_or(0.max(stride - extent))],
            Padding::Explicit(pads) => {
                let [before, after] = pads[axis].map(|pad| pad as i128);
                [before, after - extra.unwrap_or(0)]
            }
            Padding::Same => {
                let total = match extra {
                    None => stride + extent - 2,
                    Some(extra) => extent + extent % 2 - 2 + extra,
                };
                let left = ((total + 1) / 2).min(extent - 1);
                [extent - 1 - left, extent - 1 - (total - left)]
            }
        }
    }
}

/// How a transposed window maps a length: output `o` is value `o + crop[0]` of the natural
/// output, or 0 beyond its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transposed {
    /// Length of the output.
    pub outputs: usize,
    /// What is cut off the natural output before and after; negative means zeros appended.
    pub crop: [isize; 2],
}

/// `[[top, bottom], [left, right]]`: the padding of windows over `[height, width]`, with what
/// ceil mode adds after it.
pub fn resolve(
    windows: &[Window; 2],
    size: [usize; 2],
    padding: Padding,
    ceil_mode: bool,
) -> [[usize; 2]; 2] {
    [0, 1].map(|axis| {
        let pad = windows[axis].padding(size[axis], padding, axis);
        if ceil_mode { windows[axis].ceil(size[axis], pad) } else { pad }
    })
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

    #[test]
    fn ceil_mode_keeps_a_partial_window_that_begins_within_the_input() {
        let check = |n, kernel, stride, pad, expect: ([usize; 2], usize)| {
            let window = Window { kernel, stride, dilation: 1 };
            let pad = window.ceil(n, pad);
            assert_eq!((pad, window.outputs(n, pad).unwrap()), expect, "({n}, {kernel}, {stride})");
        };
        check(6, 3, 2, [0, 0], ([0, 1], 3));
        check(7, 3, 2, [0, 0], ([0, 0], 3));
        check(112, 3, 2, [0, 0], ([0, 1], 56));
        check(112, 3, 2, [1, 1], ([1, 2], 57));
        check(2, 3, 2, [0, 0], ([0, 1], 1));
        // The last window would begin in the padding after the input: dropped.
        check(3, 2, 2, [1, 1], ([1, 1], 2));
        check(8, 1, 3, [0, 0], ([0, 0], 3));
    }

    #[test]
    fn the_closed_form_counts_the_same_windows() {
        let pads = (0..3).flat_map(|a| (0..3).map(move |b| Padding::Explicit([[a, b]; 2])));
        for padding in pads.chain([Padding::Valid, Padding::Same]) {
            for (kernel, stride, dilation, ceil) in
                (0..72).map(|i| (1 + i % 4, 1 + i / 4 % 3, 1 + i / 12 % 3, i / 36 == 1))
            {
                let window = Window { kernel, stride, dilation };
                let too_wide = |pad: &[usize; 2]| pad[1] >= window.extent();
                if matches!(padding, Padding::Explicit([pad, _]) if ceil && too_wide(&pad)) {
                    // Pools refuse such a padding.
                    continue;
                }
                for n in 1..20 {
                    let [pad, _] = resolve(&[window; 2], [n; 2], padding, ceil);
                    let room = n as i64 + window.room(padding, 0, ceil);
                    let closed = (room >= 0).then(|| room as usize / stride + 1);
                    let case = format!("{n} {window:?} {padding:?} {ceil}");
                    assert_eq!(closed, window.outputs(n, pad), "{case}");
                }
            }
        }
    }

    #[test]
    fn transposed_windows_are_cropped_as_keras_and_pytorch_do() {
        use Padding::{Explicit, Same, Valid};
        let check = |(n, kernel, stride), padding, extra, outputs, crop| {
            let window = Window { kernel, stride, dilation: 1 };
            let found = window.transposed(n, padding, 0, extra);
            let case = format!("({n}, {kernel}, {stride}) {padding:?} {extra:?}");
            assert_eq!(found, Some(Transposed { outputs, crop }), "{case}");
        };
        let torch = |p| Explicit([[p, p], [p, p]]);
        check((5, 2, 2), Same, None, 10, [0, 0]);
        check((5, 3, 2), Same, None, 10, [0, 1]);
        check((5, 4, 2), Same, None, 10, [1, 1]);
        check((5, 5, 2), Same, None, 10, [1, 2]);
        check((5, 1, 2), Same, None, 10, [0, -1]);
        check((5, 3, 1), Same, None, 5, [1, 1]);
        check((5, 3, 2), Same, Some(1), 10, [0, 1]);
        check((5, 3, 2), Same, Some(0), 9, [1, 1]);
        check((5, 3, 2), Valid, None, 11, [0, 0]);
        check((5, 2, 3), Valid, None, 15, [0, -1]);
        check((5, 3, 2), Valid, Some(1), 12, [0, -1]);
        check((5, 3, 2), torch(1), Some(1), 10, [1, 0]);
        check((5, 4, 2), torch(1), None, 10, [1, 1]);
        let dilated = Window { kernel: 3, stride: 2, dilation: 2 };
        let natural = Some(Transposed { outputs: 13, crop: [0, 0] });
        assert_eq!(dilated.transposed(5, Valid, 0, None), natural);
        let window = Window { kernel: 2, stride: 1, dilation: 1 };
        assert_eq!(window.transposed(1, torch(1), 0, None), None);
    }
}
