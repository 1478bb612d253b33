//! Sums of outer products: what gradients of weights are. A few values of the one side times a
//! panel's row of the other, for each of many pixels.

use super::pack::Panel;
use crate::simd::{Isa, Simd, kernel};

/// A block of a matrix, and what is added to it.
#[derive(Clone, Copy, Debug)]
pub struct Outer<'a> {
    /// Where the values of the one side begin in each piece.
    pub from: &'a [*const f32],
    /// From one pixel's values to the next's.
    pub from_step: usize,
    /// Pixels in a piece.
    pub length: usize,
    /// The other side: a row of whole vectors for each pixel of each piece.
    pub panel: *const f32,
    /// From one row of that to the next.
    pub panel_step: usize,
    /// What is there already: null for nothing, or where the first row begins.
    pub plus: *const f32,
    /// From one row of that to the next.
    pub plus_stride: usize,
    /// Where what a later block is added to begins, in rows as far apart: it is fetched. Null for
    /// nothing.
    pub ahead: *const f32,
    /// Where the first row goes.
    pub to: *mut f32,
    /// From one row to the next.
    pub to_stride: usize,
    /// Number of rows that are written.
    pub rows: usize,
    /// Number of columns that are written.
    pub columns: usize,
}

/// The most values of the one side.
pub const ROWS: usize = 6;
/// Values in a cache line.
const LINE: usize = 16;
/// The most vectors of a panel.
const VECTORS: usize = 4;

/// How many values of the one side lie together, of so many: such that few are computed for nothing,
/// and not so few that sums wait for each other.
pub fn block(values: usize) -> usize {
    let cost = |rows: usize| values.div_ceil(rows) * rows * if rows == 4 { 21 } else { 20 };
    (4..=ROWS).rev().min_by_key(|rows| cost(*rows)).unwrap_or(ROWS).min(values)
}

/// Adds the outer products of `rows` values at a time with a panel.
///
/// # Safety
/// The machine has `isa`. Each piece has `rows` values for each pixel, one pixel after the other, and
/// the panel a row of its vectors for each. The rows and columns that are written can be, and those
/// that are there be read; they are the same or apart.
pub unsafe fn add(isa: Isa, rows: usize, panel: Panel, outer: &Outer<'_>) {
    macro_rules! of {
        ($($rows:literal)*) => {
            match (rows, panel.vectors) {
                $(
                    ($rows, 1) => add_of::<$rows, 1>(isa, outer),
                    ($rows, 2) => add_of::<$rows, 2>(isa, outer),
                    ($rows, 3) => add_of::<$rows, 3>(isa, outer),
                    ($rows, 4) => add_of::<$rows, 4>(isa, outer),
                )*
                _ => unreachable!("a block of at most {ROWS} rows and {VECTORS} vectors"),
            }
        };
    }
    // SAFETY: the caller's.
    unsafe { of!(1 2 3 4 5 6) }
}

kernel! {
    /// Adds outer products.
    fn add_of<const R: usize, const V: usize>(outer: &Outer<'_>) = run;
}

/// # Safety
/// As for [`add`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "what iterators go through goes to memory")]
unsafe fn run<S: Simd, const R: usize, const V: usize>(outer: &Outer<'_>) {
    // SAFETY: the caller's.
    unsafe {
        for i in 0..if outer.ahead.is_null() { 0 } else { R } {
            let row = outer.ahead.wrapping_add(i * outer.plus_stride);
            for first in (0..V * S::LANES).step_by(LINE) {
                S::prefetch(row.wrapping_add(first));
            }
            S::prefetch(row.wrapping_add(V * S::LANES - 1));
        }
        let mut sums = [[S::splat(0.0); V]; R];
        let mut panel = outer.panel;
        for &from in outer.from {
            let mut from = from;
            macro_rules! pixel {
                ($k:expr) => {{
                    let mut row = [S::splat(0.0); V];
                    for v in 0..V {
                        row[v] = S::load(panel.add($k * outer.panel_step + v * S::LANES));
                    }
                    for i in 0..R {
                        let value = S::splat(*from.add($k * outer.from_step + i));
                        for v in 0..V {
                            sums[i][v] = S::fma(value, row[v], sums[i][v]);
                        }
                    }
                }};
            }
            for _ in 0..outer.length / 4 {
                pixel!(0);
                pixel!(1);
                pixel!(2);
                pixel!(3);
                from = from.add(4 * outer.from_step);
                panel = panel.add(4 * outer.panel_step);
            }
            for _ in 0..outer.length % 4 {
                pixel!(0);
                from = from.add(outer.from_step);
                panel = panel.add(outer.panel_step);
            }
        }
        if outer.rows == R && outer.columns == V * S::LANES {
            for i in 0..R {
                let to = outer.to.add(i * outer.to_stride);
                let plus = outer.plus.wrapping_add(i * outer.plus_stride);
                for v in 0..V {
                    if !outer.plus.is_null() {
                        sums[i][v] = S::add(sums[i][v], S::load(plus.add(v * S::LANES)));
                    }
                    S::store(to.add(v * S::LANES), sums[i][v]);
                }
            }
            return;
        }
        // A copy, so that the sums themselves are never indexed by a variable, which would put them
        // in memory from the start.
        let mut made = [[S::splat(0.0); V]; R];
        for i in 0..R {
            for v in 0..V {
                made[i][v] = sums[i][v];
            }
        }
        for (i, sums) in made.iter().enumerate().take(outer.rows) {
            let to = outer.to.add(i * outer.to_stride);
            for (v, sum) in sums.iter().enumerate() {
                let column = v * S::LANES;
                let left = outer.columns.saturating_sub(column).min(S::LANES);
                let mut sum = *sum;
                if !outer.plus.is_null() {
                    let plus = outer.plus.add(i * outer.plus_stride + column);
                    let plus =
                        if left == S::LANES { S::load(plus) } else { S::load_first(plus, left) };
                    sum = S::add(sum, plus);
                }
                match left == S::LANES {
                    true => S::store(to.add(column), sum),
                    false => S::store_first(to.add(column), sum, left),
                }
            }
        }
    }
}
