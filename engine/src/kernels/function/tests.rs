use formwork_ir::Op;
use formwork_ir::layers::*;
use formwork_ir::oracle::Array;
use proptest::prelude::*;

use super::{Function, apply, math};
use crate::kernels::Finish;
use crate::kernels::check::{Numbers, cases, check_layer};
use crate::simd::{Isa, Simd, kernel};

/// A layer of each function, and how far it may be off: relative to the output, and to the input.
fn functions() -> Vec<(Op, f64, f64)> {
    // `erf` in f64 loses its own tail to cancellation; so does the definition of `hard_sigmoid`.
    let precise = 1e-6;
    vec![
        (Relu::new().into(), precise, 0.0),
        (Relu::new().max_value(Some(2.5)).into(), precise, 0.0),
        (Relu::new().max_value(Some(1.0)).threshold(2.0).negative_slope(0.5).into(), 1e-6, 1e-7),
        (Relu::new().threshold(1.0).into(), precise, 0.0),
        (Relu6::new().into(), precise, 0.0),
        (LeakyRelu::new(0.3).into(), precise, 0.0),
        (LeakyRelu::new(-1.5).into(), precise, 0.0),
        (Elu::new().alpha(0.7).into(), precise, 0.0),
        (Selu::new().into(), precise, 0.0),
        (Gelu::new().into(), precise, 1e-15),
        (Gelu::new().approximate(true).into(), precise, 3e-8),
        (Silu::new().into(), precise, 0.0),
        (Sigmoid::new().into(), precise, 0.0),
        (Tanh::new().into(), precise, 0.0),
        (Softplus::new().into(), precise, 0.0),
        (HardSigmoid::new().into(), precise, 1e-16),
        (HardSwish::new().into(), precise, 1e-15),
        (Mish::new().into(), precise, 0.0),
        (Clip::new(-1.5, 0.25).into(), precise, 0.0),
        (Rescaling::new(-2.0).offset(0.75).into(), precise, 1e-7),
    ]
}

/// What is far from 0, close to it, and between.
fn numbers() -> Vec<f32> {
    let mut values = vec![0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN];
    values.extend([2.5, -0.7, 6.0, 1.0, -3.0, 3.0, 88.8, -88.8, 103.0, -103.0]);
    let mut numbers = Numbers::new(3);
    for scale in [1e-45, 1e-40, 1e-30, 1e-10, 1e-3, 0.1, 1.0, 3.0, 10.0, 30.0, 110.0, 1e4, 1e30] {
        let count = if cfg!(miri) { 5 } else { 3000 };
        values.extend((0..count).map(|_| numbers.next() * scale));
    }
    values
}

#[test]
fn functions_are_close_everywhere() {
    let x = numbers();
    let wide = Array::new(&[x.len()], x.iter().map(|x| f64::from(*x)).collect());
    for (op, relative, absolute) in functions() {
        let function = Function::of(&op).unwrap();
        let expect = op.oracle(std::slice::from_ref(&wide), &[]);
        for isa in Isa::available() {
            let mut found = x.clone();
            // SAFETY: this machine has the instruction set.
            unsafe { apply(isa, function, found.as_mut_ptr(), found.len()) };
            for ((x, found), expect) in x.iter().zip(&found).zip(expect.data()) {
                // What falls below the normal numbers has fewer digits, or none; a definition that
                // makes `0 · ∞` of an infinity has a limit there.
                let far = f64::from(x.abs());
                let lost = if expect.abs() < 1e-35 && far > 80.0 { far * 1e-38 } else { 0.0 };
                let close = relative * expect.abs() + absolute * far + lost + 3e-45;
                let off = (f64::from(*found) - expect).abs();
                let same = f64::from(*found) == f64::from(*expect as f32)
                    || (expect.is_nan() && (found.is_nan() || x.is_infinite()));
                assert!(same || off <= close, "{isa}, {function:?} of {x}: {found}, not {expect}");
            }
        }
    }
}

/// Replaces each value by its exponential.
///
/// # Safety
/// As for [`Simd`].
#[inline(always)]
unsafe fn each_exp<S: Simd>(values: &mut [f32]) {
    for value in values {
        // SAFETY: one value.
        unsafe { S::store_first(value, math::exp::<S>(S::splat(*value)), 1) }
    }
}

kernel! {
    /// [`each_exp`] of an instruction set.
    fn exps(values: &mut [f32]) = each_exp;
}

#[test]
fn exponentials_are_off_by_two_units_at_most() {
    let x: Vec<_> = numbers().into_iter().map(|x| -x.abs()).collect();
    for isa in Isa::available() {
        let mut found = x.clone();
        // SAFETY: this machine has the instruction set.
        unsafe { exps(isa, &mut found) };
        for (x, found) in x.iter().zip(found) {
            let expect = f64::from(*x).exp() as f32;
            let units = found.to_bits().abs_diff(expect.to_bits());
            let lost = expect < f32::MIN_POSITIVE && found == 0.0;
            assert!(units <= 2 || lost, "{isa}, e^{x}: {found}, not {expect}");
        }
    }
}

#[test]
fn what_is_not_a_number_stays_so() {
    for (op, ..) in functions() {
        for isa in Isa::available() {
            for count in 1..20 {
                let mut values = vec![f32::NAN; count];
                let function = Function::of(&op).unwrap();
                // SAFETY: this machine has the instruction set.
                unsafe { apply(isa, function, values.as_mut_ptr(), count) };
                assert!(values.iter().all(|x| x.is_nan()), "{isa}, {function:?}");
            }
        }
    }
}

#[test]
fn clamps_are_told() {
    let clamp = |op: Op| Function::of(&op).unwrap().clamp();
    assert_eq!(clamp(Relu::new().into()), Some((0.0, f32::INFINITY)));
    assert_eq!(clamp(Relu::new().max_value(Some(4.0)).into()), Some((0.0, 4.0)));
    assert_eq!(clamp(Relu6::new().into()), Some((0.0, 6.0)));
    assert_eq!(clamp(Clip::new(-1.0, 2.0).into()), Some((-1.0, 2.0)));
    assert_eq!(clamp(Relu::new().threshold(1.0).into()), None);
    assert_eq!(clamp(Tanh::new().into()), None);
    assert_eq!(Function::of(&Softmax::new().into()), None);
}

proptest! {
    #![proptest_config(cases(100))]
    #[test]
    fn maps_are_the_layer(rows in 1..9usize, channels in 1..5000usize, small: bool, seed: u64) {
        let channels = if small { channels % 40 + 1 } else { channels };
        check_layer(&Silu::new(), &[&[rows, channels]], Finish::NONE, seed);
        check_layer(&Relu::new(), &[&[2, rows, channels]], Finish::NONE, seed);
    }
}
