//! Many tiles: each member takes some, and all that is in between stays in its cache.

use super::spectrum::Spectrum;
use super::{Ready, Winograd};
use crate::kernels::{Io, Scratch};
use crate::team::Member;

/// Memory of a member: both spectra, and pixels beyond the output.
struct Parts {
    inputs: usize,
    products: usize,
    beyond: usize,
}

impl Winograd {
    fn block_parts(&self, tiles: usize) -> Parts {
        let frequencies = self.size.frequencies();
        Parts {
            inputs: Spectrum::values(frequencies, tiles, self.image.channels),
            products: Spectrum::values(frequencies, tiles, self.widest()),
            beyond: self.widest(),
        }
    }

    /// The most columns of a group.
    fn widest(&self) -> usize {
        self.groups.iter().map(|group| self.layout.room(group)).max().unwrap_or(0)
    }

    pub(super) fn blocks_scratch(&self, tiles: usize) -> Scratch {
        let Parts { inputs, products, beyond } = self.block_parts(tiles);
        Scratch { shared: 0, own: inputs + products + beyond }
    }

    /// # Safety
    /// As for [`Kernel::run`](crate::kernels::Kernel::run), of a kernel whose plan is blocks of so
    /// many tiles.
    pub(super) unsafe fn run_blocks(&self, io: &Io, member: &Member, most: usize, ready: Ready) {
        let Parts { inputs, products, .. } = self.block_parts(most);
        // SAFETY: the parts of this member's own scratch memory.
        let (from, to, beyond) = unsafe {
            let own = io.scratch.add(self.blocks_scratch(most).own(member));
            let from = Spectrum::new(own, most, self.image.channels);
            let to = Spectrum::new(own.add(inputs), most, self.widest());
            (from, to, own.add(inputs + products))
        };
        // As many for each member, of at least a tile.
        let blocks = self.tiles.count.div_ceil(most).next_multiple_of(member.size);
        let blocks = blocks.min(self.tiles.count);
        for block in member.take(blocks, 1).flatten() {
            let at = |block: usize| block * self.tiles.count / blocks;
            let tiles = at(block)..at(block + 1);
            for (i, tile) in tiles.clone().enumerate() {
                let channels = 0..self.image.channels;
                // SAFETY: at most as many as the spectrum has.
                unsafe { self.transform_input(io.inputs[0], tile, from, i, channels) };
            }
            for group in &self.groups {
                for frequency in 0..self.size.frequencies() {
                    // SAFETY: the tiles that were transformed, and room for the group.
                    unsafe {
                        let rows = 0..tiles.len();
                        self.multiply(frequency, rows, group.clone(), from, (to, 0), ready.filters);
                    }
                }
                for (i, tile) in tiles.clone().enumerate() {
                    // SAFETY: what was just made.
                    unsafe {
                        let (at, columns) = ((to, i, 0), self.layout.span(group));
                        self.transform_output(io, tile, at, columns, beyond, ready.bias);
                    }
                }
            }
        }
    }
}
