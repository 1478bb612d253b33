//! Matrix products whose rows are looked up: what convolutions and dense layers are.

pub mod outer;
mod pack;
mod step;
mod strip;
mod tile;

pub use pack::{Layout, Packed, Panel};
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
    /// How the matrix lies.
    pub layout: &'a Layout,
    /// The first of its panels that are there.
    pub first: usize,
    /// The values of these panels.
    pub values: &'a [f32],
    /// A value a column, as many as these panels are wide together.
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

/// How many products are summed at least before somebody looks what is left: some microseconds.
const LEAST: usize = 1 << 20;

/// How many bytes of a block's rows are to stay in the cache next to the core.
const BLOCK_BYTES: usize = 192 << 10;

impl Product<'_> {
    /// Number of rows that are gone through panel by panel.
    pub fn block(&self) -> usize {
        (BLOCK_BYTES / (4 * self.layout.depth)).clamp(24, 240)
    }

    /// Whether members share the columns; otherwise the rows.
    fn shares_columns(&self, size: usize) -> bool {
        self.rows <= 64 && self.divides(size)
    }

    /// Whether panels are shared among members about evenly.
    pub fn divides(&self, size: usize) -> bool {
        let panels = self.layout.panels().len();
        panels >= size && (panels.is_multiple_of(size) || panels >= 7 * size)
    }

    /// Number of blocks of rows of nearly equal size, as many for each member.
    fn blocks(&self, size: usize) -> usize {
        if self.shares_columns(size) {
            return 1;
        }
        self.rows.div_ceil(self.block()).next_multiple_of(size)
    }

    /// Does what this member takes of it: panels of blocks of rows. `fill(row, i, table)` notes where
    /// a row lies as number `i` of the table; `done` takes each block and its columns when it is
    /// made.
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
        let panels = self.layout.panels();
        let Some(first) = panels.first() else { return };
        let blocks = self.blocks(member.size);
        // Whole tiles for all but the last.
        let tile = tiles(self.isa, *first).len();
        let at = |block: usize| (block * self.rows.div_ceil(tile) / blocks * tile).min(self.rows);
        let work = self.rows.div_ceil(blocks) * self.layout.depth * self.layout.columns;
        let least = (LEAST * panels.len()).div_ceil(work.max(1));
        for taken in member.take(blocks * panels.len(), 1).at_least(least) {
            for block in taken.start / panels.len()..taken.end.div_ceil(panels.len()) {
                let rows = at(block)..at(block + 1);
                let start = block * panels.len();
                let own = taken.start.saturating_sub(start)..panels.len().min(taken.end - start);
                table.resize(self.segments, rows.len(), self.residual);
                for (i, row) in rows.enumerate() {
                    fill(row, i, table);
                }
                let [first, last] = [panels[own.start], panels[own.end - 1]];
                // SAFETY: the caller's.
                unsafe { self.multiply(table, own) };
                done(table, first.column..last.column + last.columns);
            }
        }
    }

    /// The rows of a table times panels.
    ///
    /// # Safety
    /// As for [`Product::run`].
    pub unsafe fn multiply(&self, table: &Table, panels: Range<usize>) {
        let end = panels.end;
        let first = self.layout.panel(self.first).start;
        let first_column = self.layout.panels()[self.first].column;
        let values = |index: usize| {
            let own = self.layout.panel(index);
            &self.values[own.start - first..own.end - first]
        };
        for index in panels {
            let panel = self.layout.panels()[index];
            let tiles = tiles(self.isa, panel);
            let next = if index + 1 < end { values(index + 1) } else { &[] };
            let values = values(index);
            let mut tile = Tile {
                rows: table.from.as_ptr(),
                stride: table.count,
                segments: self.segments,
                length: self.layout.depth / self.segments,
                panel: values.as_ptr(),
                bias: self.bias[panel.column - first_column..].as_ptr(),
                outputs: table.to.as_ptr(),
                residuals: match self.residual {
                    true => table.plus.as_ptr(),
                    false => std::ptr::null(),
                },
                column: panel.column,
                columns: panel.columns,
                low: self.low,
                high: self.high,
                next: next.as_ptr(),
                fetch: next.len(),
            };
            let fetches = tile.fetches(panel.vectors * self.isa.lanes());
            // Tiles of nearly equal height.
            let count = table.count.div_ceil(tiles.len());
            let (height, higher) = (table.count / count.max(1), table.count % count.max(1));
            for t in 0..count {
                let height = height + usize::from(t < higher);
                // SAFETY: the caller's, of rows that are in the table.
                unsafe { tiles[height - 1](&tile) };
                tile.rows = tile.rows.wrapping_add(height);
                tile.outputs = tile.outputs.wrapping_add(height);
                if self.residual {
                    tile.residuals = tile.residuals.wrapping_add(height);
                }
                let fetched = fetches.min(tile.fetch);
                tile.next = tile.next.wrapping_add(fetched);
                tile.fetch -= fetched;
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
