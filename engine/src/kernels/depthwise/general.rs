//! Windows of any size, an output at a time.

use crate::simd::{Simd, kernel};

/// An output and what it is made of.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// The rows of pixels under the window.
    pub lines: &'a [*const *const f32],
    /// The window's first column in them.
    pub column: usize,
    /// Width of the window.
    pub width: usize,
    /// From one column of the window to the next.
    pub dilation: usize,
    /// As those of a block.
    pub weights: *const f32,
    /// Number of channels.
    pub channels: usize,
    /// Where the output is.
    pub output: *mut f32,
    /// What is added to it; null for nothing.
    pub residual: *const f32,
    /// The smallest output.
    pub low: f32,
    /// The largest.
    pub high: f32,
}

kernel! {
    /// Computes an output.
    pub fn spot(of: &Spot<'_>) = every;
}

/// # Safety
/// The machine has `S`. Every pixel under the window has `channels` values; as many may be written
/// to the output, and read of the residual.
#[inline(always)]
unsafe fn every<S: Simd>(of: &Spot<'_>) {
    // SAFETY: the caller's.
    unsafe {
        let vectors = of.channels / S::LANES;
        let mut done = 0;
        while done + 4 <= vectors {
            some::<S, 4, true>(of, done, S::LANES);
            done += 4;
        }
        while done < vectors {
            some::<S, 1, true>(of, done, S::LANES);
            done += 1;
        }
        if of.channels > done * S::LANES {
            some::<S, 1, false>(of, done, of.channels - done * S::LANES);
        }
    }
}

/// A few vectors of channels: `count` channels of each, all lanes if `FULL`.
///
/// # Safety
/// As for [`every`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "sums that are iterated over go to the stack")]
unsafe fn some<S: Simd, const VECTORS: usize, const FULL: bool>(
    of: &Spot<'_>,
    vector: usize,
    count: usize,
) {
    // SAFETY: within what the caller promises.
    unsafe {
        let channel = vector * S::LANES;
        let apart = (1 + of.lines.len() * of.width) * S::LANES;
        let mut weights = of.weights.add(vector * apart);
        let mut sums = [S::splat(0.0); VECTORS];
        for v in 0..VECTORS {
            sums[v] = S::load(weights.add(v * apart));
        }
        for line in of.lines {
            let mut pixel = line.add(of.column);
            for _ in 0..of.width {
                weights = weights.add(S::LANES);
                let values = (*pixel).add(channel);
                for v in 0..VECTORS {
                    let from = values.add(v * S::LANES);
                    let value = if FULL { S::load(from) } else { S::load_first(from, count) };
                    sums[v] = S::fma(value, S::load(weights.add(v * apart)), sums[v]);
                }
                pixel = pixel.wrapping_add(of.dilation);
            }
        }
        let (low, high) = (S::splat(of.low), S::splat(of.high));
        for v in 0..VECTORS {
            let at = channel + v * S::LANES;
            let mut sum = sums[v];
            if !of.residual.is_null() {
                let from = of.residual.add(at);
                let value = if FULL { S::load(from) } else { S::load_first(from, count) };
                sum = S::add(sum, value);
            }
            let sum = S::clamp(sum, low, high);
            let output = of.output.add(at);
            if FULL { S::store(output, sum) } else { S::store_first(output, sum, count) }
        }
    }
}
