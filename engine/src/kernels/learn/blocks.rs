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

    /// The totals of so many neighbouring sums from `value` on, at most [`TOTALS`]: of what `of` makes
    /// of a block's sum and its number among them.
    ///
    /// # Safety
    /// The sums lie there, block after block, and nobody writes them.
    #[inline(always)]
    pub unsafe fn totals(
        &self,
        sums: *const f32,
        value: usize,
        count: usize,
        of: impl Fn(usize, usize, f64) -> f64,
    ) -> [f64; TOTALS] {
        let mut totals = [0.0; TOTALS];
        for block in 0..self.count() {
            // SAFETY: sums of the block.
            let sums =
                unsafe { std::slice::from_raw_parts(sums.add(block * self.values + value), count) };
            for (i, (total, sum)) in totals.iter_mut().zip(sums).enumerate() {
                *total += of(block, i, f64::from(*sum));
            }
        }
        totals
    }

    /// Calls `each` with a row, a column and its total for a member's share of all sums, of which
    /// `columns` are a row.
    ///
    /// # Safety
    /// As for [`Blocks::totals`].
    pub unsafe fn each_total(
        &self,
        member: &Member,
        sums: *const f32,
        columns: usize,
        mut each: impl FnMut(usize, usize, f64),
    ) {
        let parts = columns.div_ceil(TOTALS);
        for unit in member.take(self.values / columns.max(1) * parts, 1).flatten() {
            let (row, first) = (unit / parts, unit % parts * TOTALS);
            let count = TOTALS.min(columns - first);
            // SAFETY: the caller's.
            let totals =
                unsafe { self.totals(sums, row * columns + first, count, |_, _, sum| sum) };
            for (i, total) in totals[..count].iter().enumerate() {
                each(row, first + i, *total);
            }
        }
    }
}
