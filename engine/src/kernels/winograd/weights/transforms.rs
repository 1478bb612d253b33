//! The innermost loops of a kernel's gradient: its tiles, and its sums transformed back.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::super::lines::extrapolate;
use super::super::{OUTPUTS_MOST, SIDE_MOST};
use crate::simd::{Simd, kernel};

/// A tile of the gradient, and where it goes.
pub(super) struct Tile {
    /// Its pixels, row by row.
    pub pixels: [*const f32; OUTPUTS_MOST * OUTPUTS_MOST],
    /// Where its first frequency's values go.
    pub to: *mut f32,
    /// From one frequency to the next.
    pub frequency: usize,
    pub filters: Range<usize>,
    /// `SIDE - 2`, which the compiler is not to know.
    pub side: usize,
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
    pub(super) fn transform_gradient<const SIDE: usize>(tile: &Tile) = transform;
}

/// A channel's sums, and where they go.
pub(super) struct Back {
    /// Those of the first frequency.
    pub from: *const f32,
    /// From one frequency to the next.
    pub frequency: usize,
    pub side: usize,
    /// What three values of a line are at each point, as factors of them.
    pub lines: [[f32; 3]; SIDE_MOST],
    /// What is added, if anything is.
    pub plus: Option<[*mut f32; 9]>,
    pub to: [*mut f32; 9],
    pub filters: usize,
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

/// # Safety
/// The machine has `S`.
#[inline(always)]
unsafe fn fetch_lines<S: Simd>(from: *const f32, count: usize) {
    const LINE: usize = 16;
    for line in 0..count.div_ceil(LINE) {
        // SAFETY: the caller's; what is fetched may lie anywhere.
        unsafe { S::prefetch(from.wrapping_add(line * LINE)) };
    }
}

kernel! {
    /// Says that values will be read.
    pub(super) fn fetch(from: *const f32, count: usize) = fetch_lines;
}

kernel! {
    /// Transforms a channel's sums back.
    pub(super) fn transform_back(of: &Back) = back;
}
