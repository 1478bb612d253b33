use super::rows::SEVERAL;
use crate::kernels::Place;
use crate::kernels::lanes::{sum_of, vectors};
use crate::simd::{Simd, kernel};

/// Rows of two tensors, as far from each other as their strides say, of which the products of those
/// channels are summed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Products {
    pub left: Place,
    pub right: Place,
    pub rows: usize,
    pub count: usize,
}

/// # Safety
/// The rows are there, and as many totals as channels.
#[inline(always)]
unsafe fn down<S: Simd>(all: Products, totals: *mut f32) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Products { left, right, rows, count } = all;
        for block in (0..rows).step_by(SEVERAL) {
            let rows = block..rows.min(block + SEVERAL);
            vectors!(S, count, |i, load, store| {
                let mut sum = S::splat(0.0);
                for row in rows.clone() {
                    let (a, b) = (load(left.row(row).add(i)), load(right.row(row).add(i)));
                    sum = S::fma(a, b, sum);
                }
                let to = totals.add(i);
                store(to, S::add(load(to), sum));
            });
        }
    }
}

kernel! {
    /// Adds the products of rows to totals, channel by channel.
    pub(super) fn products_down(all: Products, totals: *mut f32) = down;
}

/// # Safety
/// The rows are there.
#[inline(always)]
unsafe fn line<S: Simd>(all: Products, sum: &mut f64) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        for row in 0..all.rows {
            let [a, b] = [all.left, all.right].map(|place| place.row(row).cast_const());
            *sum += sum_of!(S, all.count, |load| S::mul(load(a), load(b)));
        }
    }
}

kernel! {
    /// Adds all products of rows.
    pub(super) fn products_line(all: Products, sum: &mut f64) = line;
}
