//! Normalisations.

use super::{Makers, sides};
use crate::import::onnx::step::{Attr, Step};
use crate::import::onnx::steps::Steps;
use crate::import::onnx::tensor::Tensor;

/// PyTorch's group norm: instances of reshaped groups, then a factor and a shift.
pub fn group_norm(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Add" {
        return None;
    }
    let (scaled, beta) = sides(step).into_iter().find_map(|(scaled, beta)| {
        Some((makers.own(scaled, "Mul")?, beta.filter(|_| steps.tensor(beta).is_some())?))
    })?;
    let (back, gamma) = sides(scaled).into_iter().find_map(|(back, gamma)| {
        Some((makers.own(back, "Reshape")?, gamma.filter(|_| steps.tensor(gamma).is_some())?))
    })?;
    let norm = makers.own(back.input(0), "InstanceNormalization")?;
    let all = |value, number: f32| {
        let tensor = steps.tensor(value)?.as_floats()?;
        tensor.iter().all(|&x| x == number).then_some(())
    };
    all(norm.input(1), 1.0)?;
    all(norm.input(2), 0.0)?;
    let apart = makers.own(norm.input(0), "Reshape")?;
    let shape = steps.tensor(apart.input(1))?.as_numbers()?;
    let &[0, groups, -1] = shape.as_slice() else { return None };
    let channels = |value| {
        let tensor: &Tensor = steps.tensor(Some(value))?;
        let [n, 1, 1] = *tensor.dims.as_slice() else { return None };
        Some(n)
    };
    channels(gamma)?;
    channels(beta)?;
    let epsilon = Attr::Float(norm.float("epsilon", 1e-5));
    let instead = Step::instead(step, "GroupNormalization", &[apart.input(0)?, gamma, beta]);
    let name = apart.module().to_owned();
    let instead = Step { name, ..instead };
    Some(instead.with("num_groups", Attr::Int(groups)).with("epsilon", epsilon))
}

/// `(x - mean) / √(mean((x - mean)²) + ε) · γ + β`
pub fn layer_norm(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Add" {
        return None;
    }
    let (scaled, beta) = sides(step).into_iter().find_map(|(scaled, beta)| {
        Some((makers.own(scaled, "Mul")?, beta.filter(|_| steps.tensor(beta).is_some())?))
    })?;
    let (normal, gamma) = sides(scaled).into_iter().find_map(|(normal, gamma)| {
        Some((makers.own(normal, "Div")?, gamma.filter(|_| steps.tensor(gamma).is_some())?))
    })?;
    let centred = makers.maker(normal.input(0), "Sub")?;
    let root = makers.own(normal.input(1), "Sqrt")?;
    let (variance, epsilon) =
        sides(makers.own(root.input(0), "Add")?).into_iter().find_map(|(variance, epsilon)| {
            let epsilon = steps.tensor(epsilon)?.scalar()?;
            Some((makers.own(variance, "ReduceMean")?, epsilon))
        })?;
    let power = makers.own(variance.input(0), "Pow")?;
    let mean = makers.own(centred.input(1), "ReduceMean")?;
    let axes = |step: &Step| match step.ints("axes") {
        Some(axes) => Some(axes.to_vec()),
        None => steps.tensor(step.input(1))?.as_numbers(),
    };
    let kept = [mean, variance].iter().all(|step| step.int("keepdims", 1) != 0);
    let last = kept && axes(mean)? == [-1] && axes(variance)? == [-1];
    let x = mean.input(0)?;
    let square = steps.is(power.input(1), 2.0) && power.input(0) == normal.input(0);
    if !last || !square || centred.input(0) != Some(x) {
        return None;
    }
    let instead = Step::instead(step, "LayerNormalization", &[x, gamma, beta]);
    let name = mean.module().to_owned();
    Some(Step { name, ..instead }.with("epsilon", Attr::Float(epsilon as f32)))
}
