//! Activations.

use std::rc::Rc;

use super::{Makers, SILU, sides};
use crate::import::onnx::step::{Attr, Step};
use crate::import::onnx::steps::Steps;
use crate::import::onnx::tensor::Tensor;

/// `x · sigmoid(x)` and `x · hard_sigmoid(x)`.
pub fn gated(_: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Mul" {
        return None;
    }
    sides(step).into_iter().find_map(|(x, gate)| {
        if let Some(gate) = makers.maker(gate, "Sigmoid")
            && gate.input(0) == x
        {
            return Some(Step::instead(step, SILU, &[x?]));
        }
        let gate = makers.maker(gate, "HardSigmoid").filter(|gate| gate.input(0) == x)?;
        let near = |name, default, wanted: f32| (gate.float(name, default) - wanted).abs() < 1e-4;
        let swish = near("alpha", 0.2, 1.0 / 6.0) && near("beta", 0.5, 0.5);
        swish.then_some(Step::instead(step, "HardSwish", &[x?]))
    })
}

/// `clip(x + 3, 0, 6) / 6`
pub fn hard_sigmoid(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    let clip = match step.op.as_str() {
        "Div" if steps.is(step.input(1), 6.0) => makers.own(step.input(0), "Clip")?,
        "Mul" => sides(step).into_iter().find_map(|(clip, factor)| {
            makers.own(clip, "Clip").filter(|_| steps.is(factor, 1.0 / 6.0))
        })?,
        _ => return None,
    };
    let end = |i: usize, name: &str, number: f64| match clip.attrs.get(name) {
        Some(Attr::Float(x)) => f64::from(*x) == number,
        _ => steps.tensor(clip.input(i)).and_then(Tensor::scalar) == Some(number),
    };
    if !end(1, "min", 0.0) || !end(2, "max", 6.0) {
        return None;
    }
    let add = makers.own(clip.input(0), "Add")?;
    let x = sides(add).into_iter().find_map(|(x, three)| x.filter(|_| steps.is(three, 3.0)))?;
    let instead = Step::instead(step, "HardSigmoid", &[x]);
    Some(instead.with("alpha", Attr::Float(1.0 / 6.0)).with("beta", Attr::Float(0.5)))
}

/// `x · tanh(softplus(x))`
pub fn mish(_: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Mul" {
        return None;
    }
    sides(step).into_iter().find_map(|(x, gate)| {
        let softplus = makers.maker(makers.maker(gate, "Tanh")?.input(0), "Softplus")?;
        (softplus.input(0) == x).then_some(Step::instead(step, "Mish", &[x?]))
    })
}

/// `x · ½ · (1 + erf(x / √2))`, its three factors in any order.
pub fn gelu(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Mul" {
        return None;
    }
    let mut factors: Vec<&Rc<str>> = step.inputs.iter().collect();
    // One of the two is a product itself.
    let product = (0..2).find_map(|i| Some((i, makers.own(factors.get(i).copied(), "Mul")?)))?;
    factors.remove(product.0);
    factors.extend(&product.1.inputs);
    let half = factors.iter().position(|factor| steps.is(Some(factor), 0.5))?;
    factors.remove(half);
    let [a, b] = factors.as_slice() else { return None };
    [(*a, *b), (*b, *a)].into_iter().find_map(|(x, one_and)| {
        let add = makers.own(Some(one_and), "Add")?;
        let erf = sides(add)
            .into_iter()
            .find_map(|(erf, one)| makers.own(erf, "Erf").filter(|_| steps.is(one, 1.0)))?;
        let inner = erf.input(0);
        let root = std::f64::consts::SQRT_2;
        let over = makers.own(inner, "Div").filter(|div| steps.is(div.input(1), root));
        let times = || {
            let mul = makers.own(inner, "Mul")?;
            let scaled = steps.is(mul.input(1), 1.0 / root) || steps.is(mul.input(0), 1.0 / root);
            scaled.then_some(mul)
        };
        let scaled = over.or_else(times)?;
        scaled.inputs.contains(x).then_some(Step::instead(step, "Gelu", &[x]))
    })
}
