//! One line of a tile, transformed: polynomials of few values, evaluated at points and put together
//! from what they are there.

use super::Size;
use crate::simd::Simd;

// The points of 4×4: 0, ±`NEAR`, ±`FAR` and ∞. All constants are exact, and errors half as large as
// with 0, ±1, ±2.
const NEAR: f32 = 0.75;
const FAR: f32 = 1.5;
const NEAR_2: f32 = NEAR * NEAR;
const FAR_2: f32 = FAR * FAR;

impl Size {
    /// What three values of a filter are at each point, as factors of them.
    pub(super) fn filter(self) -> Vec<[f64; 3]> {
        let [near, far] = [NEAR, FAR].map(f64::from);
        let points: &[f64] = match self {
            Size::Two => &[0.0, 1.0, -1.0],
            Size::Four => &[0.0, near, -near, far, -far],
        };
        let row = |&p: &f64| {
            let others = points.iter().filter(|q| **q != p).map(|q| p - q);
            let scale: f64 = others.product();
            [1.0, p, p * p].map(|power| power / scale)
        };
        points.iter().map(row).chain([[0.0, 0.0, 1.0]]).collect()
    }
}

/// A line of an input's tile at each point.
///
/// # Safety
/// The machine has `S`.
#[inline(always)]
pub(super) unsafe fn evaluate<S: Simd, const SIDE: usize>(d: [S::V; SIDE]) -> [S::V; SIDE] {
    let mut t = d;
    // SAFETY: the caller's.
    unsafe {
        if SIDE == 4 {
            t[0] = S::sub(d[2], d[0]);
            t[1] = S::add(d[2], d[1]);
            t[2] = S::sub(d[2], d[1]);
            t[3] = S::sub(d[3], d[1]);
            return t;
        }
        let even = S::fma(S::splat(-FAR_2), d[2], d[4]);
        let odd = S::fma(S::splat(-FAR_2), d[1], d[3]);
        t[1] = S::fma(S::splat(NEAR), odd, even);
        t[2] = S::fma(S::splat(-NEAR), odd, even);
        let even = S::fma(S::splat(-NEAR_2), d[2], d[4]);
        let odd = S::fma(S::splat(-NEAR_2), d[1], d[3]);
        t[3] = S::fma(S::splat(FAR), odd, even);
        t[4] = S::fma(S::splat(-FAR), odd, even);
        let [product, sum] = [S::splat(NEAR_2 * FAR_2), S::splat(-NEAR_2 - FAR_2)];
        t[0] = S::fma(product, d[0], S::fma(sum, d[2], d[4]));
        t[5] = S::fma(product, d[1], S::fma(sum, d[3], d[5]));
    }
    t
}

/// A line of outputs, the first `SIDE - 2` of what it returns, from products at each point.
///
/// # Safety
/// The machine has `S`.
#[inline(always)]
pub(super) unsafe fn interpolate<S: Simd, const SIDE: usize>(m: [S::V; SIDE]) -> [S::V; SIDE] {
    let mut y = m;
    // SAFETY: the caller's.
    unsafe {
        let [sum, difference] = [S::add(m[1], m[2]), S::sub(m[1], m[2])];
        if SIDE == 4 {
            y[0] = S::add(m[0], sum);
            y[1] = S::add(difference, m[3]);
            return y;
        }
        let [far_sum, far_difference] = [S::add(m[3], m[4]), S::sub(m[3], m[4])];
        y[0] = S::add(m[0], S::add(sum, far_sum));
        y[1] = S::fma(S::splat(FAR), far_difference, S::mul(S::splat(NEAR), difference));
        y[2] = S::fma(S::splat(FAR_2), far_sum, S::mul(S::splat(NEAR_2), sum));
        let near = S::fma(S::splat(NEAR_2 * NEAR), difference, m[5]);
        y[3] = S::fma(S::splat(FAR_2 * FAR), far_difference, near);
    }
    y
}

/// The transpose of [`interpolate`]: what the first `SIDE - 2` values of a line say of the products at
/// each point.
///
/// # Safety
/// The machine has `S`.
#[inline(always)]
pub(super) unsafe fn extrapolate<S: Simd, const SIDE: usize>(y: [S::V; SIDE]) -> [S::V; SIDE] {
    let mut m = y;
    // SAFETY: the caller's.
    unsafe {
        if SIDE == 4 {
            m[1] = S::add(y[0], y[1]);
            m[2] = S::sub(y[0], y[1]);
            m[3] = y[1];
            return m;
        }
        let even = S::fma(S::splat(NEAR_2), y[2], y[0]);
        let odd = S::fma(S::splat(NEAR_2 * NEAR), y[3], S::mul(S::splat(NEAR), y[1]));
        m[1] = S::add(even, odd);
        m[2] = S::sub(even, odd);
        let even = S::fma(S::splat(FAR_2), y[2], y[0]);
        let odd = S::fma(S::splat(FAR_2 * FAR), y[3], S::mul(S::splat(FAR), y[1]));
        m[3] = S::add(even, odd);
        m[4] = S::sub(even, odd);
        m[5] = y[3];
    }
    m
}
