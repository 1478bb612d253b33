//! Weights that change from run to run: read from the step's inputs, and packed each time.

mod pack;

use std::ops::Range;

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

    /// Makes rows of what channels of a position say of some columns, of a kernel that is turned.
    ///
    /// # Safety
    /// The kernel has them, and there is room for the rows.
    pub unsafe fn turn(
        &self,
        isa: Isa,
        [group, tap]: [usize; 2],
        channels: Range<usize>,
        columns: Range<usize>,
        (to, to_step): (*mut f32, usize),
    ) {
        let from_step = self.kernel.stride;
        // SAFETY: the caller's.
        unsafe {
            let from = self.row(group, tap, channels.start);
            let from = from.add(columns.start * from_step);
            let (rows, columns) = (channels.len(), columns.len());
            turn(isa, &Turn { from, from_step, to, to_step, rows, columns });
        }
    }
}

/// Copies what the bias that a step is given says of some filters; zeros where there is none, and
/// behind them.
///
/// # Safety
/// The bias is there.
pub(super) unsafe fn bias(given: Given, io: &Io, filters: Range<usize>, to: &mut [f32]) {
    to.fill(0.0);
    if given == (Given::Straight { bias: true }) {
        // SAFETY: the caller's.
        let from = unsafe {
            std::slice::from_raw_parts(io.inputs[2].first.add(filters.start), filters.len())
        };
        to[..from.len()].copy_from_slice(from);
    }
}

/// Copies the bias of each group to its place, as wide as its panels: a share of a team.
///
/// # Safety
/// There is room for it, which no other member is in.
pub(super) unsafe fn biases(
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
            bias(given, io, group * outer..(group + 1) * outer, to);
        }
    }
}
