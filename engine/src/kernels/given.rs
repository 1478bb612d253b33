//! Weights that change from run to run: read from the step's inputs, and packed each time.

use std::ops::Range;

use super::gemm::Layout;
use super::pieces::copy_few;
use super::{Io, Place};
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

    /// From what a position and a channel say of a column to what they say of the next.
    pub fn step(&self) -> usize {
        match self.given {
            Given::Straight { .. } => 1,
            Given::Turned => self.kernel.stride,
        }
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

    /// Packs a member's share of the groups' matrices, one behind the other.
    ///
    /// # Safety
    /// The kernel is there, and there is room for the matrices, which no other member is in.
    pub unsafe fn pack(&self, layout: &Layout, to: *mut f32, member: &Member) {
        const ROWS: usize = 64;
        let (panels, blocks) = (layout.panels().len(), layout.depth.div_ceil(ROWS));
        for unit in member.take(self.groups * panels * blocks, 1).flatten() {
            let (group, panel, block) =
                (unit / blocks / panels, unit / blocks % panels, unit % blocks);
            let rows: Range<usize> = block * ROWS..layout.depth.min(block * ROWS + ROWS);
            let own = layout.panel(panel);
            let width = own.len() / layout.depth;
            let step = self.step();
            // SAFETY: rows of a panel, which are this member's; values of the kernel.
            unsafe {
                let first = group * layout.values() + own.start + rows.start * width;
                let to = std::slice::from_raw_parts_mut(to.add(first), rows.len() * width);
                let from = |row: usize| self.row(group, row / self.inner, row % self.inner);
                if step == 1 {
                    let place = layout.panels()[panel];
                    for (row, to) in rows.zip(to.chunks_exact_mut(width)) {
                        copy_few(from(row).add(place.column), to.as_mut_ptr(), place.columns);
                        to[place.columns..].fill(0.0);
                    }
                    continue;
                }
                layout.fill(panel, rows, to, |row, column| *from(row).add(column * step));
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
