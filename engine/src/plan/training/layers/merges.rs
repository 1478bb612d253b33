//! Merges value by value, of tensors that broadcast: what each says of an input is summed along the
//! axes along which that is repeated.

use formwork_ir::layers::{Add, Average, Maximum, Minimum, Multiply, Subtract};

use super::super::super::layout::Spot;
use super::super::builder::{Builder, Unit};
use super::Learn;
use crate::kernels::Function;
use crate::kernels::function::Map;
use crate::kernels::merge::Operator;

/// `Layer: |i, n| factor`: sums of their inputs, each times a factor.
macro_rules! sums {
    ($($Layer:ident: |$i:ident, $n:ident| $factor:expr;)*) => {$(
        impl Learn for $Layer {
            fn backward(&self, at: &mut Builder, unit: &Unit, _: &[Spot], dy: Spot) {
                let inputs = &unit.layer.inputs;
                let $n = inputs.len();
                for ($i, &input) in inputs.iter().enumerate() {
                    if at.wants(input) {
                        let (from, to) = (at.sizes(unit.layer.output), at.sizes(input));
                        let sum = at.summed((dy, from), to);
                        let dx = times(at, $factor, sum, to);
                        at.give(input, dx);
                    }
                }
            }
        }
    )*};
}

sums! {
    Add: |_i, _n| 1.0;
    Subtract: |i, _n| if i == 0 { 1.0 } else { -1.0 };
    Average: |_i, n| 1.0 / n as f32;
}

fn times(at: &mut Builder, scale: f32, x: Spot, sizes: &[usize]) -> Spot {
    if scale == 1.0 {
        return x;
    }
    let to = at.fresh(sizes);
    let kernel = Map::new(at.choice.isa, Function::Affine { scale, offset: 0.0 }, sizes);
    at.step(Box::new(kernel), vec![x], to, sizes, 0);
    to
}

/// Merges that are made of two inputs at a time: what the first are merged to is kept.
macro_rules! folds {
    ($($Layer:ident)*) => {$(
        impl Learn for $Layer {
            fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
                fold(at, unit, Operator::$Layer)
            }

            fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot) {
                unfold(at, unit, Operator::$Layer, saved, dy);
            }
        }
    )*};
}

folds!(Multiply Maximum Minimum);

/// The sizes of what the first inputs are merged to: of one, of two, and so on.
fn partial_sizes(at: &Builder, unit: &Unit) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    for &input in &unit.layer.inputs {
        let mut sizes = at.sizes(input).to_vec();
        if let Some(before) = all.last() {
            sizes.iter_mut().zip(before).for_each(|(n, before)| *n = (*n).max(*before));
        }
        all.push(sizes);
    }
    all
}

/// The left side of each merge.
fn fold(at: &mut Builder, unit: &Unit, operator: Operator) -> Vec<Spot> {
    let (inputs, partial) = (&unit.layer.inputs, partial_sizes(at, unit));
    let mut lefts = vec![at.spot(inputs[0])];
    for i in 1..inputs.len() {
        let last = i + 1 == inputs.len();
        let to = if last { at.spot(unit.layer.output) } else { at.fresh(&partial[i]) };
        let right = (at.spot(inputs[i]), at.sizes(inputs[i]));
        at.merge_of(operator, [(lefts[i - 1], &partial[i - 1]), right], to, &partial[i]);
        lefts.push(to);
    }
    lefts.pop();
    lefts
}

fn unfold(at: &mut Builder, unit: &Unit, operator: Operator, lefts: &[Spot], mut dy: Spot) {
    let (inputs, partial) = (&unit.layer.inputs, partial_sizes(at, unit));
    for i in (1..inputs.len()).rev() {
        let left = (lefts[i - 1], &*partial[i - 1]);
        let right = (at.spot(inputs[i]), at.sizes(inputs[i]));
        let (sizes, pair) = (&*partial[i], [left, right]);
        let left_wanted = inputs[..i].iter().any(|&input| at.wants(input));
        if at.wants(inputs[i]) {
            let (slope, of) = slope(at, operator, pair, sizes, 1);
            let dx = at.products((dy, sizes), (slope, &of), right.1);
            at.give(inputs[i], dx);
        }
        if !left_wanted {
            return;
        }
        let (slope, of) = slope(at, operator, pair, sizes, 0);
        dy = at.products((dy, sizes), (slope, &of), left.1);
    }
    at.give(inputs[0], dy);
}

/// What a merge of two says of one of them, and its sizes: those of the merge, or they broadcast.
fn slope(
    at: &mut Builder,
    operator: Operator,
    [left, right]: [(Spot, &[usize]); 2],
    sizes: &[usize],
    side: usize,
) -> (Spot, Vec<usize>) {
    // Of equal values the left counts.
    let (operator, pair) = match (operator, side) {
        (Operator::Maximum, 0) => (Operator::AtLeast, [left, right]),
        (Operator::Maximum, _) => (Operator::Less, [left, right]),
        (Operator::Minimum, 0) => (Operator::AtLeast, [right, left]),
        (Operator::Minimum, _) => (Operator::Less, [right, left]),
        (_, 0) => return (right.0, right.1.to_vec()),
        (_, _) => return (left.0, left.1.to_vec()),
    };
    let to = at.fresh(sizes);
    at.merge_of(operator, pair, to, sizes);
    (to, sizes.to_vec())
}
