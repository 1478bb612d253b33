//! What exporters write out in several operators, as the one that it is.
//!
//! Each pattern is found from its last operator backwards; what it stands for is left out where
//! nothing else reads it.

mod activation;
mod linear;
mod norm;

use std::collections::HashMap;
use std::rc::Rc;

use super::step::Step;
use super::steps::Steps;
use super::tensor::Tensor;
use activation::{gated, gelu, hard_sigmoid, mish};
use linear::{dense, padded};
use norm::{group_norm, layer_norm};

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
