//! What differs between the calls of a block: its parameters, and what follows from its input.

mod column;
mod condition;
mod derive;
mod solver;

use std::collections::HashMap;

pub use condition::Condition;
use formwork_ir::{Graph, Value};
use solver::Solver;

use super::find::Found;
use super::layer;
use super::piece::{self, Kind, Piece};
use super::program::Term;

/// A block's head, and its calls in terms of it.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    pub params: Vec<Param>,
    /// For each part, its arguments: a layer's, or one a parameter of the block that it calls.
    pub terms: Vec<Vec<Term>>,
    /// For each option, when it is there.
    pub conditions: Vec<Condition>,
    /// How many dimensions the first input has.
    pub rank: usize,
}

/// What an argument counts; what counts the same may follow from each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    Channels,
    /// The height and width of an image.
    Size,
    /// Windows, steps, rates: what equals a size or a number of channels does so by accident.
    Other,
}

/// A parameter of a block.
#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub measure: Measure,
    pub kind: &'static str,
    pub default: Option<Value>,
}

/// The heads of all blocks, and the arguments of each call, by block and by the node that the call
/// makes.
pub struct Signatures {
    pub all: Vec<Signature>,
    pub args: HashMap<(usize, usize), Vec<Value>>,
}

impl Signatures {
    /// Decides what the parameters of all blocks are.
    pub fn new(graph: &Graph, found: &Found) -> Self {
        let mut signatures = Signatures { all: Vec::new(), args: HashMap::new() };
        for (index, block) in found.blocks.iter().enumerate() {
            let calls = piece::calls(&found.pieces, index);
            // Blocks call earlier ones only.
            let signature =
                Solver::new(graph, &found.blocks, block, &calls, &mut signatures).run(index);
            signatures.all.push(signature);
        }
        signatures
    }

    /// The arguments of a piece.
    pub fn of(&self, piece: &Piece) -> Vec<Value> {
        match piece.kind {
            Kind::Block(block) => self.args.get(&(block, piece.value)).cloned().unwrap_or_default(),
            _ => piece.args.clone(),
        }
    }

    /// What the argument of a piece is called, what it counts, and what it is where it is left out.
    fn arg(&self, kind: &Kind, slot: usize) -> (String, Measure, Option<Value>) {
        match kind {
            Kind::Block(block) => {
                let Param { name, measure, default, .. } = self.all[*block].params[slot].clone();
                (name, measure, default)
            }
            Kind::Layer(spec) => {
                let name = spec.args[slot].name;
                let measure = match (spec.name, name) {
                    (_, "filters" | "units" | "groups") => Measure::Channels,
                    ("resize2d", "size") => Measure::Size,
                    _ => Measure::Other,
                };
                (name.to_owned(), measure, layer::default(spec, slot))
            }
            Kind::Fixed => (String::new(), Measure::Other, None),
        }
    }
}
