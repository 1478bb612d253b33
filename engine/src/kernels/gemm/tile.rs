//! The innermost loop: a few rows times a panel.

use super::pack::Panel;
use super::step::step;
use crate::simd::{Isa, Simd};

/// Values in a cache line.
const LINE: usize = 16;
/// How many of a panel's rows ahead are fetched.
const AHEAD: usize = 16;

/// A tile: rows of the output, and what they are made of.
#[derive(Clone, Copy, Debug)]
pub struct Tile {
    /// Where each row's values begin, of one segment after the other: segment `s` of row `i` at
    /// `rows[s · stride + i]`. A row is its segments, one behind the other.
    pub rows: *const *const f32,
    /// Distance between the segments' pointers.
    pub stride: usize,
    /// Number of segments.
    pub segments: usize,
    /// Values in a segment.
    pub length: usize,
    /// The panel: `segments · length` rows of `vectors` vectors.
    pub panel: *const f32,
    /// What sums begin with: a value for each of the panel's columns, as many as its vectors hold.
    pub bias: *const f32,
    /// Where each row's output begins, the first column of all panels.
    pub outputs: *const *mut f32,
    /// Where what is added to each row begins; null for nothing.
    pub residuals: *const *const f32,
    /// The panel's first column.
    pub column: usize,
    /// Number of columns that are written.
    pub columns: usize,
    /// The smallest output.
    pub low: f32,
    /// The largest.
    pub high: f32,
    /// Values that somebody reads soon, from the start of a line on, which are fetched meanwhile;
    /// they may lie anywhere.
    pub next: *const f32,
    /// How many of them are fetched at most.
    pub fetch: usize,
}

impl Tile {
    /// How many values a tile of a width fetches.
    pub fn fetches(&self, width: usize) -> usize {
        self.segments * (self.length / 4) * (width / LINE).max(1) * LINE
    }
}

/// Computes a tile of a number of rows.
pub type Run = unsafe fn(&Tile);

/// The functions for tiles of a panel's width: of 1 row at 0, of 2 at 1, and so on.
pub fn tiles(isa: Isa, panel: Panel) -> &'static [Run] {
    let set: &Set = match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => &avx512::SET,
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => &avx2::SET,
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => &neon::SET,
        Isa::Portable => &portable::SET,
    };
    match panel.vectors {
        1 => set.of_1,
        2 => set.of_2,
        3 => set.of_3,
        4 => set.of_4,
        _ => set.of_8,
    }
}

/// Functions for panels of 1, 2, 3, 4 and 8 vectors.
struct Set {
    of_1: &'static [Run],
    of_2: &'static [Run],
    of_3: &'static [Run],
    of_4: &'static [Run],
    of_8: &'static [Run],
}

/// # Safety
/// The machine has `S`. The tile's pointers may be read: `length` values of each segment of `ROWS`
/// rows, the panel, the bias; and `columns` values of `ROWS` rows of the residual. As many may be
/// written to the output, which overlaps none of them but the residual, where that is the same.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn tile<S: Simd, const ROWS: usize, const VECTORS: usize>(tile: &Tile) {
    // SAFETY: within what the caller promises.
    unsafe {
        let mut sums = [[S::splat(0.0); VECTORS]; ROWS];
        for v in 0..VECTORS {
            let bias = S::load(tile.bias.add(v * S::LANES));
            for row in &mut sums {
                row[v] = bias;
            }
        }
        let width = VECTORS * S::LANES;
        let lines = (width / LINE).max(1);
        let (mut panel, mut next) = (tile.panel, tile.next);
        let end = next.wrapping_add(tile.fetch);
        for segment in 0..tile.segments {
            let rows = tile.rows.add(segment * tile.stride);
            let mut from = [std::ptr::null(); ROWS];
            for (i, from) in from.iter_mut().enumerate() {
                *from = *rows.add(i);
            }
            let mut k = 0;
            while k + 4 <= tile.length {
                if ROWS <= 3 {
                    // Few products for each value of the panel: what counts is its way here.
                    for line in 0..4 * width / LINE {
                        S::prefetch(panel.wrapping_add(AHEAD * width + line * LINE));
                    }
                }
                if ROWS > 3 && next < end {
                    for line in 0..lines {
                        S::prefetch(next.wrapping_add(line * LINE));
                    }
                    next = next.wrapping_add(lines * LINE);
                }
                step!(S, sums, from, k, panel);
                step!(S, sums, from, k + 1, panel.add(width));
                step!(S, sums, from, k + 2, panel.add(2 * width));
                step!(S, sums, from, k + 3, panel.add(3 * width));
                panel = panel.add(4 * width);
                k += 4;
            }
            while k < tile.length {
                step!(S, sums, from, k, panel);
                panel = panel.add(width);
                k += 1;
            }
        }
        let (low, high) = (S::splat(tile.low), S::splat(tile.high));
        if tile.columns >= width {
            for i in 0..ROWS {
                if !tile.residuals.is_null() {
                    let residual = (*tile.residuals.add(i)).add(tile.column);
                    for v in 0..VECTORS {
                        sums[i][v] = S::add(sums[i][v], S::load(residual.add(v * S::LANES)));
                    }
                }
                let output = (*tile.outputs.add(i)).add(tile.column);
                for v in 0..VECTORS {
                    S::store(output.add(v * S::LANES), S::clamp(sums[i][v], low, high));
                }
            }
            return;
        }
        // A copy, so that the sums themselves are never indexed by a variable, which would put them
        // in memory from the start.
        let mut made = [[S::splat(0.0); VECTORS]; ROWS];
        for i in 0..ROWS {
            for v in 0..VECTORS {
                made[i][v] = sums[i][v];
            }
        }
        for (i, sums) in made.iter().enumerate() {
            let output = (*tile.outputs.add(i)).add(tile.column);
            let mut residual = std::ptr::null();
            if !tile.residuals.is_null() {
                residual = (*tile.residuals.add(i)).add(tile.column);
            }
            for (v, sum) in sums.iter().enumerate() {
                let column = v * S::LANES;
                let left = tile.columns.saturating_sub(column);
                let mut sum = *sum;
                if left >= S::LANES {
                    if !residual.is_null() {
                        sum = S::add(sum, S::load(residual.add(column)));
                    }
                    S::store(output.add(column), S::clamp(sum, low, high));
                } else if left > 0 {
                    if !residual.is_null() {
                        sum = S::add(sum, S::load_first(residual.add(column), left));
                    }
                    S::store_first(output.add(column), S::clamp(sum, low, high), left);
                }
            }
        }
    }
}

/// A [`Set`] of an instruction set: the numbers of rows are those whose sums stay in registers.
macro_rules! set {
    ($module:ident, $S:ident, $(#[$feature:meta])* {
        1: [$($r1:literal)*], 2: [$($r2:literal)*], 3: [$($r3:literal)*], 4: [$($r4:literal)*],
        8: [$($r8:literal)*]
    }) => {
        mod $module {
            use super::{Run, Set, Tile, tile};
            use crate::simd::$S;

            $(#[$feature])*
            unsafe fn run<const ROWS: usize, const VECTORS: usize>(of: &Tile) {
                // SAFETY: the caller's.
                unsafe { tile::<$S, ROWS, VECTORS>(of) }
            }

            pub(super) static SET: Set = Set {
                of_1: &[$(run::<$r1, 1> as Run),*],
                of_2: &[$(run::<$r2, 2> as Run),*],
                of_3: &[$(run::<$r3, 3> as Run),*],
                of_4: &[$(run::<$r4, 4> as Run),*],
                of_8: &[$(run::<$r8, 8> as Run),*],
            };
        }
    };
}

#[cfg(target_arch = "x86_64")]
set!(avx512, Avx512, #[target_feature(enable = "avx512f,avx512dq,avx512vl,fma,avx2")] {
    1: [1 2 3 4 5 6 7 8 9 10 11 12 13 14], 2: [1 2 3 4 5 6 7 8 9 10 11 12],
    3: [1 2 3 4 5 6 7 8], 4: [1 2 3 4 5 6], 8: [1 2 3]
});
#[cfg(target_arch = "x86_64")]
set!(avx2, Avx2, #[target_feature(enable = "avx2,fma")] {
    1: [1 2 3 4 5 6 7 8 9 10 11 12], 2: [1 2 3 4 5 6], 3: [1 2 3 4], 4: [1 2 3], 8: [1]
});
#[cfg(target_arch = "aarch64")]
set!(neon, Neon, {
    1: [1 2 3 4 5 6 7 8 9 10 11 12 13 14], 2: [1 2 3 4 5 6 7 8 9 10 11 12],
    3: [1 2 3 4 5 6 7 8], 4: [1 2 3 4 5 6], 8: [1 2 3]
});
set!(portable, Portable, {
    1: [1 2 3 4 5 6 7 8 9 10 11 12], 2: [1 2 3 4 5 6], 3: [1 2 3 4], 4: [1 2 3], 8: [1]
});
