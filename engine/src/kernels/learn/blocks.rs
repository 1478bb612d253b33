//! Sums over the rows of a tensor, the same however many members there are: of blocks of rows in 32
//! bits, of the blocks in 64.

use std::ops::Range;

use crate::team::Member;

/// The least number of rows of a block.
const LEAST: usize = 64;
/// The most blocks.
const MOST: usize = 512;

/// The most totals that are made at once.
pub(super) const TOTALS: usize = 16;

/// How rows are cut into blocks, for each of which there are `values` sums.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocks {
    pub rows: usize,
    /// Rows of a block.
    each: usize,
    /// Sums of a block.
    values: usize,
}

impl Blocks {
    pub fn new(rows: usize, values: usize) -> Self {
        Blocks { rows, each: rows.div_ceil(MOST).max(LEAST), values }
    }

    /// Of rows of so many windows each.
    pub fn of_rows(rows: usize, windows: usize, values: usize) -> Self {
        const LEAST: usize = 288;
        const MOST: usize = 64;
        Blocks { rows, each: rows.div_ceil(MOST).max(LEAST.div_ceil(windows)), values }
    }

    /// Number of blocks.
    pub fn count(&self) -> usize {
        self.rows.div_ceil(self.each)
    }

    /// Number of all blocks' sums.
    pub fn sums(&self) -> usize {
        self.count() * self.values
    }

    /// The rows of a block.
    pub fn of(&self, block: usize) -> Range<usize> {
        block * self.each..self.rows.min((block + 1) * self.each)
    }

    /// Lets a member's share of the blocks be added up, and meets the others.
    pub fn each(&self, member: &Member, mut add: impl FnMut(usize, Range<usize>)) {
        for block in member.take(self.count(), 1).flatten() {
            add(block, self.of(block));
        }
        member.meet();
    }

    /// The total of what `of` makes of the blocks' sums number `value`.
    ///
    /// # Safety
    /// The sums lie there, block after block, and nobody writes them.
    pub unsafe fn total(
        &self,
        sums: *const f32,
        value: usize,
        of: impl Fn(usize, f64) -> f64,
    ) -> f64 {
        let sum = |block: usize| {
            // SAFETY: a sum of the block.
            of(block, f64::from(unsafe { *sums.add(block * self.values + value) }))
        };
        (0..self.count()).map(sum).sum()
    }
    /// The totals of so many neighbouring sums from `value` on, at most [`TOTALS`].
    ///
    /// # Safety
    /// As for [`Blocks::total`].
    pub unsafe fn totals(&self, sums: *const f32, value: usize, count: usize) -> [f64; TOTALS] {
        let mut totals = [0.0; TOTALS];
        for block in 0..self.count() {
            // SAFETY: sums of the block.
            let sums =
                unsafe { std::slice::from_raw_parts(sums.add(block * self.values + value), count) };
            for (total, sum) in totals.iter_mut().zip(sums) {
                *total += f64::from(*sum);
            }
        }
        totals
    }
}
