use crate::kernels::Place;
use crate::simd::{Simd, kernel};

/// Rows to add up, channel by channel: what they are above `mean`, or the squares of that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sums {
    pub from: Place,
    pub mean: *const f32,
    pub squares: bool,
    pub to: *mut f32,
    pub rows: usize,
    pub count: usize,
}

/// # Safety
/// The rows are there, and as many means and sums as they have channels.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "iterators keep sums out of registers")]
unsafe fn sum<S: Simd>(all: Sums) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Sums { from, mean, squares, to, rows, count } = all;
        macro_rules! term {
            ($x:expr, $mean:expr) => {{
                let off = S::sub($x, $mean);
                if squares { S::mul(off, off) } else { off }
            }};
        }
        let mut i = 0;
        while i + 4 * S::LANES <= count {
            let mut sums = [S::splat(0.0); 4];
            let mut means = sums;
            for k in 0..4 {
                means[k] = S::load(mean.add(i + k * S::LANES));
            }
            for row in 0..rows {
                let from = from.row(row).add(i);
                for k in 0..4 {
                    let x = S::load(from.add(k * S::LANES));
                    sums[k] = S::add(sums[k], term!(x, means[k]));
                }
            }
            for k in 0..4 {
                S::store(to.add(i + k * S::LANES), sums[k]);
            }
            i += 4 * S::LANES;
        }
        while i < count {
            let rest = S::LANES.min(count - i);
            let (mut sums, mean) = (S::splat(0.0), S::load_first(mean.add(i), rest));
            for row in 0..rows {
                let x = S::load_first(from.row(row).add(i), rest);
                sums = S::add(sums, term!(x, mean));
            }
            S::store_first(to.add(i), sums, rest);
            i += rest;
        }
    }
}

kernel! {
    /// Adds up rows.
    pub(crate) fn sum_rows(all: Sums) = sum;
}

/// Rows to normalise by values for each channel; factors and shifts go on by `step` a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Normal {
    pub from: Place,
    pub to: Place,
    pub mean: *const f32,
    pub factor: *const f32,
    pub scale: *const f32,
    pub shift: *const f32,
    pub step: usize,
    pub rows: usize,
    pub count: usize,
}

/// # Safety
/// The rows are there, and values for each channel; rows read and written are the same or apart.
#[inline(always)]
unsafe fn normal<S: Simd>(all: Normal) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        for row in 0..all.rows {
            let (from, to) = (all.from.row(row), all.to.row(row));
            let (scale, shift) = (all.scale.add(row * all.step), all.shift.add(row * all.step));
            macro_rules! at {
                ($i:expr, $load:ident $(, $count:expr)?) => {{
                    let off = S::sub(
                        S::$load(from.add($i) $(, $count)?),
                        S::$load(all.mean.add($i) $(, $count)?),
                    );
                    let normal = S::mul(off, S::$load(all.factor.add($i) $(, $count)?));
                    let scale = S::$load(scale.add($i) $(, $count)?);
                    S::fma(normal, scale, S::$load(shift.add($i) $(, $count)?))
                }};
            }
            let mut i = 0;
            while i + S::LANES <= all.count {
                S::store(to.add(i), at!(i, load));
                i += S::LANES;
            }
            let rest = all.count - i;
            if rest > 0 {
                S::store_first(to.add(i), at!(i, load_first, rest), rest);
            }
        }
    }
}

kernel! {
    /// Normalises rows.
    pub(super) fn normal_rows(all: Normal) = normal;
}
