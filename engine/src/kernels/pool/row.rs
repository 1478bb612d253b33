//! The innermost loops of pools.

use crate::kernels::Place;
use crate::simd::{Simd, kernel};

/// A row of outputs and what it is made of.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The rows of pixels under the windows.
    pub lines: &'a [*const *const f32],
    /// Width of a window.
    pub width: usize,
    /// From one window to the next.
    pub step: usize,
    /// Number of channels.
    pub channels: usize,
    /// The first output.
    pub output: Place,
    /// Number of outputs.
    pub count: usize,
    /// How many pixels count in this row of windows, and in each column.
    pub cells: Option<(f32, &'a [f32])>,
}

kernel! {
    /// The largest values of windows: of a square of `SIZE`, or of any if that is 0.
    pub fn largest<const SIZE: usize>(of: &Row<'_>) = every_largest;
}

kernel! {
    /// The mean values of windows: of a square of `SIZE`, or of any if that is 0.
    pub fn mean<const SIZE: usize>(of: &Row<'_>) = every_mean;
}

/// # Safety
/// As for [`every`].
#[inline(always)]
unsafe fn every_largest<S: Simd, const SIZE: usize>(of: &Row<'_>) {
    // SAFETY: the caller's.
    unsafe { every::<S, SIZE, false>(of) }
}

/// # Safety
/// As for [`every`].
#[inline(always)]
unsafe fn every_mean<S: Simd, const SIZE: usize>(of: &Row<'_>) {
    // SAFETY: the caller's.
    unsafe { every::<S, SIZE, true>(of) }
}

/// # Safety
/// The machine has `S`. Every pixel under the windows has `channels` values; as many may be written
/// to the outputs.
#[inline(always)]
unsafe fn every<S: Simd, const SIZE: usize, const MEAN: bool>(of: &Row<'_>) {
    for x in 0..of.count {
        let scale = of.cells.map_or(1.0, |(y, columns)| 1.0 / (y * columns[x]));
        // SAFETY: the caller's.
        unsafe {
            let output = of.output.row(x);
            let mut channel = 0;
            while channel + 4 * S::LANES <= of.channels {
                some::<S, SIZE, MEAN, 4, true>(of, x, channel, S::LANES, scale, output);
                channel += 4 * S::LANES;
            }
            while channel + S::LANES <= of.channels {
                some::<S, SIZE, MEAN, 1, true>(of, x, channel, S::LANES, scale, output);
                channel += S::LANES;
            }
            if channel < of.channels {
                let left = of.channels - channel;
                some::<S, SIZE, MEAN, 1, false>(of, x, channel, left, scale, output);
            }
        }
    }
}

/// A few vectors of channels: `count` channels of each, all lanes if `FULL`.
///
/// # Safety
/// As for [`every`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "sums that are iterated over go to the stack")]
unsafe fn some<
    S: Simd,
    const SIZE: usize,
    const MEAN: bool,
    const VECTORS: usize,
    const FULL: bool,
>(
    of: &Row<'_>,
    x: usize,
    channel: usize,
    count: usize,
    scale: f32,
    output: *mut f32,
) {
    // SAFETY: within what the caller promises.
    unsafe {
        let first = if MEAN { 0.0 } else { f32::NEG_INFINITY };
        let mut made = [S::splat(first); VECTORS];
        let (height, width) = if SIZE == 0 { (of.lines.len(), of.width) } else { (SIZE, SIZE) };
        for i in 0..height {
            let pixels = of.lines.get_unchecked(i).add(x * of.step);
            for j in 0..width {
                let pixel = (*pixels.add(j)).add(channel);
                for v in 0..VECTORS {
                    let from = pixel.add(v * S::LANES);
                    let value = if FULL { S::load(from) } else { S::load_first(from, count) };
                    // A value that is not a number is never the largest.
                    made[v] = if MEAN { S::add(made[v], value) } else { S::max(value, made[v]) };
                }
            }
        }
        let scale = S::splat(scale);
        for v in 0..VECTORS {
            let value = if MEAN { S::mul(made[v], scale) } else { made[v] };
            let to = output.add(channel + v * S::LANES);
            if FULL { S::store(to, value) } else { S::store_first(to, value, count) }
        }
    }
}
