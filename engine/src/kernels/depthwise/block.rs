//! The innermost loops: a block of neighbouring outputs, channels innermost.

use crate::simd::Simd;

/// How many lines a block looks at, at most.
pub const LINES: usize = 8;

/// A block of outputs: one or two rows, a few columns.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    /// The pixels under the block, row by row, the block's first column first.
    pub lines: [*const *const f32; LINES],
    /// How many rows they are.
    pub reach: usize,
    /// For each vector of channels a bias, then a vector for each position of the window; zeros
    /// behind the last channel.
    pub weights: *const f32,
    /// Number of channels.
    pub channels: usize,
    /// Where each row's first output is.
    pub outputs: [*mut f32; 2],
    /// From one output of a row to the next.
    pub stride: usize,
    /// What is added to each row; null for nothing.
    pub residuals: [*const f32; 2],
    /// From one pixel of that to the next.
    pub residual_stride: usize,
    /// The smallest output.
    pub low: f32,
    /// The largest.
    pub high: f32,
}

/// # Safety
/// The machine has `S`. `WIDTH` is `(COLUMNS - 1) · STEP + SIZE`. The block's first
/// `(ROWS - 1) · STEP + SIZE` lines have as many pixels of `channels` values; as many may be written
/// to `COLUMNS` outputs of `ROWS` rows, and read of the residuals, which overlap the outputs only
/// where they are the same. `reach` is as many.
#[inline(always)]
pub unsafe fn block<
    S: Simd,
    const SIZE: usize,
    const STEP: usize,
    const ROWS: usize,
    const COLUMNS: usize,
    const WIDTH: usize,
>(
    of: &Block,
) {
    // SAFETY: the caller's.
    unsafe {
        let mut weights = of.weights;
        let mut channel = 0;
        while channel + S::LANES <= of.channels {
            part::<S, SIZE, STEP, ROWS, COLUMNS, WIDTH, true>(of, weights, channel, S::LANES);
            channel += S::LANES;
            weights = weights.add((1 + SIZE * SIZE) * S::LANES);
        }
        if channel < of.channels {
            let left = of.channels - channel;
            part::<S, SIZE, STEP, ROWS, COLUMNS, WIDTH, false>(of, weights, channel, left);
        }
    }
}

/// Reads some or all values of a vector.
macro_rules! load {
    ($S:ident, $FULL:ident, $from:expr, $count:expr) => {
        if $FULL { $S::load($from) } else { $S::load_first($from, $count) }
    };
}

/// A vector of channels of a block, from `channel` on: `count` of them, all lanes if `FULL`.
///
/// # Safety
/// As for [`block`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "sums that are iterated over go to the stack")]
unsafe fn part<
    S: Simd,
    const SIZE: usize,
    const STEP: usize,
    const ROWS: usize,
    const COLUMNS: usize,
    const WIDTH: usize,
    const FULL: bool,
>(
    of: &Block,
    weights: *const f32,
    channel: usize,
    count: usize,
) {
    // SAFETY: within what the caller promises.
    unsafe {
        let mut sums = [[S::load(weights); COLUMNS]; ROWS];
        // Not a constant, or all weights would be held at once, of which most then go to the stack.
        for r in 0..of.reach {
            let line = *of.lines.get_unchecked(r);
            let mut pixels = [S::splat(0.0); WIDTH];
            for x in 0..WIDTH {
                pixels[x] = load!(S, FULL, (*line.add(x)).add(channel), count);
            }
            for a in 0..ROWS {
                // The window's row that this line is for the block's row `a`.
                let i = r.wrapping_sub(a * STEP);
                if i < SIZE {
                    let weights = weights.add((1 + i * SIZE) * S::LANES);
                    for j in 0..SIZE {
                        let weight = S::load(weights.add(j * S::LANES));
                        for t in 0..COLUMNS {
                            sums[a][t] = S::fma(pixels[t * STEP + j], weight, sums[a][t]);
                        }
                    }
                }
            }
        }
        let (low, high) = (S::splat(of.low), S::splat(of.high));
        for a in 0..ROWS {
            let output = of.outputs[a].add(channel);
            let residual = of.residuals[a];
            for t in 0..COLUMNS {
                let mut sum = sums[a][t];
                if !residual.is_null() {
                    let residual = residual.add(t * of.residual_stride + channel);
                    sum = S::add(sum, load!(S, FULL, residual, count));
                }
                let sum = S::clamp(sum, low, high);
                let output = output.add(t * of.stride);
                if FULL { S::store(output, sum) } else { S::store_first(output, sum, count) }
            }
        }
    }
}
