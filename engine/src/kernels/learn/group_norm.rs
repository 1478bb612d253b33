use super::group_norm_rows::{Rows, sum_gradients};
use crate::Buffer;
use crate::kernels::norm::{Sums, sum_rows};
use crate::kernels::{Io, Kernel, Scratch};
use crate::simd::Isa;
use crate::team::Member;

/// A norm of groups of channels of samples.
#[derive(Clone, Copy, Debug)]
pub struct GroupSizes {
    /// Number of samples.
    pub samples: usize,
    /// Rows of a sample.
    pub rows: usize,
    /// Values in a row.
    pub channels: usize,
    /// Groups of channels.
    pub groups: usize,
}

impl GroupSizes {
    /// Replaces the values of each group, one a channel, by their sum.
    pub(super) fn sum(&self, values: &mut [f64]) {
        for group in values.chunks_exact_mut(self.channels / self.groups) {
            let sum: f64 = group.iter().sum();
            group.fill(sum);
        }
    }

    /// How many values of a sample are a group.
    pub(super) fn count(&self) -> f64 {
        (self.rows * self.channels / self.groups) as f64
    }
}

/// What a norm of groups needs to know on its way back, `[samples, 4 · channels]`: of
/// `(gradient of the output, x)`. For each channel of a sample the mean of its group, 1 over the
/// group's deviation, and its sums: of the gradients, and of them times the normalised values.
///
/// Sums are those of blocks of rows in 32 bits, of all in 64.
#[derive(Debug)]
pub struct GroupNormSums {
    isa: Isa,
    sizes: GroupSizes,
    epsilon: f64,
    zeros: Buffer,
}

/// Number of rows that are added in 32 bits.
pub(super) const BLOCK: usize = 64;

impl GroupNormSums {
    /// Of so many groups, of a norm with that `epsilon`.
    pub fn new(isa: Isa, sizes: GroupSizes, epsilon: f64) -> Self {
        GroupNormSums { isa, sizes, epsilon, zeros: Buffer::zeros(sizes.channels) }
    }

    /// Adds up what `add` makes of blocks of a sample's rows, in `scratch`.
    ///
    /// # Safety
    /// `add` writes as many values there as there are totals.
    unsafe fn total(
        &self,
        totals: &mut [f64],
        scratch: *mut f32,
        add: impl Fn(usize, usize, *mut f32),
    ) {
        totals.fill(0.0);
        for first in (0..self.sizes.rows).step_by(BLOCK) {
            add(first, BLOCK.min(self.sizes.rows - first), scratch);
            // SAFETY: the caller's.
            let sums = unsafe { std::slice::from_raw_parts(scratch, totals.len()) };
            totals.iter_mut().zip(sums).for_each(|(total, sum)| *total += f64::from(*sum));
        }
    }
}

impl Kernel for GroupNormSums {
    fn name(&self) -> String {
        format!("sums of the gradients of {} groups", self.sizes.groups)
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: 0, own: 2 * self.sizes.channels }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let GroupNormSums { isa, sizes, epsilon, .. } = *self;
        let GroupSizes { rows, channels: count, .. } = sizes;
        let mut totals = vec![0.0; 2 * count];
        for sample in member.take(sizes.samples, 1).flatten() {
            // SAFETY: rows of a sample, a row of the output, which is this member's, and its own
            // scratch memory.
            unsafe {
                let scratch = io.scratch.add(self.scratch().own(member));
                let at = |i: usize, row: usize| io.inputs[i].at(sample * rows + row, 0);
                let to = std::slice::from_raw_parts_mut(io.output.row(sample), 4 * count);
                let (mean, rest) = to.split_at_mut(count);
                let (inverse, sums) = rest.split_at_mut(count);
                let moments = |totals: &mut [f64], mean: *const f32, squares: bool| {
                    self.total(totals, scratch, |first, rows, to| {
                        let from = at(1, first);
                        sum_rows(isa, Sums { from, mean, squares, to, rows, count });
                    });
                    sizes.sum(totals);
                };
                let own = &mut totals[..count];
                moments(own, self.zeros.as_ptr(), false);
                for (to, sum) in mean.iter_mut().zip(&*own) {
                    *to = (sum / sizes.count()) as f32;
                }
                moments(own, mean.as_ptr(), true);
                for (to, sum) in inverse.iter_mut().zip(&*own) {
                    *to = (1.0 / (sum / sizes.count() + epsilon).sqrt()) as f32;
                }
                self.total(&mut totals, scratch, |first, rows, to| {
                    let all = Rows { dy: at(0, first), x: at(1, first), rows, count };
                    sum_gradients(isa, all, mean.as_ptr(), to);
                });
                for (i, (to, sum)) in sums.iter_mut().zip(&totals).enumerate() {
                    let factor = if i < count { 1.0 } else { f64::from(inverse[i - count]) };
                    *to = (sum * factor) as f32;
                }
            }
        }
    }
}
