//! The loops of gradients of functions.

use std::f32::consts::PI;

use crate::kernels::Function;
use crate::kernels::function::math;
use crate::kernels::lanes::vectors;
use crate::simd::{Simd, kernel};

/// `e^-|x|`
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn decay<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe { math::exp::<S>(S::copy_sign(x, S::splat(-1.0))) }
}

/// `e / (1 + e)²`
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn bell<S: Simd>(e: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let sum = S::add(S::splat(1.0), e);
        S::div(e, S::mul(sum, sum))
    }
}

/// Writes `dy · f'(x)` of each of `count` values, of a function that is no clamp.
///
/// # Safety
/// The values are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn slopes<S: Simd>(
    function: Function,
    [dy, x]: [*const f32; 2],
    to: *mut f32,
    count: usize,
) {
    macro_rules! each {
        (|$x:ident| $slope:expr) => {
            vectors!(S, count, |i, load, store| {
                let $x = load(x.add(i));
                store(to.add(i), S::mul(load(dy.add(i)), $slope));
            })
        };
    }
    // SAFETY: the caller's; no more values than there are.
    unsafe {
        let (zero, one) = (S::splat(0.0), S::splat(1.0));
        match function {
            Function::Clamp { .. } => unreachable!("clamps pass gradients"),
            Function::Relu { most, slope, threshold, .. } => {
                let [most, slope, threshold] = [most, slope, threshold].map(|x| S::splat(x));
                each!(|x| {
                    let above = S::select_less(x, most, one, zero);
                    S::select_less(x, threshold, slope, above)
                });
            }
            Function::LeakyRelu { slope } => {
                let slope = S::splat(slope);
                each!(|x| S::select_less(zero, x, one, slope));
            }
            Function::Elu { alpha, scale } => {
                let (below, above) = (S::splat(scale * alpha), S::splat(scale));
                each!(|x| {
                    let e = math::exp::<S>(S::min(zero, x));
                    S::select_less(zero, x, above, S::mul(below, e))
                });
            }
            Function::Gelu => {
                let factor = S::splat(1.0 / (2.0 * PI).sqrt());
                each!(|x| {
                    let square = S::mul(S::mul(x, x), S::splat(-0.5));
                    let density = S::mul(math::exp::<S>(square), factor);
                    S::fma(x, density, math::normal::<S>(x))
                });
            }
            Function::GeluTanh => {
                // 2 √(2/π), and that times 0.044715.
                let (first, third) = (S::splat(1.595_769), S::splat(0.071_354_814));
                let far = S::splat(30.0);
                each!(|x| {
                    // Beyond, all is 0 or 1.
                    let x = S::clamp(x, S::sub(zero, far), far);
                    let square = S::mul(x, x);
                    let inner = S::mul(x, S::fma(third, square, first));
                    let slope = S::fma(S::mul(third, S::splat(3.0)), square, first);
                    let bell = S::mul(S::mul(x, bell::<S>(decay::<S>(inner))), slope);
                    S::add(math::sigmoid::<S>(inner), bell)
                });
            }
            Function::Silu => {
                each!(|x| S::fma(x, bell::<S>(decay::<S>(x)), math::sigmoid::<S>(x)));
            }
            Function::Sigmoid => each!(|x| bell::<S>(decay::<S>(x))),
            Function::Tanh => {
                each!(|x| S::mul(S::splat(4.0), bell::<S>(decay::<S>(S::add(x, x)))));
            }
            Function::Softplus => each!(|x| math::sigmoid::<S>(x)),
            Function::HardSigmoid => {
                let (sixth, edge) = (S::splat(1.0 / 6.0), S::splat(3.0));
                each!(|x| S::select_less(edge, math::abs::<S>(x), zero, sixth));
            }
            Function::HardSwish => {
                let (third, half) = (S::splat(1.0 / 3.0), S::splat(0.5));
                let (low, high) = (S::splat(-3.0), S::splat(3.0));
                each!(|x| {
                    let above = S::select_less(high, x, one, S::fma(x, third, half));
                    S::select_less(x, low, zero, above)
                });
            }
            Function::Mish => each!(|x| {
                let tanh = math::tanh_of_softplus::<S>(x);
                let rest = S::sub(one, S::mul(tanh, tanh));
                S::fma(S::mul(x, rest), math::sigmoid::<S>(x), tanh)
            }),
            Function::Affine { scale, .. } => {
                let scale = S::splat(scale);
                vectors!(S, count, |i, load, store| {
                    store(to.add(i), S::mul(load(dy.add(i)), scale));
                });
            }
        }
    }
}

kernel! {
    /// Gradients times slopes.
    pub(super) fn slope_rows(
        function: Function, from: [*const f32; 2], to: *mut f32, count: usize,
    ) = slopes;
}
