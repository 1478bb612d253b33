use crate::kernels::lanes::{self, total};
use crate::simd::{Simd, kernel};

/// Rows of which those channels are reduced to one row of totals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Down {
    pub from: *const f32,
    /// From one row to the next, in values.
    pub step: usize,
    pub rows: usize,
    pub count: usize,
    pub totals: *mut f32,
    pub largest: bool,
}

/// How many rows are added before their sum goes to the total, so that small values are not lost.
pub(super) const SEVERAL: usize = 64;

/// # Safety
/// The rows are there, and as many totals.
#[inline(always)]
unsafe fn down<S: Simd>(all: Down) {
    // SAFETY: the caller's.
    unsafe {
        match all.largest {
            true => down_by::<S, true>(all),
            false => down_by::<S, false>(all),
        }
    }
}

/// # Safety
/// As for [`down`].
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "iterators keep sums out of registers")]
unsafe fn down_by<S: Simd, const LARGEST: bool>(all: Down) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Down { from, step, rows, count, totals, .. } = all;
        macro_rules! merge {
            ($a:expr, $b:expr) => {
                if LARGEST { S::max($a, $b) } else { S::add($a, $b) }
            };
        }
        let none = S::splat(if LARGEST { f32::NEG_INFINITY } else { 0.0 });
        let mut i = 0;
        while i + 4 * S::LANES <= count {
            for block in (0..rows).step_by(SEVERAL) {
                let mut sums = [none; 4];
                for row in block..rows.min(block + SEVERAL) {
                    let from = from.add(row * step + i);
                    for k in 0..4 {
                        sums[k] = merge!(S::load(from.add(k * S::LANES)), sums[k]);
                    }
                }
                for k in 0..4 {
                    let to = totals.add(i + k * S::LANES);
                    S::store(to, merge!(sums[k], S::load(to)));
                }
            }
            i += 4 * S::LANES;
        }
        while i < count {
            let rest = S::LANES.min(count - i);
            for block in (0..rows).step_by(SEVERAL) {
                let mut sum = none;
                for row in block..rows.min(block + SEVERAL) {
                    sum = merge!(S::load_first(from.add(row * step + i), rest), sum);
                }
                let to = totals.add(i);
                S::store_first(to, merge!(sum, S::load_first(to, rest)), rest);
            }
            i += rest;
        }
    }
}

kernel! {
    /// Reduces rows to one.
    pub(super) fn reduce_down(all: Down) = down;
}

/// Rows that are reduced to a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub from: *const f32,
    /// From one row to the next, in values.
    pub step: usize,
    pub rows: usize,
    pub count: usize,
    pub largest: bool,
}

/// # Safety
/// The rows are there.
#[inline(always)]
unsafe fn line<S: Simd>(all: Line, sum: &mut f64) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Line { step, rows, count, largest, .. } = all;
        for row in 0..rows {
            let from = all.from.add(row * step);
            if !largest {
                *sum += total!(S, from, count, 0.0, |x| x);
                continue;
            }
            let whole = count / S::LANES * S::LANES;
            let rest = lanes::padded::<S>(from.add(whole), count - whole, f32::NEG_INFINITY);
            let (mut a, mut b) = (rest, rest);
            let mut i = 0;
            while i + 2 * S::LANES <= whole {
                a = S::max(S::load(from.add(i)), a);
                b = S::max(S::load(from.add(i + S::LANES)), b);
                i += 2 * S::LANES;
            }
            if i < whole {
                a = S::max(S::load(from.add(i)), a);
            }
            *sum = sum.max(f64::from(lanes::max::<S>(S::max(a, b))));
        }
    }
}

kernel! {
    /// Reduces rows to a value.
    pub(super) fn reduce_line(all: Line, sum: &mut f64) = line;
}
