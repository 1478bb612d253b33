//! Between which numbers the values of tensors lie, and which of them add up to 1.
//!
//! Each layer's file says what it makes of its inputs' bounds, at inference and in training alike;
//! from them follows the [`Head`] of each output.

mod head;

pub use head::{Head, heads};

use crate::{Call, Dim, Graph, Operand, Scheme, Shape, Source};

/// What is known of the values of a tensor.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bounds {
    least: f64,
    most: f64,
    total: Total,
}

/// What the values along one axis add up to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Total {
    /// Nobody knows.
    Unknown,
    /// They add up to 1 along that axis.
    One(usize),
    /// Their exponentials add up to 1 along that axis.
    Log(usize),
}

impl Bounds {
    /// Any numbers.
    pub const ANY: Self =
        Bounds { least: f64::NEG_INFINITY, most: f64::INFINITY, total: Total::Unknown };

    /// Numbers from `least` to `most`. What no f32 reaches is no bound.
    pub fn between(least: f64, most: f64) -> Self {
        let largest = f64::from(f32::MAX);
        if least.is_nan() || most.is_nan() {
            return Bounds::ANY;
        }
        let least = if least < -largest { f64::NEG_INFINITY } else { least.min(largest) };
        let most = if most > largest { f64::INFINITY } else { most.max(-largest) };
        Bounds { least, most, total: Total::Unknown }
    }

    /// Numbers from 0 to 1 that add up to 1 along an axis.
    pub fn probabilities(axis: usize) -> Self {
        Bounds { total: Total::One(axis), ..Bounds::between(0.0, 1.0) }
    }

    /// Logarithms of such numbers.
    pub fn log_probabilities(axis: usize) -> Self {
        Bounds { total: Total::Log(axis), ..Bounds::between(f64::NEG_INFINITY, 0.0) }
    }

    /// The smallest number, or −∞.
    pub fn least(self) -> f64 {
        self.least
    }

    /// The largest number, or ∞.
    pub fn most(self) -> f64 {
        self.most
    }

    /// What the values add up to.
    pub fn total(self) -> Total {
        self.total
    }

    /// Whether a number lies within.
    pub fn has(self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }

    /// Whether all numbers lie within others.
    pub fn within(self, other: Bounds) -> bool {
        other.least <= self.least && self.most <= other.most
    }

    /// The same numbers, of which it is not known any more what they add up to.
    pub(crate) fn scattered(self) -> Self {
        Bounds { total: Total::Unknown, ..self }
    }

    /// The same numbers in another order: `to` says where an axis goes to, if values along it stay
    /// together.
    pub(crate) fn moved(self, to: impl FnOnce(usize) -> Option<usize>) -> Self {
        let total = match self.total {
            Total::Unknown => Total::Unknown,
            Total::One(axis) => to(axis).map_or(Total::Unknown, Total::One),
            Total::Log(axis) => to(axis).map_or(Total::Unknown, Total::Log),
        };
        Bounds { total, ..self }
    }

    /// Weighted means of numbers in one place along all axes but some: `to` as in
    /// [`Bounds::moved`].
    pub(crate) fn averaged(self, to: impl FnOnce(usize) -> Option<usize>) -> Self {
        match self.total {
            Total::One(_) => self.moved(to),
            _ => self.scattered(),
        }
    }

    /// The numbers of both.
    pub(crate) fn or(self, other: Bounds) -> Self {
        let total = if self.total == other.total { self.total } else { Total::Unknown };
        let (least, most) = (self.least.min(other.least), self.most.max(other.most));
        Bounds { least, most, total }
    }

    /// The numbers, and 0.
    pub(crate) fn or_zero(self) -> Self {
        self.or(Bounds::between(0.0, 0.0))
    }

    /// What a function makes of them that rises or falls, and changes between the two, or jumps,
    /// at `turns` only.
    pub(crate) fn map(self, f: impl Fn(f64) -> f64, turns: &[f64]) -> Self {
        let (least, most) = (self.least.max(-f64::MAX), self.most.min(f64::MAX));
        let inside = turns.iter().filter(|&&turn| least < turn && turn <= most);
        let points = inside.flat_map(|&turn| [turn.next_down(), turn]).chain([least, most]);
        let images = points.map(|x| Bounds::between(f(x), f(x)));
        images.reduce(Bounds::or).unwrap_or(Bounds::ANY)
    }

    /// Of `x · gate`, a gate from 0 to 1 that opens with `x`; `least` is the smallest there is.
    pub(crate) fn gated(self, least: f64) -> Self {
        let least = if self.least < 0.0 { least } else { 0.0 };
        Bounds::between(least, self.most.max(0.0))
    }

    /// Sums of a number of each.
    pub(crate) fn plus(self, other: Bounds) -> Self {
        Bounds::between(self.least + other.least, self.most + other.most)
    }

    /// The numbers times −1.
    pub(crate) fn negated(self) -> Self {
        Bounds::between(-self.most, -self.least)
    }

    /// Products of a number of each.
    pub(crate) fn times(self, other: Bounds) -> Self {
        // Infinite are the bounds, not the numbers: 0 times any is 0.
        let product = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let [a, b] = [self, other].map(|bounds| [bounds.least, bounds.most]);
        let products = a.into_iter().flat_map(|a| b.map(|b| product(a, b)));
        let products = products.map(|x| Bounds::between(x, x));
        products.reduce(Bounds::or).unwrap_or(Bounds::ANY)
    }

    /// Sums of `n` of them; of one or more where that is `None`.
    pub(crate) fn summed(self, n: Option<usize>) -> Self {
        let n =
            n.map_or(Bounds::between(1.0, f64::INFINITY), |n| Bounds::between(n as f64, n as f64));
        self.times(n)
    }

    /// The larger of a number of each.
    pub(crate) fn larger(self, other: Bounds) -> Self {
        Bounds::between(self.least.max(other.least), self.most.max(other.most))
    }

    /// Some of them dropped to 0, the rest scaled up: what dropout does in training.
    pub(crate) fn dropped(self, rate: f64) -> Self {
        self.or(self.map(|x| x / (1.0 - rate), &[])).or_zero().scattered()
    }
}

/// Where an axis goes to when the values of `from` are read as `to`, row by row.
pub(crate) fn reread(call: &Call, to: &Shape, axis: usize) -> Option<usize> {
    let from = call.shape();
    let after = |shape: &Shape, axis: usize| {
        shape.dims()[axis + 1..].iter().fold(Dim::Known(1), |product, dim| product * dim)
    };
    let (size, rest) = (&from[axis], after(from, axis));
    (1..to.rank()).find(|&i| call.same(&to[i], size) && call.same(&after(to, i), &rest))
}

/// The bounds of every node, in the order of the nodes. Nothing is known of what another model
/// makes.
pub fn bounds(graph: &Graph) -> Vec<Bounds> {
    let mut known: Vec<Bounds> = Vec::new();
    for (_, node) in graph.nodes() {
        let bounds = match &node.source {
            Source::Input => node.scheme.map_or(Bounds::ANY, Scheme::bounds),
            Source::Model(_) => Bounds::ANY,
            Source::Layer(op) => {
                let inputs: Vec<_> = node.inputs.iter().map(|id| known[id.index()]).collect();
                let shapes = node.inputs.iter().map(|&id| &graph.node(id).shape);
                let operands: Vec<_> =
                    shapes.map(|shape| Operand { name: "the input", shape }).collect();
                op.bounds(&Call::new(op.spec().name, &operands, graph.domain()), &inputs)
            }
        };
        known.push(bounds);
    }
    known
}
