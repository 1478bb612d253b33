//! What parts of a batch say, summed up in an order that does not depend on who made which.

use crate::kernels::lanes::vectors;
use crate::simd::{Simd, kernel};

kernel! {
    /// Adds up rows that are a step apart, so many, and what is there already.
    pub fn total(
        rows: (*const f32, usize, usize), plus: Option<*const f32>, to: *mut f32, count: usize,
    ) = add_up;
}

/// # Safety
/// The machine has `S`; all rows have so many values.
#[inline(always)]
unsafe fn add_up<S: Simd>(
    (first, step, rows): (*const f32, usize, usize),
    plus: Option<*const f32>,
    to: *mut f32,
    count: usize,
) {
    // SAFETY: the caller's.
    unsafe {
        vectors!(S, count, |i, load, store| {
            let mut sum = load(first.add(i));
            for row in 1..rows {
                sum = S::add(sum, load(first.add(row * step + i)));
            }
            if let Some(plus) = plus {
                sum = S::add(sum, load(plus.add(i)));
            }
            store(to.add(i), sum);
        });
    }
}
