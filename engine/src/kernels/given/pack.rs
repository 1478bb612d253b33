//! Panels of a kernel that a product is given.

use std::ops::Range;

use super::{Given, KernelView};
use crate::kernels::gemm::Layout;
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// How many rows ahead are fetched: what is copied of a row is too little for the machine to see what
/// comes next.
const AHEAD: usize = 8;

impl KernelView {
    /// Packs some rows of neighbouring panels of a group's matrix; `to` is where the first panel of
    /// them all begins.
    ///
    /// # Safety
    /// The kernel is there, and there is room for the panels.
    pub unsafe fn pack_panels(
        &self,
        isa: Isa,
        layout: &Layout,
        group: usize,
        panels: Range<usize>,
        rows: Range<usize>,
        to: *mut f32,
    ) {
        let first = layout.panel(panels.start).start;
        let mut row = rows.start;
        while row < rows.end {
            let (tap, channel) = (row / self.inner, row % self.inner);
            // A part of a row is read panel by panel before the next is: it lies on the same pages.
            let most = if self.given == Given::Turned { self.inner } else { AHEAD };
            let count = (self.inner - channel).min(rows.end - row).min(most);
            for index in panels.clone() {
                let (panel, place) = (layout.panels()[index], layout.panel(index));
                let width = place.len() / layout.depth;
                // SAFETY: rows of the kernel, and of the panel, which has whole vectors.
                unsafe {
                    let to = to.add(place.start - first + row * width);
                    if self.given == Given::Turned {
                        let columns = panel.column..panel.column + panel.columns;
                        let channels = channel..channel + count;
                        self.turn(isa, [group, tap], channels, columns, (to, width));
                        for row in 0..if panel.columns < width { count } else { 0 } {
                            let behind = to.add(row * width + panel.columns);
                            behind.write_bytes(0, width - panel.columns);
                        }
                    } else {
                        let from = self.row(group, tap, channel).add(panel.column);
                        let (from_step, columns) = (self.stride(), panel.columns);
                        copy(isa, &Piece { from, from_step, to, to_step: width, count, columns });
                    }
                }
            }
            row += count;
        }
    }

    /// Packs a member's share of the groups' matrices, one behind the other.
    ///
    /// # Safety
    /// The kernel is there, and there is room for the matrices, which no other member is in.
    pub unsafe fn pack(&self, isa: Isa, layout: &Layout, to: *mut f32, member: &Member) {
        const ROWS: usize = 64;
        let (panels, blocks) = (layout.panels().len(), layout.depth.div_ceil(ROWS));
        for unit in member.take(self.groups * panels * blocks, 1).flatten() {
            let (group, panel, block) =
                (unit / blocks / panels, unit / blocks % panels, unit % blocks);
            let rows = block * ROWS..layout.depth.min(block * ROWS + ROWS);
            // SAFETY: rows of a panel, which are this member's.
            unsafe {
                let to = to.add(group * layout.values() + layout.panel(panel).start);
                self.pack_panels(isa, layout, group, panel..panel + 1, rows, to);
            }
        }
    }
}

/// Some columns of a few rows, and where they go.
struct Piece {
    from: *const f32,
    from_step: usize,
    to: *mut f32,
    to_step: usize,
    count: usize,
    columns: usize,
}

kernel! {
    /// Copies a piece, and fetches the one behind it.
    fn copy(piece: &Piece) = run;
}

/// # Safety
/// The machine has `S`. The columns can be read; there is room for whole vectors, whose rest becomes
/// zeros.
#[inline(always)]
unsafe fn run<S: Simd>(piece: &Piece) {
    let &Piece { mut from, from_step, mut to, to_step, count, columns } = piece;
    let whole = columns - columns % S::LANES;
    // SAFETY: the caller's; what is fetched may lie anywhere.
    unsafe {
        for _ in 0..count {
            let ahead = from.wrapping_add(AHEAD * from_step);
            S::prefetch(ahead);
            S::prefetch(ahead.wrapping_add(columns - 1));
            for i in (0..whole).step_by(S::LANES) {
                S::store(to.add(i), S::load(from.add(i)));
            }
            if whole < columns {
                S::store(to.add(whole), S::load_first(from.add(whole), columns - whole));
            }
            (from, to) = (from.wrapping_add(from_step), to.wrapping_add(to_step));
        }
    }
}
