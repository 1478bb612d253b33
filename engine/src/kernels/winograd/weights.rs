//! What a loss says of a 3×3 kernel, by Winograd's method: tiles of the input and of the gradient of
//! the outputs become values at a few points, where the kernel's gradient is a sum of outer products
//! over tiles. It is the transpose of the convolution: the gradient's tiles go by the transpose of
//! what puts outputs together, the sums by the transpose of what transforms filters.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::lines::extrapolate;
use super::spectrum::Spectrum;
use super::{OUTPUTS_MOST, SIDE_MOST, Size, Winograd};
use crate::kernels::gemm::Layout;
use crate::kernels::gemm::outer::{self, Outer};
use crate::kernels::{Finish, Given, Image, Io, Kernel, Place, Scratch, Windows};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of a 3×3 kernel, `[9 · channels, filters]`, from the image and the gradient of the
/// output; added to a third input, if it is to be.
#[derive(Debug)]
pub struct WinogradWeights {
    /// How tiles are cut and transformed.
    of: Winograd,
    filters: usize,
    /// How columns of the gradient go together.
    layout: Layout,
    /// How many channels go together.
    block: usize,
    /// How many tiles are transformed at once.
    tiles: usize,
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
        let tiles = (SPECTRA / each).max(FEWEST).min(of.tiles.count);
        let layout = Layout::new(isa, usize::MAX, [tiles, filters]);
        WinogradWeights { of, filters, layout, block: outer::block(image.channels), tiles, adds }
    }

    /// Values of both spectra, and of the sums.
    fn parts(&self) -> [usize; 3] {
        let frequencies = self.of.size.frequencies();
        let channels = self.of.image.channels;
        let spectrum = |channels| Spectrum::values(frequencies, self.tiles, channels);
        // A block may reach behind the last channel.
        let inputs = spectrum(channels) + outer::ROWS.next_multiple_of(16);
        let sums = frequencies * channels * self.layout.width();
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

    /// Adds the outer products of some tiles at a frequency to the sums, or begins with them.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the spectra have those tiles, and the sums are this member's.
    unsafe fn add(
        &self,
        [inputs, gradients]: [Spectrum; 2],
        frequency: usize,
        block: usize,
        tiles: usize,
        (sums, begins): (*mut f32, bool),
    ) {
        let width = self.layout.width();
        let channel = block * self.block;
        let rows = self.block.min(self.of.image.channels - channel);
        // SAFETY: a row of the spectrum, and of the sums.
        unsafe {
            let from = [inputs.row(frequency, 0).add(channel).cast_const()];
            let to = sums.add((frequency * self.of.image.channels + channel) * width);
            for &panel in self.layout.panels() {
                let to = to.add(panel.column);
                let outer = Outer {
                    from: &from,
                    from_step: inputs.tile,
                    length: tiles,
                    panel: gradients.row(frequency, 0).add(panel.column),
                    panel_step: gradients.tile,
                    plus: if begins { std::ptr::null() } else { to.cast_const() },
                    plus_stride: width,
                    to,
                    to_stride: width,
                    rows,
                    columns: panel.vectors * self.of.isa.lanes(),
                };
                outer::add(self.of.isa, self.block, panel, &outer);
            }
        }
    }

    /// Transforms a channel's sums back.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the sums are made.
    unsafe fn finish(&self, io: &Io, channel: usize, sums: *const f32) {
        let (channels, width) = (self.of.image.channels, self.layout.width());
        let mut lines = [[0.0; 3]; SIDE_MOST];
        for (to, from) in lines.iter_mut().zip(self.of.size.filter()) {
            *to = from.map(|factor| factor as f32);
        }
        // SAFETY: rows of the sums, of the output and of what is added to it.
        unsafe {
            let rows = |of: Place| std::array::from_fn(|tap| of.row(tap * channels + channel));
            let back = Back {
                from: sums.add(channel * width),
                frequency: channels * width,
                side: self.of.size.side(),
                lines,
                plus: self.adds.then(|| rows(io.inputs[2])),
                to: rows(io.output),
                filters: self.filters,
            };
            transform_back(self.of.isa, &back);
        }
    }
}

impl Kernel for WinogradWeights {
    fn name(&self) -> String {
        let outputs = self.of.size.outputs();
        format!("gradient of a 3×3 kernel, winograd {outputs}×{outputs}")
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: self.parts().iter().sum(), own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        const PIECE: usize = 64;
        let channels = self.of.image.channels;
        let [inputs, gradients, _] = self.parts();
        // SAFETY: the parts of the scratch memory.
        let (from, with, sums) = unsafe {
            let from = Spectrum::new(io.scratch, self.tiles, channels);
            let with = Spectrum::new(io.scratch.add(inputs), self.tiles, self.layout.width());
            (from, with, io.scratch.add(inputs + gradients))
        };
        let [own, others] = [channels, self.filters].map(|count| count.div_ceil(PIECE));
        let blocks = channels.div_ceil(self.block);
        let frequencies = self.of.size.frequencies();
        let chunks = self.of.tiles.count.div_ceil(self.tiles);
        for chunk in 0..chunks {
            let at = |chunk: usize| chunk * self.of.tiles.count / chunks;
            let (first, count) = (at(chunk), at(chunk + 1) - at(chunk));
            let piece = |piece: usize, end: usize| piece * PIECE..end.min((piece + 1) * PIECE);
            for unit in member.take(count * (own + others), 1).flatten() {
                let (i, number) = (unit / (own + others), unit % (own + others));
                // SAFETY: the caller's; each piece of a tile is one member's.
                unsafe {
                    match number.checked_sub(own) {
                        None => {
                            let own = piece(number, channels);
                            self.of.transform_input(io.inputs[0], first + i, from, i, own);
                        }
                        Some(number) => {
                            let own = piece(number, self.filters);
                            self.transform(io.inputs[1], first + i, with, i, own);
                        }
                    }
                }
            }
            member.meet();
            for unit in member.take(frequencies * blocks, 1).flatten() {
                let (frequency, block) = (unit / blocks, unit % blocks);
                let sums = (sums, chunk == 0);
                // SAFETY: what is transformed; each block of a frequency's sums is one member's.
                unsafe { self.add([from, with], frequency, block, count, sums) };
            }
            member.meet();
        }
        for channel in member.take(channels, 1).flatten() {
            // SAFETY: all members have met; rows of the output are one member's.
            unsafe { self.finish(io, channel, sums) };
        }
    }
}

/// A tile of the gradient, and where it goes.
struct Tile {
    /// Its pixels, row by row.
    pixels: [*const f32; OUTPUTS_MOST * OUTPUTS_MOST],
    /// Where its first frequency's values go.
    to: *mut f32,
    /// From one frequency to the next.
    frequency: usize,
    filters: Range<usize>,
    /// `SIDE - 2`, which the compiler is not to know.
    side: usize,
}

/// # Safety
/// The machine has `S`. The tile's pixels have those filters, and as many frequencies have room for
/// whole vectors of them.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn transform<S: Simd, const SIDE: usize>(tile: &Tile) {
    let Range { start: mut f, end } = tile.filters;
    // SAFETY: the caller's.
    unsafe {
        while f < end {
            let left = S::LANES.min(end - f);
            let mut rows = MaybeUninit::<[[S::V; SIDE]; SIDE]>::uninit();
            let rows: *mut S::V = rows.as_mut_ptr().cast();
            for j in 0..tile.side {
                let mut column = [S::splat(0.0); SIDE];
                for i in 0..SIDE - 2 {
                    let from = (*tile.pixels.as_ptr().add(i * (SIDE - 2) + j)).add(f);
                    column[i] =
                        if left == S::LANES { S::load(from) } else { S::load_first(from, left) };
                }
                let column = extrapolate::<S, SIDE>(column);
                for i in 0..SIDE {
                    rows.add(i * SIDE + j).write(column[i]);
                }
            }
            for i in 0..tile.side + 2 {
                let mut row = [S::splat(0.0); SIDE];
                for j in 0..SIDE - 2 {
                    row[j] = rows.add(i * SIDE + j).read();
                }
                let row = extrapolate::<S, SIDE>(row);
                let to = tile.to.add(i * SIDE * tile.frequency + f);
                for j in 0..SIDE {
                    S::store(to.add(j * tile.frequency), row[j]);
                }
            }
            f += left;
        }
    }
}

kernel! {
    /// Transforms a tile of the gradient.
    fn transform_gradient<const SIDE: usize>(tile: &Tile) = transform;
}

/// A channel's sums, and where they go.
struct Back {
    /// Those of the first frequency.
    from: *const f32,
    /// From one frequency to the next.
    frequency: usize,
    side: usize,
    /// What three values of a line are at each point, as factors of them.
    lines: [[f32; 3]; SIDE_MOST],
    /// What is added, if anything is.
    plus: Option<[*mut f32; 9]>,
    to: [*mut f32; 9],
    filters: usize,
}

/// # Safety
/// The machine has `S`. The sums are there as whole vectors, and the rows have that many filters.
#[inline(always)]
unsafe fn back<S: Simd>(of: &Back) {
    // SAFETY: the caller's.
    unsafe {
        let mut f = 0;
        while f < of.filters {
            let left = S::LANES.min(of.filters - f);
            let mut taps = [[S::splat(0.0); 3]; 3];
            for (i, down) in of.lines[..of.side].iter().enumerate() {
                let mut line = [S::splat(0.0); 3];
                for (j, across) in of.lines[..of.side].iter().enumerate() {
                    let sum = S::load(of.from.add((i * of.side + j) * of.frequency + f));
                    for (to, factor) in line.iter_mut().zip(across) {
                        *to = S::fma(S::splat(*factor), sum, *to);
                    }
                }
                for (row, factor) in taps.iter_mut().zip(down) {
                    for (to, value) in row.iter_mut().zip(line) {
                        *to = S::fma(S::splat(*factor), value, *to);
                    }
                }
            }
            for (tap, mut value) in taps.into_iter().flatten().enumerate() {
                if let Some(plus) = of.plus {
                    value = S::add(value, S::load_first(plus[tap].add(f), left));
                }
                S::store_first(of.to[tap].add(f), value, left);
            }
            f += left;
        }
    }
}

kernel! {
    /// Transforms a channel's sums back.
    fn transform_back(of: &Back) = back;
}
