//! Layers that compute each value from the value in its place.

use std::f32::consts::{PI, SQRT_2};

use dfdx::prelude::{ChooseFrom, NoneTape, Tape, TryAdd, TryGe, TryMul, TrySub};
use formwork_ir::layers::{
    Clip, Elu, Gelu, HardSigmoid, HardSwish, LeakyRelu, Mish, Relu, Relu6, Rescaling, Selu,
    Sigmoid, Silu, Softplus, Tanh,
};

use super::accepts::same_shape;
use super::{Kernel, one};
use crate::{Backend, Context, Error, Var, Vector};

/// `Layer: |layer, x| values;` implements [`Kernel`] by what becomes of all values.
macro_rules! elementwise {
    ($($Layer:ident: |$layer:pat_param, $x:ident| $values:expr;)*) => {
        same_shape!($($Layer),*);
        $(
            impl Kernel for $Layer {
                fn forward<D: Backend, T: Tape<f32, D>>(
                    &self,
                    _: &mut Context<D>,
                    inputs: Vec<Var<D, T>>,
                    _: &[Var<D>],
                ) -> Result<Var<D, T>, Error> {
                    let $layer = self;
                    one(inputs)?.map(|$x| $values)
                }
            }
        )*
    };
}

elementwise! {
    Relu: |layer, x| relu(layer, x);
    Relu6: |_, x| x.try_clamp(0.0, 6.0);
    LeakyRelu: |layer, x| {
        let below = negative(&x)?.try_mul(layer.negative_slope as f32)?;
        x.try_relu()?.try_add(below)
    };
    Elu: |layer, x| elu(x, layer.alpha);
    Selu: |_, x| elu(x, 1.673_263_242_354_377_2)?.try_mul(1.050_701_f32);
    Gelu: |layer, x| if layer.approximate { x.try_fast_gelu() } else { gelu(x) };
    Silu: |_, x| {
        let sigmoid = x.retaped::<T>().try_sigmoid()?;
        x.try_mul(sigmoid)
    };
    Sigmoid: |_, x| x.try_sigmoid();
    Tanh: |_, x| x.try_tanh();
    Softplus: |_, x| softplus(x);
    HardSigmoid: |_, x| hard_sigmoid(x);
    HardSwish: |_, x| {
        let gate = hard_sigmoid(x.retaped::<T>())?;
        x.try_mul(gate)
    };
    Mish: |_, x| {
        let gate = softplus(x.retaped::<T>())?.try_tanh()?;
        x.try_mul(gate)
    };
    Clip: |layer, x| x.try_clamp(layer.min, layer.max);
    Rescaling: |layer, x| x.try_mul(layer.scale as f32)?.try_add(layer.offset as f32);
}

fn relu<D: Backend, T: Tape<f32, D>>(
    layer: &Relu,
    x: Vector<D, T>,
) -> Result<Vector<D, T>, D::Err> {
    if *layer == Relu::new() {
        return x.try_relu();
    }
    let at_least = |least: f64| x.retaped::<NoneTape>().try_ge(least as f32);
    let (passes, threshold) = (at_least(layer.threshold)?, layer.threshold as f32);
    let cut = layer.max_value.map(|most| Ok((at_least(most)?, most as f32))).transpose()?;
    let below = x.retaped::<T>().try_sub(threshold)?.try_mul(layer.negative_slope as f32)?;
    let flat = x.retaped::<T>();
    let y = passes.try_choose(x, below)?;
    match cut {
        Some((is_cut, most)) => is_cut.try_choose(flat.try_mul(0.0)?.try_add(most)?, y),
        None => Ok(y),
    }
}

/// `min(x, 0)`, of the same tensor for a second use.
pub(super) fn negative<D: Backend, T: Tape<f32, D>>(
    x: &Vector<D, T>,
) -> Result<Vector<D, T>, D::Err> {
    x.retaped::<T>().try_clamp(f32::MIN, 0.0)
}

fn elu<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>, alpha: f64) -> Result<Vector<D, T>, D::Err> {
    let below = negative(&x)?.try_exp()?.try_sub(1.0)?.try_mul(alpha as f32)?;
    x.try_relu()?.try_add(below)
}

/// `x · Φ(x)`. dfdx 0.13 computes the value well, but its derivative is `Φ + √2 · x · φ` where
/// it is `Φ + x · φ`; since `φ' = -x · φ`, `(√2 - 1) · φ` less its own value mends that.
fn gelu<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err> {
    let y = x.retaped::<T>().try_accurate_gelu()?;
    if !T::OWNS_TAPE {
        return Ok(y);
    }
    let factor = (SQRT_2 - 1.0) / (2.0 * PI).sqrt();
    let density = x.try_square()?.try_mul(-0.5)?.try_exp()?.try_mul(factor)?;
    let value: Vector<D> = density.retaped();
    y.try_add(density.try_sub(value.try_mul(1.0)?)?)
}

/// `ln(1 + eˣ)`; far above 0, where that overflows, `x` itself.
fn softplus<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err> {
    const FAR: f32 = 20.0;
    let near = x.retaped::<T>().try_clamp(f32::MIN, FAR)?.try_exp()?.try_add(1.0)?.try_ln()?;
    near.try_add(x.try_sub(FAR)?.try_relu()?)
}

fn hard_sigmoid<D: Backend, T: Tape<f32, D>>(x: Vector<D, T>) -> Result<Vector<D, T>, D::Err> {
    x.try_mul(1.0 / 6.0)?.try_add(0.5)?.try_clamp(0.0, 1.0)
}
