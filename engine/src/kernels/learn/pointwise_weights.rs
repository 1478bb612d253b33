//! What a loss says of the kernel of a dense layer, or of a convolution of one pixel: the input's
//! rows times the gradient's, summed over all rows.
//!
//! A member makes a few rows and columns of it at a time. A side is read where it lies, unless its
//! last values do not fill a block or the cache has few places for its rows: then some rows at once
//! are copied, a few values beside each other. The order in which values are added does not depend on
//! who adds them.

use std::ops::Range;

use crate::kernels::gemm::outer::{self, Outer};
use crate::kernels::gemm::{Layout, Panel};
use crate::kernels::pieces::copy_few;
use crate::kernels::{Io, Kernel, Place, Scratch};
use crate::simd::Isa;
use crate::team::Member;

/// The gradient of a kernel `[channels, filters]`, from rows of channels and the gradient of what is
/// made of them, rows of filters; added to a third input, if it is to be.
#[derive(Debug)]
pub struct PointwiseWeights {
    isa: Isa,
    rows: usize,
    channels: usize,
    /// How the gradient's columns go together.
    layout: Layout,
    /// How many channels go together.
    block: usize,
    adds: bool,
    /// Whether each side is copied.
    copies: [bool; 2],
}

/// How many rows are gone through at once.
const DEPTH: usize = 224;
/// What is added to is fetched about as long before as it takes to go through so many rows.
const AHEAD: usize = 128;
/// How many blocks of channels are gone through at once.
const BLOCKS: usize = 12;

/// For how many rows of so many values, one behind the other, the cache next to a core has places: of
/// 64 sets of 8 lines.
pub(super) fn places(values: usize) -> usize {
    let lines = if values.is_multiple_of(16) { values / 16 } else { 1 };
    (64 >> lines.trailing_zeros().min(6)) * 8
}

impl PointwiseWeights {
    /// Of so many rows, channels and filters.
    pub fn new(isa: Isa, [rows, channels, filters]: [usize; 3], adds: bool) -> Self {
        let layout = Layout::new(isa, usize::MAX, [DEPTH.min(rows), filters]);
        let block = outer::block(channels);
        let copies = [
            !channels.is_multiple_of(block) || places(channels) < layout.depth / 4,
            !filters.is_multiple_of(isa.lanes()) || places(filters) < layout.depth / 4,
        ];
        PointwiseWeights { isa, rows, channels, layout, block, adds, copies }
    }

    /// Values of the copy of a block's channels, and of a panel.
    fn copied(&self) -> [usize; 2] {
        let widest = self.layout.panels().iter().map(|panel| panel.vectors).max().unwrap_or(0);
        [self.block, widest * self.isa.lanes()]
            .map(|width| (self.layout.depth * width).next_multiple_of(16))
    }

    /// How many shares of blocks there are, and of panels: about as many for each member.
    fn shares(&self, size: usize) -> [usize; 2] {
        let blocks = self.channels.div_ceil(self.block);
        let down = blocks.div_ceil(BLOCKS);
        let most = self.layout.panels().len();
        let even =
            |across: &usize| (down * across).is_multiple_of(size) || down * across > 4 * size;
        let across = (1..=most).find(even);
        [down, across.unwrap_or(most)]
    }

    /// Copies blocks of channels of some rows.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn copy(&self, from: Place, rows: Range<usize>, blocks: Range<usize>, to: *mut f32) {
        let [each, _] = self.copied();
        macro_rules! copy {
            ($($width:literal)*) => {
                match self.block {
                    // SAFETY: the caller's.
                    $($width => unsafe { self.copy_of::<$width>(from, rows, blocks, to, each) },)*
                    _ => unreachable!("a block of at most {} channels", outer::ROWS),
                }
            };
        }
        copy!(1 2 3 4 5 6);
    }

    /// # Safety
    /// As for [`Kernel::run`], of blocks of that many channels.
    unsafe fn copy_of<const WIDTH: usize>(
        &self,
        from: Place,
        rows: Range<usize>,
        blocks: Range<usize>,
        to: *mut f32,
        each: usize,
    ) {
        let first = blocks.start * WIDTH;
        let whole = blocks.end.min(self.channels / WIDTH) - blocks.start;
        let rest = self.channels.min(blocks.end * WIDTH) - first - whole * WIDTH;
        for (i, row) in rows.enumerate() {
            // SAFETY: channels of a row, and a row of each copy.
            unsafe {
                let mut from = from.row(row).add(first).cast_const();
                let mut to = to.add(i * WIDTH);
                for _ in 0..whole {
                    to.cast::<[f32; WIDTH]>().write(from.cast::<[f32; WIDTH]>().read());
                    (from, to) = (from.add(WIDTH), to.add(each));
                }
                if rest > 0 {
                    let mut last = [0.0; WIDTH];
                    copy_few(from, last.as_mut_ptr(), rest);
                    to.cast::<[f32; WIDTH]>().write(last);
                }
            }
        }
    }

    /// Copies a panel of some rows of the gradient.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pack(&self, from: Place, rows: Range<usize>, panel: Panel, to: *mut f32) {
        let width = panel.vectors * self.isa.lanes();
        for (i, row) in rows.enumerate() {
            // SAFETY: columns of a row, and a row of the panel.
            unsafe {
                let to = to.add(i * width);
                copy_few(from.row(row).add(panel.column), to, panel.columns);
                to.add(panel.columns).write_bytes(0, width - panel.columns);
            }
        }
    }

    /// Makes some rows and columns.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; they are this member's, as is the memory for copies.
    unsafe fn sum(&self, io: &Io, blocks: Range<usize>, panels: Range<usize>, copies: *mut f32) {
        let [each, _] = self.copied();
        let panel_copy = copies.wrapping_add(BLOCKS * each);
        let before = AHEAD.div_ceil(self.layout.depth);
        let ahead = |of: Place, panel: usize, block: usize| {
            let next = panel * blocks.len() + block + before;
            let next = next.min(panels.len() * blocks.len() - 1);
            let panel = self.layout.panels()[panels.start + next / blocks.len()];
            let channel = (blocks.start + next % blocks.len()) * self.block;
            // SAFETY: a row of what is added to.
            unsafe { of.row(channel).add(panel.column).cast_const() }
        };
        for start in (0..self.rows).step_by(DEPTH) {
            let rows = start..self.rows.min(start + DEPTH);
            let plus = match (start, self.adds) {
                (0, false) => None,
                (0, true) => Some(io.inputs[2]),
                _ => Some(io.output),
            };
            if self.copies[0] {
                // SAFETY: rows of the tensors; copies are this member's.
                unsafe { self.copy(io.inputs[0], rows.clone(), blocks.clone(), copies) };
            }
            for (p, &panel) in self.layout.panels()[panels.clone()].iter().enumerate() {
                let (with, panel_step) = match self.copies[1] {
                    // SAFETY: as above.
                    true => unsafe {
                        self.pack(io.inputs[1], rows.clone(), panel, panel_copy);
                        (panel_copy, panel.vectors * self.isa.lanes())
                    },
                    // SAFETY: columns of a row.
                    false => unsafe {
                        (io.inputs[1].row(start).add(panel.column), io.inputs[1].stride)
                    },
                };
                for (i, block) in blocks.clone().enumerate() {
                    let channel = block * self.block;
                    let (from, from_step) = match self.copies[0] {
                        true => (copies.wrapping_add(i * each), self.block),
                        // SAFETY: channels of a row.
                        false => unsafe {
                            (io.inputs[0].row(start).add(channel), io.inputs[0].stride)
                        },
                    };
                    // SAFETY: rows of the output, and of what is added to it.
                    let place = |of: Place| unsafe { of.row(channel).add(panel.column) };
                    let outer = Outer {
                        from: &[from.cast_const()],
                        from_step,
                        length: rows.len(),
                        panel: with,
                        panel_step,
                        plus: plus.map_or(std::ptr::null(), |plus| place(plus).cast_const()),
                        plus_stride: plus.map_or(0, |plus| plus.stride),
                        ahead: plus.map_or(std::ptr::null(), |plus| ahead(plus, p, i)),
                        to: place(io.output),
                        to_stride: io.output.stride,
                        rows: self.block.min(self.channels - channel),
                        columns: panel.columns,
                    };
                    // SAFETY: rows of both sides, or of their copies.
                    unsafe { outer::add(self.isa, self.block, panel, &outer) };
                }
            }
        }
    }
}

impl Kernel for PointwiseWeights {
    fn name(&self) -> String {
        "gradient of a 1×1 kernel".to_owned()
    }

    fn scratch(&self) -> Scratch {
        let [block, panel] = self.copied();
        let own = if self.copies == [false; 2] { 0 } else { BLOCKS * block + panel };
        Scratch { shared: 0, own }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let [down, across] = self.shares(member.size);
        let (blocks, panels) = (self.channels.div_ceil(self.block), self.layout.panels().len());
        let copies = io.scratch.wrapping_add(self.scratch().own(member));
        let share = |i: usize, of: usize, count: usize| i * count / of..(i + 1) * count / of;
        for unit in member.take(down * across, 1).flatten() {
            let blocks = share(unit / across, down, blocks);
            let panels = share(unit % across, across, panels);
            // SAFETY: the caller's; each share is one member's.
            unsafe { self.sum(io, blocks, panels, copies) };
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{cases, check};
    use crate::kernels::learn::sums_over_windows;
    use crate::kernels::{Image, Windows};

    proptest! {
        #![proptest_config(cases(200))]
        #[test]
        fn gradients_are_sums_over_rows(
            rows in 1..600usize, channels in 1..200usize, filters in 1..140usize, adds: bool,
            seed: u64,
        ) {
            let image = Image::new([1, 1, rows, channels]);
            let windows = Windows::pointwise(&image);
            check(sums_over_windows(image, windows, [1, filters], adds, seed), |isa, _| {
                Box::new(PointwiseWeights::new(isa, [rows, channels, filters], adds))
            });
        }
    }
}
