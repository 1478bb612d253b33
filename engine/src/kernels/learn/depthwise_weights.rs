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
}

/// A row of windows: what one position of the kernel says.
struct Row {
    x: Place,
    dy: Place,
    /// From one window's pixel to the next, in pixels.
    step: usize,
    count: usize,
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
        let (Image { height, width, channels, .. }, windows) = (self.image, self.windows);
        let (blocks, taps) = (self.blocks(), windows.taps());
        blocks.each(member, |block, rows| {
            // SAFETY: the sums of a block, in `shared` scratch memory.
            let sums = unsafe { io.scratch.add(block * taps * channels) };
            // SAFETY: as above.
            unsafe { std::slice::from_raw_parts_mut(sums, taps * channels).fill(0.0) };
            for row in rows {
                let (of, y) = (row / windows.count[0], row % windows.count[0]);
                for tap in 0..taps {
                    let at = [tap / windows.kernel[1], tap % windows.kernel[1]];
                    let inside = |x: &usize| windows.pixel(&self.image, [y, *x], at).is_some();
                    let Some(first) = (0..windows.count[1]).find(inside) else { continue };
                    let count = (first..windows.count[1]).take_while(inside).count();
                    let Some([down, across]) = windows.pixel(&self.image, [y, first], at) else {
                        continue;
                    };
                    // SAFETY: pixels of the tensors.
                    unsafe {
                        let row = Row {
                            x: io.inputs[0].at((of * height + down) * width + across, 0),
                            dy: io.inputs[1].at(row * windows.count[1] + first, 0),
                            step: windows.stride[1],
                            count,
                            sums: sums.add(tap * channels),
                            channels,
                        };
                        add_row(self.isa, &row);
                    }
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
/// The pixels are there, and a sum for each channel.
#[inline(always)]
unsafe fn add<S: Simd>(row: &Row) {
    // SAFETY: the caller's.
    unsafe {
        let Row { x, dy, step, count, sums, channels } = *row;
        let mut i = 0;
        while i + 2 * S::LANES <= channels {
            let (mut a, mut b) = (S::load(sums.add(i)), S::load(sums.add(i + S::LANES)));
            for window in 0..count {
                let (x, dy) = (x.row(window * step).add(i), dy.row(window).add(i));
                a = S::fma(S::load(x), S::load(dy), a);
                b = S::fma(S::load(x.add(S::LANES)), S::load(dy.add(S::LANES)), b);
            }
            S::store(sums.add(i), a);
            S::store(sums.add(i + S::LANES), b);
            i += 2 * S::LANES;
        }
        while i < channels {
            let left = S::LANES.min(channels - i);
            let mut a = S::load_first(sums.add(i), left);
            for window in 0..count {
                let (x, dy) = (x.row(window * step).add(i), dy.row(window).add(i));
                a = S::fma(S::load_first(x, left), S::load_first(dy, left), a);
            }
            S::store_first(sums.add(i), a, left);
            i += left;
        }
    }
}

kernel! {
    /// Adds to the sums of a position of the kernel.
    fn add_row(row: &Row) = add;
}
