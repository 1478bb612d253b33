use super::blocks::{Blocks, TOTALS};
use crate::Buffer;
use crate::kernels::norm::{Sums, sum_rows};
use crate::kernels::{Io, Kernel, Scratch};
use crate::simd::Isa;
use crate::team::Member;

/// The mean of each channel over all rows, and the variance: `[2, channels]`.
///
/// Each block of rows is read once: its sums, then, while it is in the cache, its squares without
/// its own means. All blocks' are put together as Chan et al. do (Updating formulae and a pairwise
/// algorithm for computing sample variances, 1979).
#[derive(Debug)]
pub struct Moments {
    isa: Isa,
    blocks: Blocks,
    channels: usize,
    zeros: Buffer,
}

impl Moments {
    /// Of so many rows of channels.
    pub fn new(isa: Isa, [rows, channels]: [usize; 2]) -> Self {
        let zeros = Buffer::zeros(channels);
        Moments { isa, blocks: Blocks::new(rows, 2 * channels), channels, zeros }
    }
}

impl Kernel for Moments {
    fn name(&self) -> String {
        "means and variances of channels".to_owned()
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: self.blocks.sums(), own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let Moments { isa, blocks, channels, .. } = *self;
        // SAFETY: rows of the tensor, and a block's means and squares in `shared` scratch memory.
        blocks.each(member, |block, rows| unsafe {
            let (from, count) = (io.inputs[0].at(rows.start, 0), channels);
            let means = io.scratch.add(block * 2 * channels);
            let mean = self.zeros.as_ptr();
            let sums = Sums { from, mean, squares: false, to: means, rows: rows.len(), count };
            sum_rows(isa, sums);
            for mean in std::slice::from_raw_parts_mut(means, channels) {
                *mean /= rows.len() as f32;
            }
            sum_rows(isa, Sums { mean: means, squares: true, to: means.add(channels), ..sums });
        });
        let rows = blocks.rows as f64;
        let len = |block: usize| blocks.of(block).len() as f64;
        for part in member.take(channels.div_ceil(TOTALS), 1).flatten() {
            let first = part * TOTALS;
            let count = TOTALS.min(channels - first);
            // SAFETY: members have met; a channel of the output is one member's.
            unsafe {
                let weighed = |block: usize, _, mean: f64| len(block) * mean;
                let means = blocks.totals(io.scratch, first, count, weighed).map(|sum| sum / rows);
                let squares = blocks.totals(io.scratch, channels + first, count, |_, _, sum| sum);
                let off = |block: usize, i: usize, own: f64| {
                    len(block) * (own - means[i]) * (own - means[i])
                };
                let between = blocks.totals(io.scratch, first, count, off);
                for i in 0..count {
                    *io.output.row(0).add(first + i) = means[i] as f32;
                    *io.output.row(1).add(first + i) = ((squares[i] + between[i]) / rows) as f32;
                }
            }
        }
    }
}
