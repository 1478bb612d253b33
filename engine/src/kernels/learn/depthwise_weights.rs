use std::ops::Range;

use super::blocks::Blocks;
use crate::kernels::{Image, Io, Kernel, Place, Scratch, Windows};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of a depthwise convolution's kernel, `[positions, channels]`, of one filter a
/// channel: of `(input, gradient of the output)`. A third input is added to it, if there is to be one.
#[derive(Clone, Copy, Debug)]
pub struct DepthwiseWeights {
    /// The instruction set.
    pub isa: Isa,
    /// The input.
    pub image: Image,
    /// The windows over it.
    pub windows: Windows,
    /// Whether something is added.
    pub adds: bool,
}

impl DepthwiseWeights {
    /// Rows of windows are what is added up.
    fn blocks(&self) -> Blocks {
        let rows = self.image.batch * self.windows.count[0];
        Blocks::of_rows(rows, self.windows.taps() * self.image.channels)
    }

    /// Adds what a row of windows says of a line of the kernel.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; there is a sum for each of the line's positions and channels.
    unsafe fn add_line(&self, io: &Io, row: usize, line: usize, sums: *mut f32) {
        let (Image { height, width, channels, .. }, windows) = (self.image, self.windows);
        let [count, taps] = [windows.count[1], windows.kernel[1]];
        let (of, y) = (row / windows.count[0], row % windows.count[0]);
        let down = y * windows.stride[0] + line * windows.dilation[0];
        let Some(down) = down.checked_sub(windows.before[0]).filter(|y| *y < height) else {
            return;
        };
        let (step, between) = (windows.stride[1], windows.dilation[1]);
        // The windows whose position has a pixel.
        let inside = |tap: usize| {
            let behind = (width + windows.before[1]).saturating_sub(tap * between);
            let first = windows.before[1].saturating_sub(tap * between).div_ceil(step);
            first.min(count)..behind.div_ceil(step).min(count)
        };
        let add = |taps: Range<usize>, own: Range<usize>| {
            let across = own.start * step + taps.start * between - windows.before[1];
            // SAFETY: pixels of the tensors, and sums of these positions.
            unsafe {
                let row = Row {
                    x: io.inputs[0].at((of * height + down) * width + across, 0),
                    dy: io.inputs[1].at(row * count + own.start, 0),
                    step,
                    between,
                    count: own.len(),
                    sums: sums.add(taps.start * channels),
                    channels,
                };
                match taps.len() {
                    1 => add_row::<1>(self.isa, &row),
                    3 => add_row::<3>(self.isa, &row),
                    _ => add_row::<5>(self.isa, &row),
                }
            }
        };
        // Where all positions have one they are added at once.
        let all = inside(0).start..inside(taps - 1).end;
        let all = if matches!(taps, 3 | 5) && !all.is_empty() { all } else { 0..0 };
        if !all.is_empty() {
            add(0..taps, all.clone());
        }
        for tap in 0..taps {
            let own = inside(tap);
            for rest in [own.start..own.end.min(all.start), own.start.max(all.end)..own.end] {
                if !rest.is_empty() {
                    add(tap..tap + 1, rest);
                }
            }
        }
    }
}

/// A row of windows: what neighbouring positions of the kernel say.
struct Row {
    x: Place,
    dy: Place,
    /// From one window's pixel to the next, in pixels.
    step: usize,
    /// From one position's pixel to the next.
    between: usize,
    count: usize,
    /// Those of each position, one behind the other.
    sums: *mut f32,
    channels: usize,
}

impl Kernel for DepthwiseWeights {
    fn name(&self) -> String {
        let [h, w] = self.windows.kernel;
        format!("gradient of a depthwise {h}×{w} kernel")
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: self.blocks().sums(), own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (channels, windows) = (self.image.channels, self.windows);
        let (blocks, taps) = (self.blocks(), windows.taps());
        blocks.each(member, |block, rows| {
            // SAFETY: the sums of a block, in `shared` scratch memory.
            let sums = unsafe { io.scratch.add(block * taps * channels) };
            // SAFETY: as above.
            unsafe { std::slice::from_raw_parts_mut(sums, taps * channels).fill(0.0) };
            for row in rows {
                for line in 0..windows.kernel[0] {
                    // SAFETY: the caller's; the sums are this member's.
                    unsafe {
                        self.add_line(io, row, line, sums.add(line * windows.kernel[1] * channels))
                    };
                }
            }
        });
        for value in member.take(taps * channels, 16).flatten() {
            let (tap, channel) = (value / channels, value % channels);
            // SAFETY: members have met; a value of the output is one member's.
            unsafe {
                let sum = blocks.total(io.scratch, value, |_, sum| sum);
                let plus = if self.adds { *io.inputs[2].row(tap).add(channel) } else { 0.0 };
                *io.output.row(tap).add(channel) = plus + sum as f32;
            }
        }
    }
}

/// # Safety
/// The pixels are there, and a sum for each position and channel.
#[inline(always)]
unsafe fn add<S: Simd, const TAPS: usize>(row: &Row) {
    // SAFETY: the caller's.
    unsafe {
        let mut i = 0;
        while i + 2 * S::LANES <= row.channels {
            vectors::<S, TAPS, 2>(row, i, |from| S::load(from), |to, v| S::store(to, v));
            i += 2 * S::LANES;
        }
        while i < row.channels {
            let left = S::LANES.min(row.channels - i);
            let load = |from| S::load_first(from, left);
            vectors::<S, TAPS, 1>(row, i, load, |to, v| S::store_first(to, v, left));
            i += left;
        }
    }
}

/// Some channels of all positions.
///
/// # Safety
/// As for [`add`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn vectors<S: Simd, const TAPS: usize, const VECTORS: usize>(
    row: &Row,
    channel: usize,
    load: impl Fn(*const f32) -> S::V,
    store: impl Fn(*mut f32, S::V),
) {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = [[S::splat(0.0); VECTORS]; TAPS];
        let (mut x, mut dy) = (row.x.row(0).add(channel), row.dy.row(0).add(channel));
        for _ in 0..row.count {
            for v in 0..VECTORS {
                let dy = load(dy.add(v * S::LANES));
                for tap in 0..TAPS {
                    let x = x.add(tap * row.between * row.x.stride + v * S::LANES);
                    sums[tap][v] = S::fma(load(x), dy, sums[tap][v]);
                }
            }
            x = x.wrapping_add(row.step * row.x.stride);
            dy = dy.wrapping_add(row.dy.stride);
        }
        for tap in 0..TAPS {
            for v in 0..VECTORS {
                let to = row.sums.add(tap * row.channels + channel + v * S::LANES);
                store(to, S::add(load(to), sums[tap][v]));
            }
        }
    }
}

kernel! {
    /// Adds to the sums of neighbouring positions of the kernel.
    fn add_row<const TAPS: usize>(row: &Row) = add;
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{cases, check};
    use crate::kernels::learn::sums_over_windows;

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn gradients_are_sums_over_windows(
            batch in 1..4usize, [height, width] in [1..14usize, 1..14], channels in 1..40usize,
            kernel in [1..6usize, 1..6], stride in [1..4usize, 1..4], dilation in [1..3usize, 1..3],
            pads in [[0..4usize, 0..4], [0..4, 0..4]], adds: bool, seed: u64,
        ) {
            let image = Image::new([batch, height, width, channels]);
            let fits = |a: usize, size: usize| {
                size + pads[a][0] + pads[a][1] > (kernel[a] - 1) * dilation[a]
            };
            prop_assume!(fits(0, height) && fits(1, width));
            let padding = Padding::Explicit(pads);
            let windows = Windows::new([height, width], kernel, stride, dilation, padding);
            let case = sums_over_windows(image, windows, [channels; 2], adds, seed);
            check(case, |isa, _| Box::new(DepthwiseWeights { isa, image, windows, adds }));
        }
    }
}
