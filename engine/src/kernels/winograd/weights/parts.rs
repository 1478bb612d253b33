//! Few channels and filters: each member goes through parts of the tiles by itself, such that tiles and
//! sums stay in its cache, and what parts say is summed up at the end.

use std::ops::Range;

use super::super::Size;
use super::super::spectrum::Spectrum;
use super::WinogradWeights;
use crate::kernels::learn::parts::total;
use crate::kernels::{Io, Kernel, Place, Scratch};
use crate::team::Member;

/// How many tiles are transformed at once at most.
pub(super) const TILES: usize = 24;
/// The fewest tiles of a part.
const FEWEST: usize = 48;
/// The most parts, each of which has sums of its own.
const MOST: usize = 16;
/// Bytes of tiles and sums that stay in the cache of a core.
const NEAR: usize = 896 << 10;

/// In how many parts tiles are gone through; 0 where that does not pay.
pub(super) fn parts(size: Size, tiles: usize, [channels, filters]: [usize; 2]) -> usize {
    let frequencies = size.frequencies();
    let values = frequencies * channels * filters
        + Spectrum::values(frequencies, TILES, channels)
        + Spectrum::values(frequencies, TILES, filters);
    let parts = (tiles / FEWEST).min(MOST);
    if parts < MOST / 2 || size_of::<f32>() * values > NEAR { 0 } else { parts }
}

impl WinogradWeights {
    /// Values of a part's gradient.
    fn part(&self) -> usize {
        9 * self.of.image.channels * self.filters
    }

    pub(super) fn parts_scratch(&self) -> Scratch {
        let sums = self.of.size.frequencies() * self.of.image.channels * self.layout.width();
        let [inputs, gradients, _] = self.values();
        Scratch { shared: self.parts * self.part(), own: inputs + gradients + sums }
    }

    /// # Safety
    /// As for [`Kernel::run`].
    pub(super) unsafe fn run_parts(&self, io: &Io, member: &Member) {
        let (parts, count) = (self.parts, self.of.tiles.count);
        for part in member.take(parts, 1).flatten() {
            let tiles = part * count / parts..(part + 1) * count / parts;
            // SAFETY: the caller's; scratch memory holds the gradients of all parts, then what a member
            // needs for one.
            unsafe {
                let to = io.scratch.add(part * self.part());
                self.make_part(io, tiles, to, io.scratch.add(self.scratch().own(member)));
            }
        }
        member.meet();
        for row in member.take(9 * self.of.image.channels, 1).flatten() {
            // SAFETY: all members have met; a row is one member's.
            unsafe {
                let first = io.scratch.add(row * self.filters).cast_const();
                let plus = self.adds.then(|| io.inputs[2].row(row).cast_const());
                let rows = (first, self.part(), parts);
                total(self.of.isa, rows, plus, io.output.row(row), self.filters);
            }
        }
    }

    /// Makes what some tiles say.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the memory is this member's.
    unsafe fn make_part(&self, io: &Io, tiles: Range<usize>, to: *mut f32, own: *mut f32) {
        let (channels, width) = (self.of.image.channels, self.layout.width());
        let (frequencies, panels) = (self.of.size.frequencies(), self.layout.panels().len());
        let [inputs, gradients, _] = self.values();
        // SAFETY: the parts of the memory.
        let (from, with, sums) = unsafe {
            let from = Spectrum::new(own, self.tiles, channels);
            let with = Spectrum::new(own.add(inputs), self.tiles, width);
            (from, with, own.add(inputs + gradients))
        };
        let steps = tiles.len().div_ceil(self.tiles);
        for step in 0..steps {
            let at = |step: usize| tiles.start + step * tiles.len() / steps;
            let some = at(step)..at(step + 1);
            for (i, tile) in some.clone().enumerate() {
                // SAFETY: at most as many as the spectra have.
                unsafe {
                    self.of.transform_input(io.inputs[0], tile, from, i, 0..channels);
                    self.transform(io.inputs[1], tile, with, i, 0..self.filters);
                }
            }
            for frequency in 0..frequencies {
                for block in 0..channels.div_ceil(self.block) {
                    let row = frequency * channels + block * self.block;
                    // SAFETY: rows of the sums.
                    unsafe {
                        let to = (sums.add(row * width), width, step == 0);
                        self.add([from, with], frequency, block, 0..panels, some.len(), to);
                    }
                }
            }
        }
        let io = Io {
            inputs: io.inputs,
            output: Place { first: to, stride: self.filters },
            scratch: own,
        };
        for channel in 0..channels {
            // SAFETY: sums that were made, and rows of the part's gradient.
            unsafe {
                let sums = (sums.add(channel * width).cast_const(), channels * width);
                self.finish(&io, channel, 0..self.filters, sums, None);
            }
        }
    }
}
