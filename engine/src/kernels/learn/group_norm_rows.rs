//! The loops of norms of groups in training.

use crate::kernels::Place;
use crate::kernels::lanes::vectors;
use crate::simd::{Simd, kernel};

/// Rows of gradients and of what was normalised.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows {
    pub dy: Place,
    pub x: Place,
    pub rows: usize,
    pub count: usize,
}

/// # Safety
/// The rows and means are there, and room for two sums of each channel.
#[inline(always)]
unsafe fn sums<S: Simd>(all: Rows, mean: *const f32, to: *mut f32) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        vectors!(S, all.count, |i, load, store| {
            let (mut sum, mut product) = (S::splat(0.0), S::splat(0.0));
            let mean = load(mean.add(i));
            for row in 0..all.rows {
                let (dy, x) = (load(all.dy.row(row).add(i)), load(all.x.row(row).add(i)));
                sum = S::add(sum, dy);
                product = S::fma(dy, S::sub(x, mean), product);
            }
            store(to.add(i), sum);
            store(to.add(all.count + i), product);
        });
    }
}

kernel! {
    /// Sums of each channel: of the gradients, and of them times what `x` is above its mean.
    pub(super) fn sum_gradients(all: Rows, mean: *const f32, to: *mut f32) = sums;
}

/// # Safety
/// The rows are there, a mean and three factors of each channel; rows read and written are the same
/// or apart.
#[inline(always)]
unsafe fn gradient<S: Simd>(all: Rows, mean: *const f32, factors: *const f32, to: Place) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let [scale, constant, slope] = [0, 1, 2].map(|i| factors.add(i * all.count));
        for row in 0..all.rows {
            let (dy, x, to) = (all.dy.row(row), all.x.row(row), to.row(row));
            vectors!(S, all.count, |i, load, store| {
                let above = S::sub(load(x.add(i)), load(mean.add(i)));
                let less = S::fma(above, load(slope.add(i)), load(constant.add(i)));
                let own = S::mul(load(dy.add(i)), load(scale.add(i)));
                store(to.add(i), S::sub(own, less));
            });
        }
    }
}

kernel! {
    /// The gradients of rows.
    pub(super) fn gradient_rows(
        all: Rows, mean: *const f32, factors: *const f32, to: Place,
    ) = gradient;
}
