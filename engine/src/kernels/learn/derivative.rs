use std::f64::consts::PI;

use crate::kernels::Function;
use crate::kernels::function::math::normal;
use crate::simd::Portable;

/// A function's derivative, in 64 bits: what vectors are tested against.
pub(super) fn derivative(function: Function, x: f32) -> f32 {
    let x = f64::from(x);
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let within = |yes: bool, slope: f64| if yes { slope } else { 0.0 };
    let slope = match function {
        Function::Clamp { low, high } => within(x >= low.into() && x <= high.into(), 1.0),
        Function::Relu { most, slope, threshold, .. } => match x >= threshold.into() {
            true => within(x < most.into(), 1.0),
            false => slope.into(),
        },
        Function::LeakyRelu { slope } => {
            if x > 0.0 {
                1.0
            } else {
                slope.into()
            }
        }
        Function::Elu { alpha, scale } => {
            f64::from(scale) * if x > 0.0 { 1.0 } else { f64::from(alpha) * x.exp() }
        }
        Function::Gelu => {
            let density = (-x * x / 2.0).exp() / (2.0 * PI).sqrt();
            // SAFETY: plain Rust.
            let [cumulative, ..] = unsafe { normal::<Portable>([x as f32; 4]) };
            f64::from(cumulative) + x * density
        }
        Function::GeluTanh => {
            let factor = (2.0 / PI).sqrt();
            let tanh = (factor * (x + 0.044_715 * x * x * x)).tanh();
            let inner = factor * (1.0 + 3.0 * 0.044_715 * x * x);
            0.5 * (1.0 + tanh) + 0.5 * x * (1.0 - tanh * tanh) * inner
        }
        Function::Silu => {
            let gate = sigmoid(x);
            gate * (1.0 + x * (1.0 - gate))
        }
        Function::Sigmoid => sigmoid(x) * (1.0 - sigmoid(x)),
        Function::Tanh => 1.0 - x.tanh() * x.tanh(),
        Function::Softplus => sigmoid(x),
        Function::HardSigmoid => within((-3.0..=3.0).contains(&x), 1.0 / 6.0),
        Function::HardSwish => match x {
            x if x < -3.0 => 0.0,
            x if x > 3.0 => 1.0,
            x => x / 3.0 + 0.5,
        },
        Function::Mish => {
            let gate = x.max(0.0) + (-x.abs()).exp().ln_1p();
            let tanh = gate.tanh();
            tanh + x * (1.0 - tanh * tanh) * sigmoid(x)
        }
        Function::Affine { scale, .. } => scale.into(),
    };
    slope as f32
}
