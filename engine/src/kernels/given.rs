//! Weights that change from run to run: read from the step's inputs, and packed each time.

use std::ops::Range;

use super::gemm::{Layout, Panel};
use super::pieces::copy_few;
use super::turn::{Turn, turn};
use super::{Io, Place};
use crate::simd::Isa;
use crate::team::Member;

/// How a convolution reads a kernel that it is given: its second input, `[positions, channels /
/// groups, filters]` of the convolution that it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    /// As that convolution does; with its bias as third input, or without one.
    Straight {
        /// Whether there is a bias.
        bias: bool,
    },
    /// From outputs to inputs: positions in opposite order, channels and filters exchanged.
    Turned,
}

/// A kernel where it lies, seen as a matrix for each group: rows are positions and then channels.
#[derive(Clone, Copy, Debug)]
pub(super) struct KernelView {
    kernel: Place,
    given: Given,
    taps: usize,
    /// Channels of a group that are read, and that are made.
    inner: usize,
    outer: usize,
    groups: usize,
}

impl KernelView {
    pub fn new(given: Given, kernel: Place, taps: usize, sizes: [usize; 3]) -> Self {
        let [groups, inner, outer] = sizes;
        KernelView { kernel, given, taps, inner, outer, groups }
    }

    /// From one row of the kernel to the next.
    pub fn stride(&self) -> usize {
        self.kernel.stride
    }

    /// Where the columns of a position and a channel begin.
    ///
    /// # Safety
    /// The kernel has them.
    #[inline(always)]
    pub unsafe fn row(&self, group: usize, tap: usize, channel: usize) -> *const f32 {
        let KernelView { kernel, taps, inner, outer, .. } = *self;
        let (row, column) = match self.given {
            Given::Straight { .. } => (tap * inner + channel, group * outer),
            Given::Turned => ((taps - 1 - tap) * outer, group * inner + channel),
        };
        // SAFETY: within the kernel.
        unsafe { kernel.row(row).add(column) }
    }

    /// Copies what channels of a position say of some columns, each channel's a row.
    ///
    /// # Safety
    /// The kernel has them, and there is room for the rows.
    pub unsafe fn copy(
        &self,
        isa: Isa,
        [group, tap]: [usize; 2],
        channels: Range<usize>,
        columns: Range<usize>,
        (to, to_step): (*mut f32, usize),
    ) {
        // SAFETY: the caller's.
        unsafe {
            match self.given {
                Given::Straight { .. } => {
                    for (i, channel) in channels.enumerate() {
                        let from = self.row(group, tap, channel).add(columns.start);
                        copy_few(from, to.add(i * to_step), columns.len());
                    }
                }
                Given::Turned => {
                    let from_step = self.kernel.stride;
                    let from = self.row(group, tap, channels.start);
                    let from = from.add(columns.start * from_step);
                    let (rows, columns) = (channels.len(), columns.len());
                    turn(isa, &Turn { from, from_step, to, to_step, rows, columns });
                }
            }
        }
    }

    /// Packs some rows of a panel of a group's matrix.
    ///
    /// # Safety
    /// The kernel is there, and there is room for the rows.
    pub unsafe fn pack_rows(
        &self,
        isa: Isa,
        group: usize,
        (width, panel): (usize, Panel),
        rows: Range<usize>,
        to: *mut f32,
    ) {
        let Panel { column, columns, .. } = panel;
        let mut row = rows.start;
        while row < rows.end {
            let (tap, channel) = (row / self.inner, row % self.inner);
            let count = (self.inner - channel).min(rows.end - row);
            let own = channel..channel + count;
            // SAFETY: rows of the panel, which has whole vectors.
            unsafe {
                let to = to.add((row - rows.start) * width);
                self.copy(isa, [group, tap], own, column..column + columns, (to, width));
                for row in 0..if columns < width { count } else { 0 } {
                    to.add(row * width + columns).write_bytes(0, width - columns);
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
            let own = layout.panel(panel);
            let width = own.len() / layout.depth;
            // SAFETY: rows of a panel, which are this member's.
            unsafe {
                let to = to.add(group * layout.values() + own.start + rows.start * width);
                self.pack_rows(isa, group, (width, layout.panels()[panel]), rows, to);
            }
        }
    }
}

/// Copies the bias that a step is given, a share of a team: to each group's place, as wide as its
/// panels; zeros where there is none.
///
/// # Safety
/// There is room for it, which no other member is in.
pub(super) unsafe fn bias(
    given: Given,
    io: &Io,
    [groups, outer, width]: [usize; 3],
    to: *mut f32,
    member: &Member,
) {
    for group in member.take(groups, 1).flatten() {
        // SAFETY: the caller's.
        unsafe {
            let to = std::slice::from_raw_parts_mut(to.add(group * width), width);
            to.fill(0.0);
            if given == (Given::Straight { bias: true }) {
                let from = io.inputs[2].first.add(group * outer);
                to[..outer].copy_from_slice(std::slice::from_raw_parts(from, outer));
            }
        }
    }
}
