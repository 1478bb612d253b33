//! Tiles of the output, transformed back and finished.

use super::lines::interpolate;
use super::spectrum::Spectrum;
use super::{OUTPUTS_MOST, Size, Winograd};
use crate::kernels::Io;
use crate::simd::{Simd, kernel};
use std::mem::MaybeUninit;
use std::ops::Range;

/// A tile, and where its pixels go.
struct Tile {
    /// Where its first frequency's values lie.
    from: *const f32,
    /// From one frequency to the next.
    frequency: usize,
    columns: usize,
    bias: *const f32,
    /// Where each pixel goes, row by row.
    pixels: [*mut f32; OUTPUTS_MOST * OUTPUTS_MOST],
    /// What is added to each, if anything is; or where it goes which of a pooling's was the largest.
    others: [*mut f32; OUTPUTS_MOST * OUTPUTS_MOST],
    residual: bool,
    says_which: bool,
    low: f32,
    high: f32,
    /// `SIDE`, which the compiler is not to know: unrolled, the whole transform would not fit
    /// registers.
    side: usize,
}

/// # Safety
/// The machine has `S`. There are `SIDE²` frequencies, of whole vectors of columns, as there are of
/// the bias. The pixels and residuals have that many columns.
#[inline(always)]
unsafe fn transform<S: Simd, const SIDE: usize, const POOL: usize>(tile: &Tile) {
    // SAFETY: the caller's.
    unsafe {
        let mut c = 0;
        while c + S::LANES <= tile.columns {
            step::<S, SIDE, POOL>(tile, c, |from| S::load(from), |to, v| S::store(to, v));
            c += S::LANES;
        }
        if c < tile.columns {
            let left = tile.columns - c;
            let load = |from| S::load_first(from, left);
            step::<S, SIDE, POOL>(tile, c, load, |to, v| S::store_first(to, v, left));
        }
    }
}

/// One vector of columns: first the columns of the tile, then its rows, `POOL` of them together.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn step<S: Simd, const SIDE: usize, const POOL: usize>(
    tile: &Tile,
    c: usize,
    load: impl Fn(*const f32) -> S::V,
    store: impl Fn(*mut f32, S::V),
) {
    // SAFETY: the caller's.
    unsafe {
        let mut rows = MaybeUninit::<[[S::V; SIDE]; SIDE]>::uninit();
        let rows: *mut S::V = rows.as_mut_ptr().cast();
        for j in 0..tile.side {
            let from = tile.from.add(j * tile.frequency + c);
            let mut column = [S::splat(0.0); SIDE];
            for i in 0..SIDE {
                column[i] = S::load(from.add(i * SIDE * tile.frequency));
            }
            let column = interpolate::<S, SIDE>(column);
            for i in 0..SIDE - 2 {
                rows.add(i * SIDE + j).write(column[i]);
            }
        }
        let bias = S::load(tile.bias.add(c));
        let (low, high) = (S::splat(tile.low), S::splat(tile.high));
        let outputs = (SIDE - 2) / POOL;
        for i in 0..(tile.side - 2) / POOL {
            let mut line = interpolate::<S, SIDE>(row(rows, POOL * i));
            if POOL == 2 {
                let below = interpolate::<S, SIDE>(row(rows, POOL * i + 1));
                if tile.says_which {
                    let which = tile.others.as_ptr().add(i * outputs);
                    for j in 0..outputs {
                        let square = [line[2 * j], line[2 * j + 1], below[2 * j], below[2 * j + 1]];
                        store((*which.add(j)).add(c), first_largest::<S>(square));
                    }
                }
                for j in 0..outputs {
                    let above = S::max(line[2 * j], line[2 * j + 1]);
                    line[j] = S::max(above, S::max(below[2 * j], below[2 * j + 1]));
                }
            }
            let pixels = tile.pixels.as_ptr().add(i * outputs);
            let residuals = tile.others.as_ptr().add(i * outputs);
            for j in 0..outputs {
                let mut value = S::add(line[j], bias);
                if POOL == 1 && tile.residual {
                    value = S::add(value, load((*residuals.add(j)).add(c).cast_const()));
                }
                store((*pixels.add(j)).add(c), S::clamp(value, low, high));
            }
        }
    }
}

/// Which is the largest, from 0; the first of several.
#[inline(always)]
unsafe fn first_largest<S: Simd>([first, rest @ ..]: [S::V; 4]) -> S::V {
    // SAFETY: the machine has `S`.
    unsafe {
        let (mut most, mut which) = (first, S::splat(0.0));
        for (number, value) in (1u8..).zip(rest) {
            which = S::select_less(most, value, S::splat(number.into()), which);
            most = S::select_less(most, value, value, most);
        }
        which
    }
}

/// Reads a row.
#[inline(always)]
unsafe fn row<V: Copy, const SIDE: usize>(rows: *const V, row: usize) -> [V; SIDE] {
    // SAFETY: the caller's.
    unsafe { rows.add(row * SIDE).cast::<[V; SIDE]>().read() }
}

kernel! {
    /// Transforms a tile; of each `POOL²` outputs only the largest is written.
    fn transform_tile<const SIDE: usize, const POOL: usize>(tile: &Tile) = transform;
}

impl Winograd {
    /// Transforms some columns of a tile, number `i` of a spectrum that has `columns` of the output
    /// from its column `at` on, to pixels of the output. Those beyond the edge go to `beyond`.
    ///
    /// # Safety
    /// As for [`Kernel::run`](crate::kernels::Kernel::run); the spectrum has that tile and those
    /// columns; `beyond` has room for a pixel of the output.
    pub(super) unsafe fn transform_output(
        &self,
        io: &Io,
        tile: usize,
        (spectrum, i, at): (Spectrum, usize, usize),
        columns: Range<usize>,
        beyond: *mut f32,
        bias: &[f32],
    ) {
        let pool = self.pool;
        let side = self.size.outputs() / pool;
        let (image, [top, left]) = self.tiles.window(tile);
        let [top, left] = [top / pool, left / pool];
        let [height, width] = self.windows.count.map(|count| count / pool);
        let last = self.finish.residual || self.says_which;
        let last = last.then(|| io.inputs[io.inputs.len() - 1]);
        let mut pixels = [beyond; OUTPUTS_MOST * OUTPUTS_MOST];
        // Nothing is written to what is added.
        let nowhere = if self.says_which { beyond } else { self.zeros.as_ptr().cast_mut() };
        let mut others = [nowhere; OUTPUTS_MOST * OUTPUTS_MOST];
        for i in 0..side.min(height.saturating_sub(top)) {
            for j in 0..side.min(width.saturating_sub(left)) {
                let row = (image * height + top + i) * width + left + j;
                // SAFETY: a pixel of the output, and of what is added to it or says which was the largest.
                unsafe {
                    pixels[i * side + j] = io.output.row(row).add(columns.start);
                    if let Some(last) = last {
                        others[i * side + j] = last.row(row).add(columns.start);
                    }
                }
            }
        }
        let tile = Tile {
            // SAFETY: columns of a tile of the spectrum.
            from: unsafe { spectrum.row(0, i).add(at) },
            frequency: spectrum.frequency,
            columns: columns.len(),
            bias: bias[columns.start..].as_ptr(),
            pixels,
            others,
            residual: self.finish.residual,
            says_which: self.says_which,
            low: self.finish.low,
            high: self.finish.high,
            side: self.size.side(),
        };
        // SAFETY: rows of the spectrum, pixels of the tensors, or memory for what lies beyond them.
        unsafe {
            match (self.size, pool) {
                (Size::Two, 1) => transform_tile::<4, 1>(self.isa, &tile),
                (Size::Two, _) => transform_tile::<4, 2>(self.isa, &tile),
                (Size::Four, 1) => transform_tile::<6, 1>(self.isa, &tile),
                (Size::Four, _) => transform_tile::<6, 2>(self.isa, &tile),
            }
        }
    }
}
