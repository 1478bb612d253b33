//! What a loss says of a 3×3 kernel, by Winograd's method: tiles of the input and of the gradient of
//! the outputs become values at a few points, where the kernel's gradient is a sum of outer products
//! over tiles. It is the transpose of the convolution: the gradient's tiles go by the transpose of
//! what puts outputs together, the sums by the transpose of what transforms filters.

mod parts;
mod transforms;

use std::ops::Range;

use super::filters::groups;
use super::spectrum::Spectrum;
use super::{OUTPUTS_MOST, SIDE_MOST, Size, Winograd};
use crate::kernels::gemm::Layout;
use crate::kernels::gemm::outer::{self, Outer};
use crate::kernels::{Finish, Given, Image, Io, Kernel, Place, Scratch, Windows};
use crate::simd::Isa;
use crate::team::Member;
use transforms::{Back, Tile, fetch, transform_back, transform_gradient};

/// The gradient of a 3×3 kernel, `[9 · channels, filters]`, from the image and the gradient of the
/// output; added to a third input, if it is to be.
#[derive(Debug)]
pub struct WinogradWeights {
    /// How tiles are cut and transformed.
    of: Winograd,
    filters: usize,
    /// How columns of the gradient go together.
    layout: Layout,
    /// Neighbouring panels whose sums are made at once.
    groups: Vec<Range<usize>>,
    /// How many channels go together.
    block: usize,
    /// How many tiles are transformed at once.
    tiles: usize,
    /// In how many parts the tiles are gone through, each by one member; 0 where all go through all.
    parts: usize,
    adds: bool,
}

/// About how many bytes of transformed tiles there are at once.
const SPECTRA: usize = 4 << 20;
/// The fewest tiles at once, for which sums are read and written.
const FEWEST: usize = 64;

impl WinogradWeights {
    /// Of a convolution of those windows over that image.
    ///
    /// # Panics
    /// As [`Winograd::new`].
    pub fn new(
        isa: Isa,
        image: Image,
        windows: Windows,
        filters: usize,
        size: Size,
        adds: bool,
    ) -> Self {
        let given = Given::Straight { bias: false };
        let of = Winograd::given(isa, image, windows, filters, given, Finish::NONE, size);
        let each = size.frequencies() * (image.channels + filters) * size_of::<f32>();
        let parts = parts::parts(size, of.tiles.count, [image.channels, filters]);
        let tiles = match parts {
            0 => (SPECTRA / each).max(FEWEST).min(of.tiles.count),
            _ => parts::TILES,
        };
        let layout = Layout::new(isa, usize::MAX, [tiles, filters]);
        let block = outer::block(image.channels);
        let groups = groups(&layout);
        WinogradWeights { of, filters, layout, groups, block, tiles, parts, adds }
    }

    /// Whether all tiles are transformed at once: sums need not wait for the next ones.
    fn at_once(&self) -> bool {
        self.tiles == self.of.tiles.count
    }

    /// Values of both spectra, and of the sums.
    fn values(&self) -> [usize; 3] {
        let frequencies = self.of.size.frequencies();
        let channels = self.of.image.channels;
        let spectrum = |channels| Spectrum::values(frequencies, self.tiles, channels);
        // A block may reach behind the last channel.
        let inputs = spectrum(channels) + outer::ROWS.next_multiple_of(16);
        let sums = frequencies * channels * self.layout.width();
        let sums = if self.at_once() { 0 } else { sums };
        [inputs, spectrum(self.layout.width()), sums]
    }

    /// Transforms some filters of a tile of the gradient; it becomes number `i` of the spectrum.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the spectrum has a tile `i`.
    unsafe fn transform(
        &self,
        gradient: Place,
        tile: usize,
        spectrum: Spectrum,
        i: usize,
        filters: Range<usize>,
    ) {
        let side = self.of.size.outputs();
        let (image, [top, left]) = self.of.tiles.window(tile);
        let [height, width] = self.of.windows.count;
        let mut pixels = [self.of.zeros.as_ptr(); OUTPUTS_MOST * OUTPUTS_MOST];
        for (y, pixels) in (top..height).zip(pixels.chunks_exact_mut(side)) {
            for (x, pixel) in (left..width).zip(pixels) {
                // SAFETY: a pixel of the gradient.
                *pixel = unsafe { gradient.row((image * height + y) * width + x) };
            }
        }
        // SAFETY: a tile of the spectrum; pixels of the gradient or zeros.
        unsafe {
            let to = spectrum.row(0, i);
            let tile = Tile { pixels, to, frequency: spectrum.frequency, filters, side };
            match side {
                2 => transform_gradient::<4>(self.of.isa, &tile),
                _ => transform_gradient::<6>(self.of.isa, &tile),
            }
        }
    }

    /// Adds the outer products of some tiles at a frequency to a block's sums, or begins with them.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the spectra have those tiles, and the sums are this member's.
    unsafe fn add(
        &self,
        [inputs, gradients]: [Spectrum; 2],
        frequency: usize,
        block: usize,
        panels: Range<usize>,
        tiles: usize,
        (sums, stride, begins): (*mut f32, usize, bool),
    ) {
        let panels = &self.layout.panels()[panels];
        // SAFETY: a row of the spectrum, and of the sums.
        unsafe {
            let from = [inputs.row(frequency, 0).add(block * self.block).cast_const()];
            for &panel in panels {
                let to = sums.add(panel.column - panels[0].column);
                let outer = Outer {
                    from: &from,
                    from_step: inputs.tile,
                    length: tiles,
                    panel: gradients.row(frequency, 0).add(panel.column),
                    panel_step: gradients.tile,
                    plus: if begins { std::ptr::null() } else { to.cast_const() },
                    plus_stride: stride,
                    ahead: std::ptr::null(),
                    to,
                    to_stride: stride,
                    rows: self.channels(block).len(),
                    columns: panel.vectors * self.of.isa.lanes(),
                };
                outer::add(self.of.isa, self.block, panel, &outer);
            }
        }
    }

    /// The channels of a block.
    fn channels(&self, block: usize) -> Range<usize> {
        let first = block * self.block;
        first..self.of.image.channels.min(first + self.block)
    }

    /// What is added to the gradient, if anything is.
    fn plus(&self, io: &Io) -> Option<Place> {
        self.adds.then(|| io.inputs[2])
    }

    /// Transforms some filters' sums of a channel back, and adds them to what is there.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the sums are made: from one frequency to the next there are so many.
    unsafe fn finish(
        &self,
        io: &Io,
        channel: usize,
        filters: Range<usize>,
        (sums, frequency): (*const f32, usize),
        plus: Option<Place>,
    ) {
        let mut lines = [[0.0; 3]; SIDE_MOST];
        for (to, from) in lines.iter_mut().zip(self.of.size.filter()) {
            *to = from.map(|factor| factor as f32);
        }
        let channels = self.of.image.channels;
        // SAFETY: rows of the sums, of the output and of what is added to it.
        unsafe {
            let row = |of: Place, tap: usize| of.row(tap * channels + channel).add(filters.start);
            let rows = |of: Place| std::array::from_fn(|tap| row(of, tap));
            let back = Back {
                from: sums,
                frequency,
                side: self.of.size.side(),
                lines,
                plus: plus.map(rows),
                to: rows(io.output),
                filters: filters.len(),
            };
            transform_back(self.of.isa, &back);
        }
    }

    /// Makes what all tiles say of some filters: a block of channels after the other, whose sums stay
    /// near.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the spectra have all tiles, and the memory for sums is this member's.
    unsafe fn make(
        &self,
        io: &Io,
        spectra: [Spectrum; 2],
        blocks: Range<usize>,
        panels: Range<usize>,
        sums: *mut f32,
    ) {
        let filters = self.layout.span(&panels);
        let (width, tiles) = (self.layout.room(&panels), self.of.tiles.count);
        for block in blocks {
            // SAFETY: the caller's.
            unsafe {
                if self.adds {
                    // Each of these rows is far from the others.
                    for row in (0..9).flat_map(|tap| self.channels(block).map(move |c| (tap, c))) {
                        let row = row.0 * self.of.image.channels + row.1;
                        let from = io.inputs[2].row(row).add(filters.start);
                        fetch(self.of.isa, from, filters.len());
                    }
                }
                for frequency in 0..self.of.size.frequencies() {
                    let to = (sums.add(frequency * self.block * width), width, true);
                    self.add(spectra, frequency, block, panels.clone(), tiles, to);
                }
                for (i, channel) in self.channels(block).enumerate() {
                    let from = (sums.add(i * width).cast_const(), self.block * width);
                    self.finish(io, channel, filters.clone(), from, self.plus(io));
                }
            }
        }
    }

    /// Transforms some tiles of both sides, with the others of the team.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the spectra have as many tiles.
    unsafe fn spectra(&self, io: &Io, tiles: Range<usize>, to: [Spectrum; 2], member: &Member) {
        const PIECE: usize = 64;
        let ends = [self.of.image.channels, self.filters];
        let [own, others] = ends.map(|count| count.div_ceil(PIECE));
        let piece = |piece: usize, end: usize| piece * PIECE..end.min((piece + 1) * PIECE);
        for unit in member.take(tiles.len() * (own + others), 1).flatten() {
            let (i, number) = (unit / (own + others), unit % (own + others));
            let tile = tiles.start + i;
            // SAFETY: the caller's; each piece of a tile is one member's.
            unsafe {
                match number.checked_sub(own) {
                    None => {
                        let own = piece(number, ends[0]);
                        self.of.transform_input(io.inputs[0], tile, to[0], i, own);
                    }
                    Some(number) => {
                        self.transform(io.inputs[1], tile, to[1], i, piece(number, ends[1]));
                    }
                }
            }
        }
        member.meet();
    }
}

impl Kernel for WinogradWeights {
    fn name(&self) -> String {
        let outputs = self.of.size.outputs();
        format!("gradient of a 3×3 kernel, winograd {outputs}×{outputs}")
    }

    fn scratch(&self) -> Scratch {
        if self.parts > 0 {
            return self.parts_scratch();
        }
        let own = self.groups.iter().map(|group| self.layout.room(group)).max().unwrap_or(0);
        let own = if self.at_once() { self.of.size.frequencies() * self.block * own } else { 0 };
        Scratch { shared: self.values().iter().sum(), own }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        if self.parts > 0 {
            // SAFETY: the caller's.
            return unsafe { self.run_parts(io, member) };
        }
        let [inputs, gradients, _] = self.values();
        let (channels, width) = (self.of.image.channels, self.layout.width());
        // SAFETY: the parts of the scratch memory.
        let (spectra, sums) = unsafe {
            let from = Spectrum::new(io.scratch, self.tiles, channels);
            let with = Spectrum::new(io.scratch.add(inputs), self.tiles, width);
            ([from, with], io.scratch.add(inputs + gradients))
        };
        let blocks = channels.div_ceil(self.block);
        if self.at_once() {
            // SAFETY: the caller's; each share is one member's.
            unsafe {
                self.spectra(io, 0..self.of.tiles.count, spectra, member);
                let sums = io.scratch.add(self.scratch().own(member));
                let shares = blocks.min(2 * member.size);
                for unit in member.take(self.groups.len() * shares, 1).flatten() {
                    let (group, share) = (unit / shares, unit % shares);
                    let blocks = share * blocks / shares..(share + 1) * blocks / shares;
                    self.make(io, spectra, blocks, self.groups[group].clone(), sums);
                }
            }
            return;
        }
        let frequencies = self.of.size.frequencies();
        let chunks = self.of.tiles.count.div_ceil(self.tiles);
        for chunk in 0..chunks {
            let at = |chunk: usize| chunk * self.of.tiles.count / chunks;
            let tiles = at(chunk)..at(chunk + 1);
            // SAFETY: the caller's; each block of a frequency's sums is one member's.
            unsafe {
                self.spectra(io, tiles.clone(), spectra, member);
                for unit in member.take(frequencies * blocks, 1).flatten() {
                    let (frequency, block) = (unit / blocks, unit % blocks);
                    let row = frequency * channels + block * self.block;
                    let to = (sums.add(row * width), width, chunk == 0);
                    let panels = 0..self.layout.panels().len();
                    self.add(spectra, frequency, block, panels, tiles.len(), to);
                }
            }
            member.meet();
        }
        for channel in member.take(channels, 1).flatten() {
            // SAFETY: all members have met; rows of the output are one member's.
            unsafe {
                let from = (sums.add(channel * width).cast_const(), channels * width);
                self.finish(io, channel, 0..self.filters, from, self.plus(io));
            }
        }
    }
}
