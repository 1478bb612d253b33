use std::cell::RefCell;
use std::ops::Range;

use super::blocks::Blocks;
use crate::kernels::pieces::strips;
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

/// How many channels are gone through at once.
const CHANNELS: usize = 64;
/// How many pixels of these, so that they stay in the cache next to the core.
const PIXELS: usize = 96;
/// What lies beyond the edges.
static ZEROS: [f32; CHANNELS] = [0.0; CHANNELS];

thread_local! {
    /// Of each row of windows where the gradient of its first output lies, then the pixels under a
    /// line of the kernel, those beyond the edges among them.
    static TABLE: RefCell<Vec<*const f32>> = const { RefCell::new(Vec::new()) };
}

impl DepthwiseWeights {
    /// Rows of windows are what is added up.
    fn blocks(&self) -> Blocks {
        let [down, across] = self.windows.count;
        let values = self.windows.taps() * self.image.channels;
        Blocks::of_rows(self.image.batch * down, across, values)
    }

    /// Pixels from the first that a row of windows sees to the last.
    fn span(&self) -> usize {
        let Windows { kernel, stride, dilation, count, .. } = self.windows;
        (count[1] - 1) * stride[1] + (kernel[1] - 1) * dilation[1] + 1
    }

    /// Notes where rows of windows lie, but for those that see nothing under a line of the kernel.
    ///
    /// # Safety
    /// The tensors have the rows and the channel.
    unsafe fn note(
        &self,
        io: &Io,
        (rows, line): (Range<usize>, usize),
        channel: usize,
        table: &mut Vec<*const f32>,
    ) {
        let (Image { height, width, .. }, windows) = (self.image, self.windows);
        table.clear();
        for row in rows {
            let (of, y) = (row / windows.count[0], row % windows.count[0]);
            let down = y * windows.stride[0] + line * windows.dilation[0];
            let Some(down) = down.checked_sub(windows.before[0]).filter(|y| *y < height) else {
                continue;
            };
            // SAFETY: pixels of the tensors.
            unsafe {
                table.push(io.inputs[1].row(row * windows.count[1]).add(channel));
                let first = io.inputs[0].at((of * height + down) * width, channel);
                table.extend((0..self.span()).map(|x| match x.checked_sub(windows.before[1]) {
                    Some(x) if x < width => first.row(x).cast_const(),
                    _ => ZEROS.as_ptr(),
                }));
            }
        }
    }

    /// Adds what rows of windows say of some channels of the kernel.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; there are sums of all positions, and nobody else adds to these.
    unsafe fn add(&self, io: &Io, rows: Range<usize>, channels: Range<usize>, sums: *mut f32) {
        let [lines, taps] = self.windows.kernel;
        let (span, between) = (self.span(), self.windows.dilation[1]);
        let together = if matches!(taps, 3 | 5) { taps } else { 1 };
        for rows in strips(rows, PIXELS / span) {
            for line in 0..lines {
                TABLE.with_borrow_mut(|table| {
                    // SAFETY: the caller's.
                    unsafe { self.note(io, (rows.clone(), line), channels.start, table) };
                    for tap in (0..taps).step_by(together) {
                        let at = (line * taps + tap) * self.image.channels + channels.start;
                        let part = Part {
                            table,
                            span,
                            first: tap * between,
                            step: self.windows.stride[1],
                            between,
                            count: self.windows.count[1],
                            gradient_step: io.inputs[1].stride,
                            channels: channels.len(),
                            sums: sums.wrapping_add(at),
                            sums_step: self.image.channels,
                        };
                        // SAFETY: the table has pixels of these channels, the sums are as the caller
                        // says.
                        unsafe {
                            match together {
                                1 => add_part::<1>(self.isa, &part),
                                3 => add_part::<3>(self.isa, &part),
                                _ => add_part::<5>(self.isa, &part),
                            }
                        }
                    }
                });
            }
        }
    }
}

/// Rows of windows, and neighbouring positions of a line of the kernel.
struct Part<'a> {
    /// As [`TABLE`] has them.
    table: &'a [*const f32],
    /// Number of pixels of a row of windows.
    span: usize,
    /// The first window's pixel under the first position.
    first: usize,
    /// From one window's pixel to the next.
    step: usize,
    /// From one position's pixel to the next.
    between: usize,
    /// Number of windows.
    count: usize,
    /// From one output's gradient to the next.
    gradient_step: usize,
    channels: usize,
    sums: *mut f32,
    /// From one position's sums to the next.
    sums_step: usize,
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
        let (channels, taps) = (self.image.channels, self.windows.taps());
        let (blocks, parts) = (self.blocks(), channels.div_ceil(CHANNELS));
        for unit in member.take(blocks.count() * parts, 1).flatten() {
            let (block, first) = (unit / parts, unit % parts * CHANNELS);
            let own = first..channels.min(first + CHANNELS);
            // SAFETY: the sums of a block, in `shared` scratch memory; of these channels they are this
            // member's.
            unsafe {
                let sums = io.scratch.add(block * taps * channels);
                for tap in 0..taps {
                    sums.add(tap * channels + first).write_bytes(0, own.len());
                }
                self.add(io, blocks.of(block), own, sums);
            }
        }
        member.meet();
        // SAFETY: members have met; a value of the output is one member's.
        unsafe {
            blocks.each_total(member, io.scratch, channels, |tap, channel, sum| {
                let at = |of: Place| of.row(tap).add(channel);
                let plus = if self.adds { *at(io.inputs[2]) } else { 0.0 };
                *at(io.output) = plus + sum as f32;
            });
        }
    }
}

/// # Safety
/// The machine has `S`. What the table points to has the channels, and there are sums of them for
/// each position.
#[inline(always)]
unsafe fn add<S: Simd, const TAPS: usize>(part: &Part) {
    // SAFETY: the caller's.
    unsafe {
        let mut i = 0;
        while TAPS <= 3 && i + 4 * S::LANES <= part.channels {
            vectors::<S, TAPS, 4>(part, i, |from| S::load(from), |to, v| S::store(to, v));
            i += 4 * S::LANES;
        }
        while i + 2 * S::LANES <= part.channels {
            vectors::<S, TAPS, 2>(part, i, |from| S::load(from), |to, v| S::store(to, v));
            i += 2 * S::LANES;
        }
        while i < part.channels {
            let left = S::LANES.min(part.channels - i);
            let load = |from| S::load_first(from, left);
            vectors::<S, TAPS, 1>(part, i, load, |to, v| S::store_first(to, v, left));
            i += left;
        }
    }
}

/// Some channels of all rows.
///
/// # Safety
/// As for [`add`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn vectors<S: Simd, const TAPS: usize, const VECTORS: usize>(
    part: &Part,
    channel: usize,
    load: impl Fn(*const f32) -> S::V,
    store: impl Fn(*mut f32, S::V),
) {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = [[S::splat(0.0); VECTORS]; TAPS];
        for row in part.table.chunks_exact(1 + part.span) {
            let mut dy = row[0].add(channel);
            let mut pixels = row.as_ptr().add(1 + part.first);
            for _ in 0..part.count {
                let mut under = [std::ptr::null(); TAPS];
                for tap in 0..TAPS {
                    under[tap] = (*pixels.add(tap * part.between)).add(channel);
                }
                for v in 0..VECTORS {
                    let dy = load(dy.add(v * S::LANES));
                    for tap in 0..TAPS {
                        let x = load(under[tap].add(v * S::LANES));
                        sums[tap][v] = S::fma(x, dy, sums[tap][v]);
                    }
                }
                pixels = pixels.wrapping_add(part.step);
                dy = dy.wrapping_add(part.gradient_step);
            }
        }
        for tap in 0..TAPS {
            for v in 0..VECTORS {
                let to = part.sums.add(tap * part.sums_step + channel + v * S::LANES);
                store(to, S::add(load(to), sums[tap][v]));
            }
        }
    }
}

kernel! {
    /// Adds to the sums of neighbouring positions of the kernel.
    fn add_part<const TAPS: usize>(part: &Part) = add;
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

    proptest! {
        #![proptest_config(cases(30))]
        #[test]
        fn rows_may_be_longer_than_what_is_gone_through_at_once(
            batch in 1..3usize, height in 1..4usize, width in PIXELS - 5..PIXELS + 30,
            channels in 1..10usize, kernel in 1..4usize, stride in 1..3usize, seed: u64,
        ) {
            let image = Image::new([batch, height, width, channels]);
            let sizes = [height, width];
            let windows = Windows::new(sizes, [kernel; 2], [stride; 2], [1, 1], Padding::Same);
            let case = sums_over_windows(image, windows, [channels; 2], true, seed);
            check(case, |isa, _| Box::new(DepthwiseWeights { isa, image, windows, adds: true }));
        }
    }
}
