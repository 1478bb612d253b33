//! Functions of each value, and slopes that are learned.

use formwork_ir::layers;

use super::super::super::layout::Spot;
use super::super::super::net::Value;
use super::super::builder::{Builder, Unit};
use super::Learn;
use crate::kernels::function::Map;
use crate::kernels::learn::FunctionGradient;
use crate::kernels::merge::Operator;
use crate::kernels::{Finish, Function, Kernel};

macro_rules! functions {
    ($($Layer:ident)*) => {$(
        impl Learn for layers::$Layer {
            fn cheap(&self) -> bool {
                true
            }

            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                let input = unit.layer.inputs[0];
                let kernel = gradient(at, self.into(), at.rows(input));
                at.give_made(input, kernel, vec![dy, at.spot(input)]);
            }
        }
    )*};
}

functions! {
    Relu Relu6 LeakyRelu Elu Selu Gelu Silu Sigmoid Tanh Softplus HardSigmoid HardSwish Mish Clip
    Rescaling
}

fn gradient(at: &Builder, function: Function, [rows, channels]: [usize; 2]) -> Box<dyn Kernel> {
    Box::new(FunctionGradient { isa: at.choice.isa, function, rows, channels })
}

/// The gradient of what a layer made before it was cut.
pub(in super::super) fn uncut(at: &mut Builder, unit: &Unit, dy: Spot) -> Spot {
    let output = unit.layer.output;
    match unit.range == Finish::RANGE || at.uncut[output].is_some() {
        true => dy,
        false => before_cut(at, output, dy, unit.range),
    }
}

/// The gradient of a tensor before it was cut.
fn before_cut(at: &mut Builder, value: Value, dy: Spot, (low, high): (f32, f32)) -> Spot {
    let kernel = gradient(at, Function::Clamp { low, high }, at.rows(value));
    let sizes = at.sizes(value);
    let spot = at.fresh(sizes);
    at.step(kernel, vec![dy, at.spot(value)], spot, sizes, 0);
    spot
}

/// The gradient of the largest of what may be cut, which is the cut of the largest: it goes to before
/// the cut here, where there are fewer values.
pub(super) fn uncut_largest(at: &mut Builder, [input, output]: [Value; 2], dy: Spot) -> Spot {
    if !at.cut[input] {
        return dy;
    }
    let spot = before_cut(at, output, dy, (0.0, f32::INFINITY));
    at.uncut[input] = Some((spot, output));
    spot
}

/// The slopes with 1 for the batch: what they broadcast from.
fn slopes(at: &mut Builder, unit: &Unit) -> (Spot, Vec<usize>) {
    let slopes = at.param(&unit.layer, 0);
    (slopes, [&[1], &unit.layer.params[0].sizes[..]].concat())
}

impl Learn for layers::Prelu {
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        let (input, output) = (unit.layer.inputs[0], unit.layer.output);
        let (slopes, of) = slopes(at, unit);
        let x = (at.spot(input), at.sizes(input));
        at.merge_of(Operator::Prelu, [x, (slopes, &of)], at.spot(output), at.sizes(output));
        Vec::new()
    }

    fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
        let input = unit.layer.inputs[0];
        let (sizes, x) = (at.sizes(input), at.spot(input));
        let (slopes, of) = slopes(at, unit);
        if let Some(to) = at.param_gradient(&unit.layer, 0) {
            let below = at.fresh(sizes);
            let negative = Function::Clamp { low: f32::NEG_INFINITY, high: 0.0 };
            let kernel = Map::new(at.choice.isa, negative, sizes);
            at.step(Box::new(kernel), vec![x], below, sizes, 0);
            let sums = at.products((dy, sizes), (below, sizes), &of);
            at.merge(Operator::Add, [to, sums], to, &of);
        }
        if at.wants(input) {
            let slope = at.fresh(sizes);
            at.merge_of(Operator::PreluSlope, [(x, sizes), (slopes, &of)], slope, sizes);
            let dx = at.products((dy, sizes), (slope, sizes), sizes);
            at.give(input, dx);
        }
    }
}
