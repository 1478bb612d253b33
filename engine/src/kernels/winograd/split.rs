//! Few tiles, or filters so large that their way here is what takes time: members share the
//! frequencies, so that each filter is read once for many tiles.

use super::filters::GROUP;
use super::spectrum::Spectrum;
use super::{Ready, Winograd};
use crate::kernels::{Io, Scratch};
use crate::team::Member;

/// Bytes of tiles that are gone through panel by panel.
const ROWS_BYTES: usize = 192 << 10;

impl Winograd {
    /// Values of the input's spectrum, and of its product.
    fn split_parts(&self, tiles: usize) -> [usize; 2] {
        [self.image.channels, self.layout.width()]
            .map(|columns| Spectrum::values(self.size.frequencies(), tiles, columns))
    }

    pub(super) fn split_scratch(&self, tiles: usize) -> Scratch {
        let [inputs, products] = self.split_parts(tiles);
        Scratch { shared: inputs + products, own: self.layout.width() }
    }

    /// # Safety
    /// As for [`Kernel::run`](crate::kernels::Kernel::run), of a kernel whose plan is to split the
    /// frequencies of so many tiles.
    pub(super) unsafe fn run_split(&self, io: &Io, member: &Member, most: usize, ready: Ready) {
        let [inputs, _] = self.split_parts(most);
        // SAFETY: the parts of the scratch memory.
        let (from, to, beyond) = unsafe {
            let from = Spectrum::new(io.scratch, most, self.image.channels);
            let to = Spectrum::new(io.scratch.add(inputs), most, self.layout.width());
            (from, to, io.scratch.add(self.split_scratch(most).own(member)))
        };
        let chunks = self.tiles.count.div_ceil(most);
        for chunk in 0..chunks {
            let at = |chunk: usize| chunk * self.tiles.count / chunks;
            let (first, count) = (at(chunk), at(chunk + 1) - at(chunk));
            // SAFETY: each member's share of the spectra and of the output; between their steps all
            // meet. The next chunk's input may be transformed while others still transform output.
            unsafe {
                self.share_input(io, member, first, count, from);
                member.meet();
                self.share_products(member, count, from, to, ready.filters);
                member.meet();
                self.share_output(io, member, first, count, to, (beyond, ready.bias));
            }
        }
    }

    /// # Safety
    /// See `run_split`.
    unsafe fn share_input(
        &self,
        io: &Io,
        member: &Member,
        first: usize,
        count: usize,
        to: Spectrum,
    ) {
        let channels = self.image.channels;
        let pieces = channels.div_ceil(GROUP);
        for unit in member.take(count * pieces, 1).flatten() {
            let (i, piece) = (unit / pieces, unit % pieces);
            let piece = piece * GROUP..(piece * GROUP + GROUP).min(channels);
            // SAFETY: the caller's.
            unsafe { self.transform_input(io.inputs[0], first + i, to, i, piece) };
        }
    }

    /// # Safety
    /// See `run_split`.
    unsafe fn share_products(
        &self,
        member: &Member,
        count: usize,
        from: Spectrum,
        to: Spectrum,
        filters: &[f32],
    ) {
        let panels = self.layout.panels();
        let blocks = count.div_ceil((ROWS_BYTES / (4 * self.image.channels)).max(24));
        for taken in member.take(self.size.frequencies() * panels.len(), 1) {
            let mut next = taken.start;
            while next < taken.end {
                let frequency = next / panels.len();
                let start = frequency * panels.len();
                let own = next - start..(taken.end - start).min(panels.len());
                next = start + own.end;
                for block in 0..blocks {
                    let rows = block * count / blocks..(block + 1) * count / blocks;
                    let at = panels[own.start].column;
                    // SAFETY: the caller's.
                    unsafe { self.multiply(frequency, rows, own.clone(), from, (to, at), filters) };
                }
            }
        }
    }

    /// # Safety
    /// See `run_split`.
    unsafe fn share_output(
        &self,
        io: &Io,
        member: &Member,
        first: usize,
        count: usize,
        from: Spectrum,
        (beyond, bias): (*mut f32, &[f32]),
    ) {
        let groups = &self.groups;
        for unit in member.take(count * groups.len(), 1).flatten() {
            let (i, columns) =
                (unit / groups.len(), self.layout.span(&groups[unit % groups.len()]));
            let at = (from, i, columns.start);
            // SAFETY: the caller's.
            unsafe { self.transform_output(io, first + i, at, columns, beyond, bias) };
        }
    }
}
