use super::group_rows::{Normal, Sums, normal_rows, sum_rows};
use super::values::Values;
use crate::kernels::{Io, Kernel, Scratch};
use crate::simd::Isa;
use crate::team::Member;

/// Normalises groups of channels of each sample, then scales and shifts them.
///
/// Sums are those of blocks of rows, the same however many members there are: of a block in 32
/// bits, of all in 64; first for the means, then for the squares of what is left without them.
#[derive(Debug)]
pub struct GroupNorm {
    isa: Isa,
    samples: usize,
    /// Rows of a sample.
    rows: usize,
    channels: usize,
    groups: usize,
    epsilon: f64,
    /// One a channel, or one for each value of a sample.
    scale: Values,
    shift: Values,
}

/// Number of rows that are added up by one member.
const BLOCK: usize = 64;

impl GroupNorm {
    /// For that many samples of so many rows of channels; with a factor and a shift for each
    /// channel or for each value of a sample.
    pub fn new(
        isa: Isa,
        [samples, rows, channels]: [usize; 3],
        groups: usize,
        epsilon: f64,
        [scale, shift]: [Values; 2],
    ) -> Self {
        GroupNorm { isa, samples, rows, channels, groups, epsilon, scale, shift }
    }

    /// Blocks of a sample.
    fn blocks(&self) -> usize {
        self.rows.div_ceil(BLOCK)
    }

    /// For each channel of a sample, the mean over its group of what blocks added up.
    ///
    /// # Safety
    /// Sums of the sample's blocks lie one after the other, and nobody writes them.
    unsafe fn means(&self, sums: *const f32, to: &mut [f32], of: impl Fn(f64) -> f64) {
        let each = self.channels / self.groups;
        for (group, to) in to.chunks_exact_mut(each).enumerate() {
            let mut total = 0.0;
            for block in 0..self.blocks() {
                let first = block * self.channels + group * each;
                // SAFETY: sums of the sample.
                let sums = unsafe { std::slice::from_raw_parts(sums.add(first), each) };
                total += sums.iter().map(|sum| f64::from(*sum)).sum::<f64>();
            }
            to.fill(of(total / (self.rows * each) as f64) as f32);
        }
    }
}

impl Kernel for GroupNorm {
    fn name(&self) -> String {
        format!("norm of {} groups of channels", self.groups)
    }

    fn scratch(&self) -> Scratch {
        let sums = self.samples * self.blocks() * self.channels;
        Scratch { shared: 2 * sums, own: 2 * self.channels }
    }

    fn bytes(&self) -> usize {
        self.scale.bytes() + self.shift.bytes()
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (channels, blocks) = (self.channels, self.blocks());
        let total = self.samples * blocks;
        let own = member.share(total);
        // SAFETY: `shared` scratch memory holds two sums for each block and channel, a member's own
        // two values a channel.
        let (sums, squares, moments) = unsafe {
            let own = io.scratch.add(self.scratch().own(member));
            let own = std::slice::from_raw_parts_mut(own, 2 * channels);
            (io.scratch, io.scratch.add(total * channels), own)
        };
        let (mean, factor) = moments.split_at_mut(channels);
        let rows_of = |block: usize| {
            let first = block % blocks * BLOCK;
            (block / blocks * self.rows + first, BLOCK.min(self.rows - first))
        };
        // What blocks of one sample share is computed once by each member.
        let starts = |block: usize| block == own.start || block.is_multiple_of(blocks);
        // SAFETY: rows of the tensors and sums of blocks, each one member's; members meet before
        // they read what others have written.
        unsafe {
            mean.fill(0.0);
            for block in own.clone() {
                let (row, rows) = rows_of(block);
                let (from, to) = (io.inputs[0].at(row, 0), sums.add(block * channels));
                let mean = mean.as_ptr();
                let all = Sums { from, mean, squares: false, to, rows, count: channels };
                sum_rows(self.isa, all);
            }
            member.meet();
            for block in own.clone() {
                if starts(block) {
                    self.means(sums.add(block / blocks * blocks * channels), mean, |mean| mean);
                }
                let (row, rows) = rows_of(block);
                let (from, to) = (io.inputs[0].at(row, 0), squares.add(block * channels));
                let mean = mean.as_ptr();
                let all = Sums { from, mean, squares: true, to, rows, count: channels };
                sum_rows(self.isa, all);
            }
            member.meet();
            for block in own.clone() {
                if starts(block) {
                    let first = block / blocks * blocks * channels;
                    self.means(sums.add(first), mean, |mean| mean);
                    let factor_of = |variance: f64| 1.0 / (variance + self.epsilon).sqrt();
                    self.means(squares.add(first), factor, factor_of);
                }
                let (row, rows) = rows_of(block);
                let step = self.scale.step(channels);
                let param = |values: &Values| values.first(io).add(row % self.rows * step);
                let all = Normal {
                    from: io.inputs[0].at(row, 0),
                    to: io.output.at(row, 0),
                    mean: mean.as_ptr(),
                    factor: factor.as_ptr(),
                    scale: param(&self.scale),
                    shift: param(&self.shift),
                    step,
                    rows,
                    count: channels,
                };
                normal_rows(self.isa, all);
            }
        }
    }
}
