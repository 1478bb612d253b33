//! Tiles of the input, transformed.

use super::lines::evaluate;
use super::spectrum::Spectrum;
use super::{SIDE_MOST, Winograd};
use crate::kernels::Place;
use crate::simd::{Simd, kernel};
use std::mem::MaybeUninit;
use std::ops::Range;

/// A tile, and where it goes.
struct Tile {
    /// Its pixels, row by row.
    pixels: [*const f32; SIDE_MOST * SIDE_MOST],
    /// Where its first frequency's values go.
    to: *mut f32,
    /// From one frequency to the next.
    frequency: usize,
    channels: Range<usize>,
    /// `SIDE`, which the compiler is not to know: unrolled, the whole transform would not fit
    /// registers.
    side: usize,
}

/// # Safety
/// The machine has `S`. The tile's `SIDE²` pixels have those channels, and as many frequencies have
/// room for whole vectors of them.
#[inline(always)]
unsafe fn transform<S: Simd, const SIDE: usize>(tile: &Tile) {
    let Range { start: mut c, end } = tile.channels;
    // SAFETY: the caller's.
    unsafe {
        while c + S::LANES <= end {
            step::<S, SIDE>(tile, c, |from| S::load(from));
            c += S::LANES;
        }
        if c < end {
            step::<S, SIDE>(tile, c, |from| S::load_first(from, end - c));
        }
    }
}

/// One vector of channels: first the columns, then the rows.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn step<S: Simd, const SIDE: usize>(
    tile: &Tile,
    c: usize,
    load: impl Fn(*const f32) -> S::V,
) {
    // SAFETY: the caller's.
    unsafe {
        let mut rows = MaybeUninit::<[[S::V; SIDE]; SIDE]>::uninit();
        let rows: *mut S::V = rows.as_mut_ptr().cast();
        for j in 0..tile.side {
            let mut column = [S::splat(0.0); SIDE];
            for i in 0..SIDE {
                column[i] = load((*tile.pixels.as_ptr().add(i * SIDE + j)).add(c));
            }
            let column = evaluate::<S, SIDE>(column);
            for i in 0..SIDE {
                rows.add(i * SIDE + j).write(column[i]);
            }
        }
        for i in 0..tile.side {
            let mut row = [S::splat(0.0); SIDE];
            for j in 0..SIDE {
                row[j] = rows.add(i * SIDE + j).read();
            }
            let row = evaluate::<S, SIDE>(row);
            let to = tile.to.add(i * SIDE * tile.frequency + c);
            for j in 0..SIDE {
                S::store(to.add(j * tile.frequency), row[j]);
            }
        }
    }
}

kernel! {
    /// Transforms a tile.
    fn transform_tile<const SIDE: usize>(tile: &Tile) = transform;
}

impl Winograd {
    /// Transforms some channels of a tile of the input; it becomes number `i` of the spectrum.
    ///
    /// # Safety
    /// As for [`Kernel::run`](crate::kernels::Kernel::run); the spectrum has a tile `i`.
    pub(super) unsafe fn transform_input(
        &self,
        input: Place,
        tile: usize,
        spectrum: Spectrum,
        i: usize,
        channels: Range<usize>,
    ) {
        let side = self.size.side();
        let (image, [top, left]) = self.tiles.window(tile);
        let mut pixels = [self.zeros.as_ptr(); SIDE_MOST * SIDE_MOST];
        let [above, before] = self.windows.before;
        for (y, pixels) in (top..).zip(pixels[..side * side].chunks_exact_mut(side)) {
            let Some(y) = y.checked_sub(above).filter(|y| *y < self.image.height) else {
                continue;
            };
            let row = (image * self.image.height + y) * self.image.width;
            for (x, pixel) in (left..).zip(pixels) {
                if let Some(x) = x.checked_sub(before).filter(|x| *x < self.image.width) {
                    // SAFETY: a pixel of the input.
                    *pixel = unsafe { input.row(row + x) };
                }
            }
        }
        // SAFETY: a tile of the spectrum.
        let to = unsafe { spectrum.row(0, i) };
        let tile = Tile { pixels, to, frequency: spectrum.frequency, channels, side };
        // SAFETY: pixels of the input or zeros, and rows of the spectrum.
        unsafe {
            match side {
                4 => transform_tile::<4>(self.isa, &tile),
                _ => transform_tile::<6>(self.isa, &tile),
            }
        }
    }
}
