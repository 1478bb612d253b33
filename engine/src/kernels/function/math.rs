//! Functions of vectors: errors of a few units in the last place, from one infinity to the other;
//! what is not a number stays so. What is below the normal numbers may become 0.

use crate::simd::Simd;

const LOG2_E: f32 = std::f32::consts::LOG2_E;
/// ln 2 in two parts: few bits, so that their product with a small whole number is exact, and the
/// rest.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
/// `(eʳ - 1 - r) / r²` for |r| ≤ ln 2 / 2.
const EXP: [f32; 5] = [0.499_999_97, 0.166_665_43, 0.041_667_2, 0.008_366_58, 0.001_388_251];
/// `(ln((1 + s) / (1 - s)) / s - 2) / s²` for s ≤ 1/3, in s².
const ATANH: [f32; 4] = [0.666_664_1, 0.400_217_7, 0.279_978_63, 0.280_312_75];
/// `Φ(-a) · e^(a²/2)` for a ≤ 14.5, in `t = 1 / (1 + 0.3 a)`.
const TAIL: [f32; 9] = [
    7.372_429_5e-6,
    0.119_484_21,
    0.121_945_27,
    0.094_585_83,
    0.142_765_34,
    -0.076_839_77,
    0.228_951_89,
    -0.169_307_5,
    0.038_407_404,
];

/// The value of a polynomial, its constant first: even and odd powers side by side, so that half as
/// many steps wait for each other.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn polynomial<S: Simd, const N: usize>(x: S::V, coefficients: [f32; N]) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let square = S::mul(x, x);
        let mut high = S::splat(coefficients[N - 1]);
        let mut low = S::splat(coefficients[N - 2]);
        let mut i = N - 2;
        while i >= 2 {
            high = S::fma(high, square, S::splat(coefficients[i - 1]));
            low = S::fma(low, square, S::splat(coefficients[i - 2]));
            i -= 2;
        }
        if i == 1 {
            // The highest power is even.
            let even = S::fma(high, square, S::splat(coefficients[0]));
            return S::fma(low, x, even);
        }
        S::fma(high, x, low)
    }
}

/// `n` and `eʳ - 1` with `x = n ln 2 + r` and a small `r`.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn reduced_exp<S: Simd>(x: S::V) -> (S::V, S::V) {
    // SAFETY: the caller's.
    unsafe {
        let n = S::round(S::mul(x, S::splat(LOG2_E)));
        let r = S::fma(n, S::splat(-LN_2[0]), x);
        let r = S::fma(n, S::splat(-LN_2[1]), r);
        (n, S::fma(S::mul(r, r), polynomial::<S, 5>(r, EXP), r))
    }
}

/// `|x|`
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn abs<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe { S::copy_sign(x, S::splat(1.0)) }
}

/// `-|x|`
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn minus_abs<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe { S::copy_sign(x, S::splat(-1.0)) }
}

/// `eˣ` of `x` up to 0; 0 where that is below the normal numbers.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn exp<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's; the power of two is -127 to 0, where the first makes 0.
    unsafe {
        let (n, less_one) = reduced_exp::<S>(S::max(S::splat(-88.0), x));
        let power = S::power_of_two(n);
        S::fma(power, less_one, power)
    }
}

/// `eˣ - 1` of `x` up to 0.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn exp_less_one<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's; the power of two is between -44 and 0.
    unsafe {
        let (n, less_one) = reduced_exp::<S>(S::max(S::splat(-30.0), x));
        let power = S::power_of_two(n);
        S::fma(power, less_one, S::sub(power, S::splat(1.0)))
    }
}

/// `ln(1 + x)` of `x` from 0 to 1.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn ln_one_more<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let s = S::div(x, S::add(x, S::splat(2.0)));
        let square = S::mul(s, s);
        S::fma(S::mul(square, s), polynomial::<S, 4>(square, ATANH), S::add(s, s))
    }
}

/// The hyperbolic tangent.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn tanh<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let t = exp_less_one::<S>(S::mul(S::splat(2.0), minus_abs::<S>(x)));
        S::copy_sign(S::div(t, S::add(t, S::splat(2.0))), x)
    }
}

/// `1 / (1 + e⁻ˣ)`
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn sigmoid<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let (zero, one) = (S::splat(0.0), S::splat(1.0));
        let e = exp::<S>(minus_abs::<S>(x));
        S::div(S::select_less(x, zero, e, one), S::add(one, e))
    }
}

/// `ln(1 + eˣ)`
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn softplus<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let zero = S::splat(0.0);
        let e = exp::<S>(minus_abs::<S>(x));
        S::add(S::max(zero, x), ln_one_more::<S>(e))
    }
}

/// `tanh(ln(1 + eˣ))`, by `e = e^-|x|`: a ratio without cancellation.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn tanh_of_softplus<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let (zero, one, two) = (S::splat(0.0), S::splat(1.0), S::splat(2.0));
        let e = exp::<S>(minus_abs::<S>(x));
        let below = S::mul(e, S::add(e, two));
        let above = S::fma(two, e, one);
        let over = S::select_less(x, zero, below, above);
        let rest = S::select_less(x, zero, two, S::mul(S::mul(two, e), e));
        S::div(over, S::add(over, rest))
    }
}

/// The normal distribution's cumulative function: `(1 + erf(x/√2)) / 2`, precise in its tail too.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
pub(crate) unsafe fn normal<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let one = S::splat(1.0);
        let a = S::min(S::splat(14.5), abs::<S>(x));
        let t = S::div(one, S::fma(S::splat(0.3), a, one));
        let square = S::mul(a, a);
        // What the square lost to rounding.
        let lost = S::fma(a, a, S::sub(S::splat(0.0), square));
        let minus_half = S::splat(-0.5);
        let density = exp::<S>(S::mul(square, minus_half));
        let density = S::mul(density, S::fma(lost, minus_half, one));
        let tail = S::mul(density, polynomial::<S, 9>(t, TAIL));
        S::select_less(x, S::splat(0.0), tail, S::sub(one, tail))
    }
}
