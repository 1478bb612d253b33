use super::rows::Rows;
use crate::kernels::Place;
use crate::kernels::function::math;
use crate::kernels::lanes;
use crate::simd::{Simd, kernel};

/// How long short rows are at most.
pub(super) const SHORT: usize = 24;

/// Rows `step` apart, `length` of them, along which softmax goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub from: Place,
    pub to: Place,
    pub length: usize,
    pub step: usize,
    pub count: usize,
    pub logarithm: bool,
}

/// The logarithm of each lane.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn logarithms<S: Simd>(v: S::V) -> S::V {
    let mut values = [0.0f32; lanes::MOST];
    // SAFETY: no vector has more lanes.
    unsafe {
        S::store(values.as_mut_ptr(), v);
        for value in &mut values[..S::LANES] {
            *value = value.ln();
        }
        S::load(values.as_ptr())
    }
}

/// Softmax of each lane over `$length` vectors: `$load!(j)` reads one, `$store!(j, v)` writes it,
/// `$again!(j)` reads what was written.
macro_rules! along {
    ($S:ident, $length:expr, $logarithm:expr, $load:ident, $store:ident, $again:ident) => {{
        let mut most = $load!(0);
        for j in 1..$length {
            most = $S::max($load!(j), most);
        }
        let mut sum = $S::splat(0.0);
        for j in 0..$length {
            let e = math::exp::<$S>($S::sub($load!(j), most));
            if !$logarithm {
                $store!(j, e);
            }
            sum = $S::add(sum, e);
        }
        if $logarithm {
            let log = logarithms::<$S>(sum);
            for j in 0..$length {
                let y = $S::sub($S::sub($load!(j), most), log);
                $store!(j, y);
            }
        } else {
            let inverse = $S::div($S::splat(1.0), sum);
            for j in 0..$length {
                let y = $S::mul($again!(j), inverse);
                $store!(j, y);
            }
        }
    }};
}

/// # Safety
/// The rows are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn columns_by<S: Simd, const LOGARITHM: bool>(all: Columns) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Columns { from, to, length, step, count, .. } = all;
        let mut i = 0;
        while i + S::LANES <= count {
            macro_rules! load {
                ($j:expr) => {
                    S::load(from.row($j * step).add(i))
                };
            }
            macro_rules! store {
                ($j:expr, $v:expr) => {
                    S::store(to.row($j * step).add(i), $v)
                };
            }
            macro_rules! again {
                ($j:expr) => {
                    S::load(to.row($j * step).add(i))
                };
            }
            along!(S, length, LOGARITHM, load, store, again);
            i += S::LANES;
        }
        let rest = count - i;
        if rest > 0 {
            macro_rules! load {
                ($j:expr) => {
                    S::load_first(from.row($j * step).add(i), rest)
                };
            }
            macro_rules! store {
                ($j:expr, $v:expr) => {
                    S::store_first(to.row($j * step).add(i), $v, rest)
                };
            }
            macro_rules! again {
                ($j:expr) => {
                    S::load_first(to.row($j * step).add(i), rest)
                };
            }
            along!(S, length, LOGARITHM, load, store, again);
        }
    }
}

/// # Safety
/// As for [`columns_by`].
#[inline(always)]
unsafe fn columns<S: Simd>(all: Columns) {
    // SAFETY: the caller's.
    unsafe {
        match all.logarithm {
            true => columns_by::<S, true>(all),
            false => columns_by::<S, false>(all),
        }
    }
}

kernel! {
    /// Softmax along rows that lie apart.
    pub(super) fn softmax_columns(all: Columns) = columns;
}

/// How many short rows are turned on their side at a time: what is written value by value is read
/// as vectors only when it has arrived.
const TURNED: usize = 64;

/// Rows of at most [`SHORT`] values, turned on their side: vectors go across them.
///
/// # Safety
/// The rows are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn short_by<S: Simd, const LOGARITHM: bool>(all: Rows) {
    let mut turned = [0.0f32; SHORT * TURNED];
    let turned = turned.as_mut_ptr();
    // SAFETY: the caller's, and `turned` holds as many rows.
    unsafe {
        let Rows { from, to, rows, count, .. } = all;
        let mut row = 0;
        while row < rows {
            let several = TURNED.min(rows - row);
            for j in 0..count {
                let from = from.row(row).add(j);
                for lane in 0..several {
                    *turned.add(j * TURNED + lane) = *from.add(lane * all.from.stride);
                }
            }
            for lane in (0..several).step_by(S::LANES) {
                macro_rules! load {
                    ($j:expr) => {
                        S::load(turned.add($j * TURNED + lane))
                    };
                }
                macro_rules! store {
                    ($j:expr, $v:expr) => {
                        S::store(turned.add($j * TURNED + lane), $v)
                    };
                }
                along!(S, count, LOGARITHM, load, store, load);
            }
            for j in 0..count {
                let to = to.row(row).add(j);
                for lane in 0..several {
                    *to.add(lane * all.to.stride) = *turned.add(j * TURNED + lane);
                }
            }
            row += several;
        }
    }
}

/// # Safety
/// As for [`short_by`].
#[inline(always)]
unsafe fn short<S: Simd>(all: Rows) {
    // SAFETY: the caller's.
    unsafe {
        match all.logarithm {
            true => short_by::<S, true>(all),
            false => short_by::<S, false>(all),
        }
    }
}

kernel! {
    /// Softmax of short rows.
    pub(super) fn softmax_short(all: Rows) = short;
}
