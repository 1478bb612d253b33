use super::{Function, math};
use crate::kernels::Place;
use crate::simd::{Isa, Simd, kernel};

/// Writes an expression of each value of rows. The last vector of a row reaches back over the one
/// before, and is read before anything is written, since both may lie in the same place.
macro_rules! each {
    ($S:ident, $rows:expr, |$x:ident| $y:expr) => {{
        let Rows { from, to, rows, count } = $rows;
        for row in 0..rows {
            let (from, to) = (from.row(row).cast_const(), to.row(row));
            if count < $S::LANES {
                let $x = $S::load_first(from, count);
                $S::store_first(to, $y, count);
                continue;
            }
            let last = count - $S::LANES;
            let $x = $S::load(from.add(last));
            let end = $y;
            let mut i = 0;
            while i < last {
                let $x = $S::load(from.add(i));
                $S::store(to.add(i), $y);
                i += $S::LANES;
            }
            $S::store(to.add(last), end);
        }
    }};
}

/// Rows to read and to write, which may be the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows {
    pub from: Place,
    pub to: Place,
    pub rows: usize,
    pub count: usize,
}

/// Writes a function of each value of some rows.
///
/// # Safety
/// The rows are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn each_row<S: Simd>(function: Function, rows: Rows) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let zero = S::splat(0.0);
        match function {
            Function::Clamp { low, high } => {
                let (low, high) = (S::splat(low), S::splat(high));
                each!(S, rows, |x| S::clamp(x, low, high));
            }
            Function::Relu { below_most, most, slope, threshold } => {
                let [below, most] = [below_most, most].map(|x| S::splat(x));
                let [slope, threshold] = [slope, threshold].map(|x| S::splat(x));
                each!(S, rows, |x| {
                    let less = S::mul(slope, S::sub(x, threshold));
                    S::select_less(below, x, most, S::select_less(x, threshold, less, x))
                });
            }
            Function::LeakyRelu { slope } => {
                let slope = S::splat(slope);
                each!(S, rows, |x| S::select_less(x, zero, S::mul(slope, x), x));
            }
            Function::Elu { alpha, scale } => {
                let (alpha, scale) = (S::splat(alpha * scale), S::splat(scale));
                each!(S, rows, |x| {
                    let below = math::exp_less_one::<S>(S::min(zero, x));
                    S::select_less(zero, x, S::mul(scale, x), S::mul(alpha, below))
                });
            }
            Function::Gelu => each!(S, rows, |x| S::mul(x, math::normal::<S>(x))),
            Function::GeluTanh => {
                // 2 √(2/π), and that times 0.044715.
                let (one, three) = (S::splat(1.595_769), S::splat(0.071_354_814));
                each!(S, rows, |x| {
                    let inner = S::mul(x, S::fma(three, S::mul(x, x), one));
                    S::mul(x, math::sigmoid::<S>(inner))
                });
            }
            Function::Silu => each!(S, rows, |x| S::mul(x, math::sigmoid::<S>(x))),
            Function::Sigmoid => each!(S, rows, |x| math::sigmoid::<S>(x)),
            Function::Tanh => each!(S, rows, |x| math::tanh::<S>(x)),
            Function::Softplus => each!(S, rows, |x| math::softplus::<S>(x)),
            Function::HardSigmoid => each!(S, rows, |x| hard_sigmoid::<S>(x)),
            Function::HardSwish => each!(S, rows, |x| S::mul(x, hard_sigmoid::<S>(x))),
            Function::Mish => each!(S, rows, |x| S::mul(x, math::tanh_of_softplus::<S>(x))),
            Function::Affine { scale, offset } => {
                let (scale, offset) = (S::splat(scale), S::splat(offset));
                each!(S, rows, |x| S::fma(x, scale, offset));
            }
        }
    }
}

/// `(x + 3) / 6`, cut to 0..=1.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn hard_sigmoid<S: Simd>(x: S::V) -> S::V {
    // SAFETY: the caller's.
    unsafe {
        let sixth = S::mul(S::add(x, S::splat(3.0)), S::splat(1.0 / 6.0));
        S::clamp(sixth, S::splat(0.0), S::splat(1.0))
    }
}

kernel! {
    /// Writes a function of each value of some rows: [`each_row`].
    pub(crate) fn apply_rows(function: Function, rows: Rows) = each_row;
}

/// Replaces each of `count` values by a function of it.
///
/// # Safety
/// The values are there, and nobody else reads or writes them; the machine has the instruction set.
pub unsafe fn apply(isa: Isa, function: Function, first: *mut f32, count: usize) {
    let place = Place { first, stride: count };
    // SAFETY: one row, read and written in one place.
    unsafe { apply_rows(isa, function, Rows { from: place, to: place, rows: 1, count }) }
}
