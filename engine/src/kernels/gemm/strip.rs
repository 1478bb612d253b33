//! Rows at a fixed distance times a panel, with nothing before and nothing after: what the products
//! within a transformed convolution are, which are many and small.

use super::pack::Panel;
use super::step::step;
use crate::simd::{Isa, Simd, kernel};

/// Values in a cache line.
const LINE: usize = 16;

/// Rows, a panel, and where their product goes.
#[derive(Clone, Copy, Debug)]
pub struct Strip {
    /// Number of rows.
    pub rows: usize,
    /// Values in a row.
    pub depth: usize,
    /// The first row.
    pub from: *const f32,
    /// From one row to the next.
    pub from_stride: usize,
    /// The panel: `depth` rows.
    pub panel: *const f32,
    /// Where the first row of the product goes: whole vectors, as wide as the panel.
    pub to: *mut f32,
    /// From one row of the product to the next.
    pub to_stride: usize,
    /// A panel as large that comes next, which is fetched meanwhile; it may lie anywhere.
    pub next: *const f32,
}

/// Multiplies with a panel.
///
/// # Safety
/// The machine has `isa`. What the strip points to can be read: `depth` values of each row, and a
/// panel of that width, packed for `isa`. The product's rows can be written and overlap none of it.
pub unsafe fn multiply(isa: Isa, panel: Panel, strip: &Strip) {
    // SAFETY: the caller's.
    unsafe {
        match panel.vectors {
            1 => strip_of::<1>(isa, strip),
            2 => strip_of::<2>(isa, strip),
            3 => strip_of::<3>(isa, strip),
            4 => strip_of::<4>(isa, strip),
            _ => strip_of::<8>(isa, strip),
        }
    }
}

kernel! {
    /// Multiplies with a panel of a number of vectors.
    fn strip_of<const VECTORS: usize>(strip: &Strip) = run;
}

/// The most rows whose sums stay in registers, with a panel's row and a value.
const fn most<S: Simd>(vectors: usize) -> usize {
    match (S::REGISTERS >= 32, vectors) {
        (true, 1) => 14,
        (true, 2) => 12,
        (true, 3) => 8,
        (true, 4) => 6,
        (true, _) => 3,
        (false, 1) => 12,
        (false, 2) => 6,
        (false, 3) => 4,
        (false, 4) => 3,
        (false, _) => 1,
    }
}

/// Lines of the next panel that are fetched while four of this one's rows are used: all, in four
/// tiles.
const fn fetch<S: Simd>(vectors: usize) -> usize {
    (vectors * S::LANES).div_ceil(LINE)
}

/// # Safety
/// As for [`multiply`], of a panel of `VECTORS` vectors.
#[inline(always)]
unsafe fn run<S: Simd, const VECTORS: usize>(strip: &Strip) {
    // Tiles of nearly equal height.
    let count = strip.rows.div_ceil(most::<S>(VECTORS));
    let (height, higher) = (strip.rows / count, strip.rows % count);
    let mut left = *strip;
    // The lines of the next panel that have yet to be fetched.
    let mut lines = (strip.depth * VECTORS * S::LANES).div_ceil(LINE);
    for t in 0..count {
        let height = height + usize::from(t < higher);
        macro_rules! heights {
            ($($rows:literal)*) => {
                match height {
                    // SAFETY: the caller's.
                    $($rows if $rows <= most::<S>(VECTORS) => unsafe {
                        rows::<S, $rows, VECTORS>(&left, lines)
                    },)*
                    _ => unreachable!("no tile is higher"),
                }
            };
        }
        heights!(1 2 3 4 5 6 7 8 9 10 11 12 13 14);
        left.from = left.from.wrapping_add(height * strip.from_stride);
        left.to = left.to.wrapping_add(height * strip.to_stride);
        let fetched = lines.min(strip.depth / 4 * fetch::<S>(VECTORS));
        left.next = left.next.wrapping_add(fetched * LINE);
        lines -= fetched;
    }
}

/// # Safety
/// As for [`multiply`], of `ROWS` rows. `lines` are left to be fetched.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn rows<S: Simd, const ROWS: usize, const VECTORS: usize>(strip: &Strip, mut lines: usize) {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = [[S::splat(0.0); VECTORS]; ROWS];
        let mut from = [strip.from; ROWS];
        for i in 0..ROWS {
            from[i] = strip.from.add(i * strip.from_stride);
        }
        let width = VECTORS * S::LANES;
        let (mut panel, mut next) = (strip.panel, strip.next);
        let mut k = 0;
        while k + 4 <= strip.depth {
            if lines > 0 {
                for line in 0..fetch::<S>(VECTORS) {
                    S::prefetch(next.wrapping_add(line * LINE));
                }
                next = next.wrapping_add(fetch::<S>(VECTORS) * LINE);
                lines = lines.saturating_sub(fetch::<S>(VECTORS));
            }
            step!(S, sums, from, k, panel);
            step!(S, sums, from, k + 1, panel.add(width));
            step!(S, sums, from, k + 2, panel.add(2 * width));
            step!(S, sums, from, k + 3, panel.add(3 * width));
            panel = panel.add(4 * width);
            k += 4;
        }
        while k < strip.depth {
            step!(S, sums, from, k, panel);
            panel = panel.add(width);
            k += 1;
        }
        for i in 0..ROWS {
            let to = strip.to.add(i * strip.to_stride);
            for v in 0..VECTORS {
                S::store(to.add(v * S::LANES), sums[i][v]);
            }
        }
    }
}
