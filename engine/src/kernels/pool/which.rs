//! The largest of the pixels under windows that tile an image, and which it was: what is kept of a
//! tensor for the way back of a max pooling, a value for each window.

use crate::kernels::Place;
use crate::kernels::lanes::vectors;
use crate::simd::{Isa, Simd, kernel};

/// A row of windows, which tile the pixels under them.
#[derive(Clone, Copy, Debug)]
pub struct Tiled {
    /// The first pixel; a row of them begins where the one above it ends.
    pub pixels: *mut f32,
    /// From one pixel to the next.
    pub stride: usize,
    /// Height and width of a window.
    pub size: [usize; 2],
    /// Number of windows.
    pub count: usize,
    /// Number of channels.
    pub channels: usize,
    /// Of each window, the largest value or what the loss says of it.
    pub values: Place,
    /// Of each window, which pixel was the largest, row by row from 0; the first of several.
    pub which: Place,
}

/// How far a window's pixels are from its first, row by row, with the number of each; `SIDE` is the
/// size of a square, or 0.
macro_rules! pixels {
    ($tiled:ident, $SIDE:ident, |$at:ident, $number:ident| $each:expr) => {{
        let [height, width] = if $SIDE == 0 { $tiled.size } else { [$SIDE; 2] };
        let row = $tiled.count * width * $tiled.stride;
        for y in 0..height {
            for x in 0..width {
                let ($at, $number) = (y * row + x * $tiled.stride, (y * width + x) as f32);
                $each
            }
        }
    }};
}

kernel! {
    /// Writes the largest values of windows, and which they are, from the pixels.
    fn keep_square<const SIDE: usize>(tiled: &Tiled) = keep_each;
}

kernel! {
    /// Writes pixels: what windows' values are to the one that was the largest, zeros to the others.
    fn give_square<const SIDE: usize>(tiled: &Tiled) = give_each;
}

/// Writes the largest values of windows, and which they are, from the pixels.
///
/// # Safety
/// The machine has the instruction set; pixels and windows are there.
pub unsafe fn keep(isa: Isa, tiled: &Tiled) {
    // SAFETY: the caller's.
    unsafe {
        match tiled.size {
            [2, 2] => keep_square::<2>(isa, tiled),
            _ => keep_square::<0>(isa, tiled),
        }
    }
}

/// Writes pixels: what windows' values are to the one that was the largest, zeros to the others.
///
/// # Safety
/// As for [`keep`].
pub unsafe fn give(isa: Isa, tiled: &Tiled) {
    // SAFETY: the caller's.
    unsafe {
        match tiled.size {
            [2, 2] => give_square::<2>(isa, tiled),
            _ => give_square::<0>(isa, tiled),
        }
    }
}

/// # Safety
/// As for [`keep`].
#[inline(always)]
unsafe fn keep_each<S: Simd, const SIDE: usize>(tiled: &Tiled) {
    let width = tiled.size[1];
    for window in 0..tiled.count {
        // SAFETY: the caller's.
        unsafe {
            let pixels = tiled.pixels.add(window * width * tiled.stride);
            let (to, which) = (tiled.values.row(window), tiled.which.row(window));
            vectors!(S, tiled.channels, |i, load, store| {
                let (mut most, mut first) = (S::splat(f32::NEG_INFINITY), S::splat(0.0));
                pixels!(tiled, SIDE, |at, number| {
                    // A value that is not a number is never the largest.
                    let value = load(pixels.add(at + i));
                    first = S::select_less(most, value, S::splat(number), first);
                    most = S::select_less(most, value, value, most);
                });
                store(to.add(i), most);
                store(which.add(i), first);
            });
        }
    }
}

/// # Safety
/// As for [`keep`].
#[inline(always)]
unsafe fn give_each<S: Simd, const SIDE: usize>(tiled: &Tiled) {
    let width = tiled.size[1];
    for window in 0..tiled.count {
        // SAFETY: the caller's.
        unsafe {
            let pixels = tiled.pixels.add(window * width * tiled.stride);
            let (from, which) = (tiled.values.row(window), tiled.which.row(window));
            vectors!(S, tiled.channels, |i, load, store| {
                let (mut left, which, zero) =
                    (load(from.add(i)), load(which.add(i)), S::splat(0.0));
                pixels!(tiled, SIDE, |at, number| {
                    let end = S::splat(number + 0.5);
                    store(pixels.add(at + i), S::select_less(which, end, left, zero));
                    left = S::select_less(which, end, zero, left);
                });
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Numbers, cases};

    proptest! {
        #![proptest_config(cases(200))]
        #[test]
        fn the_first_of_the_largest_is_kept_and_given_to(
            size in [1..4usize, 1..4], count in 1..5usize, channels in 1..40usize, gap in 0..3usize,
            seed: u64,
        ) {
            let (mut numbers, stride) = (Numbers::new(seed), channels + gap);
            // Few values, so that some are as large as others; and some that are no numbers.
            let mut value = || match (numbers.next() * 4.0).round() {
                most if most > 3.0 => f32::NAN,
                value => value,
            };
            let row = count * size[1] * stride;
            let mut pixels: Vec<f32> = (0..size[0] * row).map(|_| value()).collect();
            let given = pixels.clone();
            let windows = count * stride;
            for isa in Isa::available() {
                pixels.clone_from(&given);
                let (mut values, mut which) = (vec![0.0; windows], vec![0.0; windows]);
                let place = |of: &mut Vec<f32>| Place { first: of.as_mut_ptr(), stride };
                let tiled = Tiled {
                    pixels: pixels.as_mut_ptr(),
                    stride,
                    size,
                    count,
                    channels,
                    values: place(&mut values),
                    which: place(&mut which),
                };
                // SAFETY: all is as large as it says.
                unsafe {
                    keep(isa, &tiled);
                    give(isa, &tiled);
                }
                for (window, channel) in (0..count).flat_map(|w| (0..channels).map(move |c| (w, c))) {
                    let at = |tap: usize| {
                        let (y, x) = (tap / size[1], window * size[1] + tap % size[1]);
                        y * row + x * stride + channel
                    };
                    let (mut most, mut first) = (f32::NEG_INFINITY, 0);
                    for tap in 0..size[0] * size[1] {
                        if given[at(tap)] > most {
                            (most, first) = (given[at(tap)], tap);
                        }
                    }
                    prop_assert_eq!(values[window * stride + channel], most);
                    for tap in 0..size[0] * size[1] {
                        let expect = if tap == first { most } else { 0.0 };
                        prop_assert_eq!(pixels[at(tap)], expect, "{} of {}", tap, isa);
                    }
                }
            }
        }
    }
}
