//! Rows, vector by vector; and sums over them that stay precise however long they are.

use crate::simd::Simd;

/// The most lanes that a vector has.
pub(crate) const MOST: usize = 16;

/// How many values are added in 32 bits before they go to a sum in 64.
pub(crate) const BLOCK: usize = 4096;

/// The sum of a vector's lanes.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn sum<S: Simd>(v: S::V) -> f32 {
    let mut lanes = [0.0f32; MOST];
    // SAFETY: no vector has more lanes.
    unsafe { S::store(lanes.as_mut_ptr(), v) };
    let mut width = S::LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// The largest of a vector's lanes, if they are numbers.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn max<S: Simd>(v: S::V) -> f32 {
    let mut lanes = [0.0f32; MOST];
    // SAFETY: no vector has more lanes.
    unsafe { S::store(lanes.as_mut_ptr(), v) };
    let mut width = S::LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] = if lanes[i] > lanes[i + width] { lanes[i] } else { lanes[i + width] };
        }
        width /= 2;
    }
    lanes[0]
}

/// The number of each lane.
static NUMBERS: [f32; MOST] =
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0];

/// The first `count` values, fewer than a vector's, and `rest` behind them.
///
/// # Safety
/// They are there.
#[inline(always)]
pub(crate) unsafe fn padded<S: Simd>(from: *const f32, count: usize, rest: f32) -> S::V {
    // SAFETY: the caller's; no vector has more lanes.
    unsafe {
        let (lane, count_lanes) = (S::load(NUMBERS.as_ptr()), S::splat(count as f32));
        S::select_less(lane, count_lanes, S::load_first(from, count), S::splat(rest))
    }
}

/// The sum in 64 bits of an expression of each of `count` values; `$rest` is a value of which the
/// expression is 0.
macro_rules! total {
    ($S:ident, $from:expr, $count:expr, $rest:expr, |$x:ident| $term:expr) => {{
        let (from, count) = ($from, $count);
        let (mut total, mut i) = (0.0f64, 0);
        while i < count {
            let end = count.min(i + $crate::kernels::lanes::BLOCK);
            let (mut a, mut b) = ($S::splat(0.0), $S::splat(0.0));
            let (mut c, mut d) = (a, b);
            macro_rules! add {
                ($sum:ident, $at:expr) => {{
                    let $x = $S::load(from.add($at));
                    $sum = $S::add($sum, $term);
                }};
            }
            while i + 4 * $S::LANES <= end {
                add!(a, i);
                add!(b, i + $S::LANES);
                add!(c, i + 2 * $S::LANES);
                add!(d, i + 3 * $S::LANES);
                i += 4 * $S::LANES;
            }
            while i + $S::LANES <= end {
                add!(a, i);
                i += $S::LANES;
            }
            if i < end {
                let $x = $crate::kernels::lanes::padded::<$S>(from.add(i), end - i, $rest);
                b = $S::add(b, $term);
                i = end;
            }
            let sum = $S::add($S::add(a, b), $S::add(c, d));
            total += f64::from($crate::kernels::lanes::sum::<$S>(sum));
        }
        total
    }};
}
pub(crate) use total;

/// The sum in 64 bits of an expression for each of `count` values: `$load(from)` reads a vector of
/// what lies there; behind the last value it reads 0, of which the expression must be 0.
macro_rules! sum_of {
    ($S:ident, $count:expr, |$load:ident| $term:expr) => {{
        let (count, mut total, mut i) = ($count, 0.0f64, 0);
        while i < count {
            let end = count.min(i + $crate::kernels::lanes::BLOCK);
            let (mut a, mut b) = ($S::splat(0.0), $S::splat(0.0));
            while i + 2 * $S::LANES <= end {
                let $load = |from: *const f32| $S::load(from.add(i));
                a = $S::add(a, $term);
                let $load = |from: *const f32| $S::load(from.add(i + $S::LANES));
                b = $S::add(b, $term);
                i += 2 * $S::LANES;
            }
            while i < end {
                let left = $S::LANES.min(end - i);
                let $load = |from: *const f32| $S::load_first(from.add(i), left);
                a = $S::add(a, $term);
                i += left;
            }
            total += f64::from($crate::kernels::lanes::sum::<$S>($S::add(a, b)));
        }
        total
    }};
}
pub(crate) use sum_of;

/// Calls `$each` with the first of each vector's values, of `$count`, and with how a vector is read
/// and written.
macro_rules! vectors {
    ($S:ident, $count:expr, |$i:ident, $load:ident, $store:ident| $each:expr) => {{
        let mut $i = 0;
        while $i + $S::LANES <= $count {
            let $load = |from: *const f32| $S::load(from);
            let $store = |to: *mut f32, v| $S::store(to, v);
            $each;
            $i += $S::LANES;
        }
        if $i < $count {
            let left = $count - $i;
            let $load = |from: *const f32| $S::load_first(from, left);
            let $store = |to: *mut f32, v| $S::store_first(to, v, left);
            $each;
        }
    }};
}
pub(crate) use vectors;
