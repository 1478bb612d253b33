use crate::kernels::Place;
use crate::kernels::function::math;
use crate::kernels::lanes;
use crate::simd::{Simd, kernel};

/// Rows to read and to write, which may be the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub from: Place,
    pub to: Place,
    pub rows: usize,
    pub count: usize,
    pub logarithm: bool,
}

/// # Safety
/// The rows are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn softmax_by<S: Simd, const LOGARITHM: bool>(all: Rows) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Rows { rows, count, .. } = all;
        let whole = count / S::LANES * S::LANES;
        let rest = count - whole;
        for row in 0..rows {
            let (from, to) = (all.from.row(row).cast_const(), all.to.row(row));
            let end = lanes::padded::<S>(from.add(whole), rest, f32::NEG_INFINITY);
            let (mut a, mut b) = (end, end);
            let mut i = 0;
            while i + 2 * S::LANES <= whole {
                a = S::max(S::load(from.add(i)), a);
                b = S::max(S::load(from.add(i + S::LANES)), b);
                i += 2 * S::LANES;
            }
            if i < whole {
                a = S::max(S::load(from.add(i)), a);
            }
            let most = S::splat(lanes::max::<S>(S::max(a, b)));
            let mut sum = S::splat(0.0);
            let mut i = 0;
            while i < whole {
                let e = math::exp::<S>(S::sub(S::load(from.add(i)), most));
                if !LOGARITHM {
                    S::store(to.add(i), e);
                }
                sum = S::add(sum, e);
                i += S::LANES;
            }
            let e = math::exp::<S>(S::sub(end, most));
            let sum = lanes::sum::<S>(S::add(sum, e));
            let inverse = S::splat(1.0 / sum);
            let log = S::splat(if LOGARITHM { sum.ln() } else { 0.0 });
            let mut i = 0;
            while i < whole {
                let y = match LOGARITHM {
                    true => S::sub(S::sub(S::load(from.add(i)), most), log),
                    false => S::mul(S::load(to.add(i)), inverse),
                };
                S::store(to.add(i), y);
                i += S::LANES;
            }
            if rest > 0 {
                let y = match LOGARITHM {
                    true => S::sub(S::sub(end, most), log),
                    false => S::mul(e, inverse),
                };
                S::store_first(to.add(whole), y, rest);
            }
        }
    }
}

/// # Safety
/// As for [`softmax_by`].
#[inline(always)]
unsafe fn softmax<S: Simd>(all: Rows) {
    // SAFETY: the caller's.
    unsafe {
        match all.logarithm {
            true => softmax_by::<S, true>(all),
            false => softmax_by::<S, false>(all),
        }
    }
}

kernel! {
    /// Softmax of rows.
    pub(super) fn softmax_rows(all: Rows) = softmax;
}
