//! What layers do to pixels: formulas that several of them share.

use super::rules::{Slide, axes};
use crate::window::Window;
use crate::{Axes, Call, Condition, Dim, Interpolation, Motion, Padding, Pixels, Ratio, Shape};

/// A motion of height and width, each by `along` of its axis (0 height, 1 width) and its length.
pub(super) fn image(call: &Call, along: impl Fn(usize, &Dim) -> Pixels) -> Motion {
    match call.shape().dims() {
        [_, h, w, _] => Motion::Moved([along(0, h), along(1, w)]),
        _ => Motion::Lost,
    }
}

/// Whether `axis` of the shape is the height or the width of an image.
pub(super) fn is_side(shape: &Shape, axis: usize) -> bool {
    shape.rank() == 4 && (axis == 1 || axis == 2)
}

/// A reduction along the argument `axis`.
pub(super) fn reduction(call: &Call, axis: &Axes) -> Motion {
    match axes(call, "axis", axis) {
        Ok(axes) if !axes.iter().any(|&axis| is_side(call.shape(), axis)) => Motion::Kept,
        _ => Motion::Lost,
    }
}

impl Slide<'_> {
    /// A pixel lies in the middle of its window.
    pub(super) fn motion(&self) -> Motion {
        let windows = Window::pair(self.kernel, self.stride, self.dilation);
        image(self.call, |axis, n| {
            let window = windows[axis];
            let Some([stride, extent]) = lengths(window) else {
                return Pixels::UNKNOWN;
            };
            let before = before(self.call, window, n, self.padding, axis);
            let offset = before.and_then(|before| Ratio::new(extent - 1 - 2 * before, 2));
            Pixels { scale: Some(Ratio::whole(stride)), offset }
        })
    }
}

/// The padding before the windows over an input of length `n`, if it is one for all sizes.
fn before(call: &Call, window: Window, n: &Dim, padding: Padding, axis: usize) -> Option<i64> {
    match padding {
        Padding::Valid => return Some(0),
        Padding::Explicit(pads) => return small(pads[axis][0]),
        Padding::Same => {}
    }
    let [stride, extent] = lengths(window)?;
    // Half of what the last window lacks; below 0 where it lacks nothing.
    let number = |n: i64| Dim::Known(n);
    let windows = (n + number(stride - 1)).over(window.stride);
    let half = ((windows - number(1)) * number(stride) + number(extent) - n).over(2);
    if let Dim::Known(half) = half {
        return Some(half.max(0));
    }
    if call.always(&Condition::at_least(&number(0), &half)) {
        return Some(0);
    }
    let (least, most) = ((extent - stride).div_euclid(2).max(0), (extent - 1) / 2);
    (least..=most).take(64).find(|&before| call.same(&half, &number(before)))
}

/// A transposed window: the kernel of each input pixel lies around it in the output.
pub(super) fn transposed(
    window: Window,
    padding: Padding,
    axis: usize,
    output_padding: Option<usize>,
) -> Pixels {
    let Some([stride, extent]) = lengths(window) else {
        return Pixels::UNKNOWN;
    };
    let cut = window.cut_before(padding, axis, output_padding);
    let offset = cut.and_then(|cut| Ratio::new(2 * cut - (extent - 1), 2 * stride));
    Pixels { scale: Ratio::new(1, stride), offset }
}

/// Stride and extent of a window, if it is one, and no larger than any image.
fn lengths(window: Window) -> Option<[i64; 2]> {
    let Window { kernel, stride, dilation } = window;
    if [kernel, stride, dilation].contains(&0) {
        return None;
    }
    Some([small(stride)?, small(window.extent())?])
}

/// An image resized from a length of `n` to `m`.
pub(super) fn resized(
    call: &Call,
    [n, m]: [&Dim; 2],
    how: Interpolation,
    align_corners: bool,
) -> Pixels {
    if align_corners {
        let last = |n: &Dim| n - Dim::Known(1);
        return Pixels::aligned(ratio(call, &last(n), &last(m)));
    }
    let pixels = Pixels::centred(ratio(call, n, m));
    match (how, pixels.scale.map(Ratio::parts)) {
        // One output of every `q` lies between two inputs, and takes the second.
        (Interpolation::Nearest, Some((p, q))) if p % 2 == 0 => {
            let tie = Ratio::new(1, 2 * q);
            Pixels { offset: pixels.offset.and_then(|offset| offset.plus(tie?)), ..pixels }
        }
        _ => pixels,
    }
}

/// `a / b`, if it is one number for all sizes.
fn ratio(call: &Call, a: &Dim, b: &Dim) -> Option<Ratio> {
    const LARGEST: i64 = 1 << 20;
    let ratio = Ratio::new(a.leading(), b.leading())?;
    if let (Dim::Known(_), Dim::Known(_)) = (a, b) {
        return Some(ratio);
    }
    let (p, q) = ratio.parts();
    let small = p.abs().max(q) <= LARGEST;
    (small && call.same(&(a * Dim::Known(q)), &(b * Dim::Known(p)))).then_some(ratio)
}

/// A length; `None` where it is larger than any image.
pub(super) fn small(n: usize) -> Option<i64> {
    (n <= Dim::MAX).then_some(n as i64)
}
