//! Matrix products whose rows are looked up: what convolutions and dense layers are.

mod pack;
mod step;
mod strip;
mod tile;

pub use pack::{Packed, Panel};
pub use strip::{Strip, multiply};
pub use tile::Tile;

use std::cell::RefCell;
use std::ops::Range;

use tile::tiles;

use crate::simd::Isa;
use crate::team::Member;

/// Rows times a packed matrix, plus a bias, plus what is there already, cut to a range.
#[derive(Clone, Copy, Debug)]
pub struct Product<'a> {
    /// The instruction set the matrix is packed for.
    pub isa: Isa,
    /// The matrix.
    pub packed: &'a Packed,
    /// A value a column, as many as the panels are wide together.
    pub bias: &'a [f32],
    /// In how many pieces each row lies.
    pub segments: usize,
    /// Number of rows.
    pub rows: usize,
    /// Whether something is added to each row of the output.
    pub residual: bool,
    /// The smallest output.
    pub low: f32,
    /// The largest.
    pub high: f32,
}

/// Where the rows of a block lie.
#[derive(Default, Debug)]
pub struct Table {
    /// Segment `s` of row `i` at `s · count + i`.
    pub from: Vec<*const f32>,
    /// Where each row's output begins.
    pub to: Vec<*mut f32>,
    /// Where what is added to it begins.
    pub plus: Vec<*const f32>,
    /// Number of rows.
    pub count: usize,
}

/// How many bytes of a block's rows are to stay in the cache next to the core.
const BLOCK_BYTES: usize = 192 << 10;

impl Product<'_> {
    /// Number of rows that are gone through panel by panel.
    pub fn block(&self) -> usize {
        (BLOCK_BYTES / (4 * self.packed.depth)).clamp(24, 240)
    }

    /// Whether members share the columns; otherwise the rows.
    pub fn shares_columns(&self, size: usize) -> bool {
        let panels = self.packed.panels().len();
        self.rows <= 64 && panels >= size && (panels.is_multiple_of(size) || panels >= 7 * size)
    }

    /// This member's share: rows, and panels.
    pub fn share(&self, member: &Member) -> (Range<usize>, Range<usize>) {
        let panels = 0..self.packed.panels().len();
        if self.shares_columns(member.size) {
            return (0..self.rows, member.share(panels.end));
        }
        // Whole tiles for all but the last.
        let most = self.packed.panels().first().map_or(1, |panel| tiles(self.isa, *panel).len());
        let tiles = member.share(self.rows.div_ceil(most));
        (tiles.start * most..(tiles.end * most).min(self.rows), panels)
    }

    /// Does this member's share. `fill(row, i, table)` notes where a row lies as number `i` of the
    /// table; `done` takes each block and its columns when it is made.
    ///
    /// # Safety
    /// What the table is filled with may be read and written as [`Tile`] says.
    pub unsafe fn run(
        &self,
        member: &Member,
        table: &mut Table,
        fill: impl Fn(usize, usize, &mut Table),
        done: impl Fn(&Table, Range<usize>),
    ) {
        let (rows, panels) = self.share(member);
        if rows.is_empty() || panels.is_empty() {
            return;
        }
        let [first, last] = [panels.start, panels.end - 1].map(|i| self.packed.panels()[i]);
        let columns = first.column..last.column + last.columns;
        let blocks = rows.len().div_ceil(self.block());
        for block in 0..blocks {
            // Blocks of nearly equal size.
            let at = |block: usize| rows.start + block * rows.len() / blocks;
            let block = at(block)..at(block + 1);
            table.resize(self.segments, block.len(), self.residual);
            for (i, row) in block.enumerate() {
                fill(row, i, table);
            }
            // SAFETY: the caller's.
            unsafe { self.multiply(table, panels.clone()) };
            done(table, columns.clone());
        }
    }

    /// The rows of a table times panels.
    ///
    /// # Safety
    /// As for [`Product::run`].
    pub unsafe fn multiply(&self, table: &Table, panels: Range<usize>) {
        for index in panels {
            let panel = self.packed.panels()[index];
            let tiles = tiles(self.isa, panel);
            let values = self.packed.panel(index);
            let count = table.count.div_ceil(tiles.len());
            for t in 0..count {
                let at = |t: usize| t * table.count / count;
                let (first, height) = (at(t), at(t + 1) - at(t));
                let tile = Tile {
                    rows: table.from[first..].as_ptr(),
                    stride: table.count,
                    segments: self.segments,
                    length: self.packed.depth / self.segments,
                    panel: values.as_ptr(),
                    bias: self.bias[panel.column..].as_ptr(),
                    outputs: table.to[first..].as_ptr(),
                    residuals: match self.residual {
                        true => table.plus[first..].as_ptr(),
                        false => std::ptr::null(),
                    },
                    column: panel.column,
                    columns: panel.columns,
                    low: self.low,
                    high: self.high,
                };
                // SAFETY: the caller's, of rows that are in the table.
                unsafe { tiles[height - 1](&tile) };
            }
        }
    }
}

thread_local! {
    /// Each thread's, so that no run allocates it anew.
    static TABLE: RefCell<Table> = RefCell::default();
}

impl Table {
    /// Runs something with this thread's table.
    pub fn with<R>(run: impl FnOnce(&mut Table) -> R) -> R {
        TABLE.with_borrow_mut(run)
    }

    /// Room for a number of rows.
    pub fn resize(&mut self, segments: usize, count: usize, residual: bool) {
        self.count = count;
        self.from.resize(segments * count, std::ptr::null());
        self.to.resize(count, std::ptr::null_mut());
        self.plus.resize(if residual { count } else { 0 }, std::ptr::null());
    }
}
