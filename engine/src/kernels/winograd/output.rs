//! Tiles of the output, transformed back and finished.

use super::lines::interpolate;
use super::spectrum::Spectrum;
use super::{OUTPUTS_MOST, Winograd};
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
    /// What is added to each, if anything is.
    residuals: [*const f32; OUTPUTS_MOST * OUTPUTS_MOST],
    residual: bool,
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
unsafe fn transform<S: Simd, const SIDE: usize>(tile: &Tile) {
    // SAFETY: the caller's.
    unsafe {
        let mut c = 0;
        while c + S::LANES <= tile.columns {
            step::<S, SIDE>(tile, c, |from| S::load(from), |to, v| S::store(to, v));
            c += S::LANES;
        }
        if c < tile.columns {
            let left = tile.columns - c;
            let load = |from| S::load_first(from, left);
            step::<S, SIDE>(tile, c, load, |to, v| S::store_first(to, v, left));
        }
    }
}

/// One vector of columns: first the columns of the tile, then its rows.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn step<S: Simd, const SIDE: usize>(
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
        for i in 0..tile.side - 2 {
            let mut row = [S::splat(0.0); SIDE];
            for j in 0..SIDE {
                row[j] = rows.add(i * SIDE + j).read();
            }
            let row = interpolate::<S, SIDE>(row);
            let pixels = tile.pixels.as_ptr().add(i * (SIDE - 2));
            let residuals = tile.residuals.as_ptr().add(i * (SIDE - 2));
            for j in 0..SIDE - 2 {
                let mut value = S::add(row[j], bias);
                if tile.residual {
                    value = S::add(value, load((*residuals.add(j)).add(c)));
                }
                store((*pixels.add(j)).add(c), S::clamp(value, low, high));
            }
        }
    }
}

kernel! {
    /// Transforms a tile.
    fn transform_tile<const SIDE: usize>(tile: &Tile) = transform;
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
    ) {
        let side = self.size.outputs();
        let (image, [top, left]) = self.tiles.window(tile);
        let [height, width] = self.windows.count;
        let plus = self.finish.residual.then(|| io.inputs[io.inputs.len() - 1]);
        let mut pixels = [beyond; OUTPUTS_MOST * OUTPUTS_MOST];
        let mut residuals = [self.zeros.as_ptr(); OUTPUTS_MOST * OUTPUTS_MOST];
        for i in 0..side.min(height - top) {
            for j in 0..side.min(width - left) {
                let row = (image * height + top + i) * width + left + j;
                // SAFETY: a pixel of the output and of what is added to it.
                unsafe {
                    pixels[i * side + j] = io.output.row(row).add(columns.start);
                    if let Some(plus) = plus {
                        residuals[i * side + j] = plus.row(row).add(columns.start);
                    }
                }
            }
        }
        let tile = Tile {
            // SAFETY: columns of a tile of the spectrum.
            from: unsafe { spectrum.row(0, i).add(at) },
            frequency: spectrum.frequency,
            columns: columns.len(),
            bias: self.bias[columns.start..].as_ptr(),
            pixels,
            residuals,
            residual: plus.is_some(),
            low: self.finish.low,
            high: self.finish.high,
            side: self.size.side(),
        };
        // SAFETY: rows of the spectrum, pixels of the tensors, or memory for what lies beyond them.
        unsafe {
            match self.size.side() {
                4 => transform_tile::<4>(self.isa, &tile),
                _ => transform_tile::<6>(self.isa, &tile),
            }
        }
    }
}
