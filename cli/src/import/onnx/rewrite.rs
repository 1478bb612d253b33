//! What exporters write out in several operators, as the one that it is.
//!
//! Each pattern is found from its last operator backwards; what it stands for is left out where
//! nothing else reads it.

use std::collections::HashMap;
use std::rc::Rc;

use super::step::{Attr, Step, Steps};
use super::tensor::Tensor;

/// `MatMul` with a bias.
pub const DENSE: &str = "formwork.Dense";
/// `x · sigmoid(x)`
pub const SILU: &str = "formwork.Silu";

/// Finds what an operator is the last one of.
type Pattern = fn(&Steps, &Makers, &Step) -> Option<Step>;
/// The name of a value, if there is one.
type Name<'a> = Option<&'a Rc<str>>;

/// Brings patterns together until none is left.
pub fn rewrite(mut steps: Steps) -> Steps {
    steps.prune();
    const PATTERNS: [Pattern; 8] =
        [gated, mish, gelu, dense, padded, group_norm, layer_norm, hard_sigmoid];
    loop {
        let makers = Makers::of(&steps);
        let mut found = false;
        let list: Vec<_> = steps
            .list
            .iter()
            .map(|step| match PATTERNS.iter().find_map(|find| find(&steps, &makers, step)) {
                Some(instead) => {
                    found = true;
                    instead
                }
                None => step.clone(),
            })
            .collect();
        steps.list = list;
        steps.prune();
        if !found {
            return steps;
        }
    }
}

/// What makes each value, and how many read it.
struct Makers<'a> {
    makers: HashMap<Rc<str>, &'a Step>,
    readers: HashMap<Rc<str>, Vec<usize>>,
}

impl<'a> Makers<'a> {
    fn of(steps: &'a Steps) -> Self {
        let outputs = steps
            .list
            .iter()
            .flat_map(|step| step.outputs.iter().map(move |output| (output.clone(), step)));
        Makers { makers: outputs.collect(), readers: steps.readers() }
    }

    /// The operator of that kind that makes a value.
    fn maker(&self, value: Name, op: &str) -> Option<&'a Step> {
        self.makers.get(value?).copied().filter(|step| step.op == op)
    }

    /// As [`Makers::maker`], if nothing else reads what it makes.
    fn own(&self, value: Name, op: &str) -> Option<&'a Step> {
        let value = value?;
        let alone = self.readers.get(value).is_some_and(|readers| readers.len() == 1);
        self.maker(Some(value), op).filter(|_| alone)
    }
}

impl Steps {
    fn tensor(&self, value: Name) -> Option<&Tensor> {
        self.constants.get(value?)
    }

    /// Whether a value is this number.
    fn is(&self, value: Name, number: f64) -> bool {
        let scalar = self.tensor(value).and_then(Tensor::scalar);
        scalar.is_some_and(|x| (x - number).abs() <= 1e-4 * number.abs())
    }
}

/// The two inputs of a merge, either way round.
fn sides(step: &Step) -> [(Name<'_>, Name<'_>); 2] {
    let (a, b) = (step.input(0), step.input(1));
    [(a, b), (b, a)]
}

/// `x · sigmoid(x)` and `x · hard_sigmoid(x)`.
fn gated(_: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
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
fn hard_sigmoid(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
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
fn mish(_: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Mul" {
        return None;
    }
    sides(step).into_iter().find_map(|(x, gate)| {
        let softplus = makers.maker(makers.maker(gate, "Tanh")?.input(0), "Softplus")?;
        (softplus.input(0) == x).then_some(Step::instead(step, "Mish", &[x?]))
    })
}

/// `x · ½ · (1 + erf(x / √2))`, its three factors in any order.
fn gelu(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
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

/// A bias that is added to a `MatMul`, or to a `Conv` without one.
fn dense(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    if step.op != "Add" {
        return None;
    }
    sides(step).into_iter().find_map(|(product, bias)| {
        let shape = &steps.tensor(bias)?.dims;
        let wide = shape.iter().filter(|&&n| n != 1).count();
        if let Some(matmul) = makers.own(product, "MatMul") {
            let units = *steps.tensor(matmul.input(1))?.dims.get(1)?;
            if shape.last() != Some(&units) || wide > 1 || (wide == 0 && units != 1) {
                return None;
            }
            let inputs = [matmul.input(0)?, matmul.input(1)?, bias?];
            return Some(Step { name: matmul.name.clone(), ..Step::instead(step, DENSE, &inputs) });
        }
        let conv = makers.own(product, "Conv").filter(|conv| conv.input(2).is_none())?;
        let filters = *steps.tensor(conv.input(1))?.dims.first()?;
        let channels =
            shape.len().checked_sub(3).and_then(|axis| shape.get(axis)) == Some(&filters);
        if !channels || shape.iter().product::<usize>() != filters {
            return None;
        }
        let inputs = [conv.input(0)?, conv.input(1)?, bias?];
        let instead = Step::instead(step, "Conv", &inputs);
        Some(Step { name: conv.name.clone(), attrs: conv.attrs.clone(), ..instead })
    })
}

/// Zeros around a convolution's image.
fn padded(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
    let explicit = matches!(step.text("auto_pad"), None | Some("NOTSET" | "VALID"));
    if step.op != "Conv" || !explicit {
        return None;
    }
    let pad = makers.own(step.input(0), "Pad")?;
    let constant = matches!(pad.text("mode"), None | Some("constant"));
    let zero = match pad.input(2) {
        Some(value) => steps.tensor(Some(value))?.scalar()? == 0.0,
        None => pad.float("value", 0.0) == 0.0,
    };
    if !constant || !zero || pad.input(3).is_some() {
        return None;
    }
    let pads = match pad.ints("pads") {
        Some(pads) => pads.to_vec(),
        None => steps.tensor(pad.input(1))?.as_numbers()?,
    };
    let &[0, 0, top, left, 0, 0, bottom, right] = pads.as_slice() else { return None };
    let around = [top, left, bottom, right];
    let own = match step.text("auto_pad") {
        Some("VALID") => &[0; 4],
        _ => step.ints("pads").unwrap_or(&[0; 4]),
    };
    if own.len() != 4 || around.iter().any(|&n| n < 0) {
        return None;
    }
    let sum = own.iter().zip(around).map(|(a, b)| a.saturating_add(b)).collect();
    let mut inputs = step.inputs.clone();
    inputs[0] = pad.input(0)?.clone();
    let mut padded = Step { inputs, ..step.clone() }.with("pads", Attr::Ints(sum));
    padded.attrs.remove("auto_pad");
    Some(padded)
}

/// PyTorch's group norm: instances of reshaped groups, then a factor and a shift.
fn group_norm(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
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
    let name = apart.name.clone();
    let instead = Step { name, ..instead };
    Some(instead.with("num_groups", Attr::Int(groups)).with("epsilon", epsilon))
}

/// `(x - mean) / √(mean((x - mean)²) + ε) · γ + β`
fn layer_norm(steps: &Steps, makers: &Makers, step: &Step) -> Option<Step> {
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
    let last = axes(mean)? == [-1] && axes(variance)? == [-1];
    let x = mean.input(0)?;
    let square = steps.is(power.input(1), 2.0) && power.input(0) == normal.input(0);
    if !last || !square || centred.input(0) != Some(x) {
        return None;
    }
    let instead = Step::instead(step, "LayerNormalization", &[x, gamma, beta]);
    let name = mean.name.clone();
    Some(Step { name, ..instead }.with("epsilon", Attr::Float(epsilon as f32)))
}
