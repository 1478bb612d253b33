//! The loops of batch norms in training.

use crate::kernels::Place;
use crate::kernels::lanes::vectors;
use crate::simd::{Simd, kernel};

/// What there is of each channel: `y = scale · x + shift`, before it is cut, is
/// `gamma · (x - mean) · inverse + beta`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factors {
    pub mean: *mut f32,
    pub inverse: *mut f32,
    pub scale: *mut f32,
    pub shift: *mut f32,
    /// What is taken from each gradient: a constant, and so much of what `x` is above its mean.
    pub constant: *mut f32,
    pub slope: *mut f32,
}

impl Factors {
    /// Values of so many channels.
    pub fn values(channels: usize) -> usize {
        6 * channels.next_multiple_of(16)
    }

    pub fn new(to: *mut f32, channels: usize) -> Self {
        let at = |i: usize| to.wrapping_add(i * channels.next_multiple_of(16));
        Factors {
            mean: at(0),
            inverse: at(1),
            scale: at(2),
            shift: at(3),
            constant: at(4),
            slope: at(5),
        }
    }
}

/// # Safety
/// Rows and factors are there; rows read and written are the same or apart.
#[inline(always)]
unsafe fn normalize<S: Simd>(
    from: Place,
    to: Place,
    rows: usize,
    count: usize,
    factors: Factors,
    (low, high): (f32, f32),
) {
    // SAFETY: the caller's.
    unsafe {
        let (low, high) = (S::splat(low), S::splat(high));
        for row in 0..rows {
            let (from, to) = (from.row(row), to.row(row));
            vectors!(S, count, |i, load, store| {
                let (scale, shift) = (load(factors.scale.add(i)), load(factors.shift.add(i)));
                store(to.add(i), S::clamp(S::fma(load(from.add(i)), scale, shift), low, high));
            });
        }
    }
}

kernel! {
    /// Normalises rows.
    pub(super) fn normalize_rows(
        from: Place, to: Place, rows: usize, count: usize, factors: Factors, range: (f32, f32),
    ) = normalize;
}

/// Inputs and gradients of the outputs, row by row. A gradient counts where the output lies between
/// `low` and `high`, without them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub x: Place,
    pub dy: Place,
    pub rows: usize,
    pub count: usize,
    pub low: f32,
    pub high: f32,
}

/// The gradient where the output is not cut.
macro_rules! uncut {
    ($S:ident, $all:ident, $x:expr, $dy:expr, $scale:expr, $shift:expr) => {{
        let (y, zero) = ($S::fma($x, $scale, $shift), $S::splat(0.0));
        let above = $S::select_less($S::splat($all.low), y, $dy, zero);
        $S::select_less(y, $S::splat($all.high), above, zero)
    }};
}

/// Sums of each channel: of the gradients, and of them times the normalised inputs.
///
/// # Safety
/// Rows and factors are there, and room for both sums of each channel.
#[inline(always)]
unsafe fn sums<S: Simd>(all: Rows, factors: Factors, to: *mut f32) {
    // SAFETY: the caller's.
    unsafe {
        let mut c = 0;
        // Two vectors at a time, a cache line of each row.
        while c + 2 * S::LANES <= all.count {
            let at = [c, c + S::LANES];
            let of = |from: *mut f32| at.map(|i| S::load(from.add(i)));
            let (scale, shift, mean) = (of(factors.scale), of(factors.shift), of(factors.mean));
            let (mut a, mut b) = ([S::splat(0.0); 2], [S::splat(0.0); 2]);
            for row in 0..all.rows {
                let (x, dy) = (all.x.row(row), all.dy.row(row));
                for v in 0..2 {
                    let (x, dy) = (S::load(x.add(at[v])), S::load(dy.add(at[v])));
                    let own = uncut!(S, all, x, dy, scale[v], shift[v]);
                    a[v] = S::add(a[v], own);
                    b[v] = S::fma(own, S::sub(x, mean[v]), b[v]);
                }
            }
            for v in 0..2 {
                S::store(to.add(at[v]), a[v]);
                let inverse = S::load(factors.inverse.add(at[v]));
                S::store(to.add(all.count + at[v]), S::mul(b[v], inverse));
            }
            c += 2 * S::LANES;
        }
        let rest = Rows { x: all.x.at(0, c), dy: all.dy.at(0, c), ..all };
        vectors!(S, all.count - c, |i, load, store| {
            let of = |from: *mut f32| load(from.add(c + i).cast_const());
            let (scale, shift) = (of(factors.scale), of(factors.shift));
            let (mean, inverse) = (of(factors.mean), of(factors.inverse));
            let (mut a, mut b) = (S::splat(0.0), S::splat(0.0));
            for row in 0..all.rows {
                let (x, dy) = (load(rest.x.row(row).add(i)), load(rest.dy.row(row).add(i)));
                let own = uncut!(S, all, x, dy, scale, shift);
                a = S::add(a, own);
                b = S::fma(own, S::sub(x, mean), b);
            }
            store(to.add(c + i), a);
            store(to.add(all.count + c + i), S::mul(b, inverse));
        });
    }
}

kernel! {
    /// Sums of each channel: of the gradients, and of them times the normalised inputs.
    pub(super) fn sum_gradients(all: Rows, factors: Factors, to: *mut f32) = sums;
}

/// # Safety
/// Rows and factors are there; rows read and written are the same or apart.
#[inline(always)]
unsafe fn gradient<S: Simd>(all: Rows, factors: Factors, to: Place) {
    // SAFETY: the caller's.
    unsafe {
        for row in 0..all.rows {
            let (x, dy, to) = (all.x.row(row), all.dy.row(row), to.row(row));
            vectors!(S, all.count, |i, load, store| {
                let (scale, shift) = (load(factors.scale.add(i)), load(factors.shift.add(i)));
                let (x, dy) = (load(x.add(i)), load(dy.add(i)));
                let own = uncut!(S, all, x, dy, scale, shift);
                let above = S::sub(x, load(factors.mean.add(i)));
                let constant = load(factors.constant.add(i));
                let less = S::fma(above, load(factors.slope.add(i)), constant);
                store(to.add(i), S::sub(S::mul(own, scale), less));
            });
        }
    }
}

kernel! {
    /// The gradients of a batch norm's inputs.
    pub(super) fn gradient_rows(all: Rows, factors: Factors, to: Place) = gradient;
}
