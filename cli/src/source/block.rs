//! Blocks: what several parts of a network have in common, and what only some of them have.

use formwork_ir::Group;

use super::piece::{Kind, Piece};
use super::program::What;

/// A tensor inside a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ref {
    /// An input.
    Input(usize),
    /// What a part makes.
    Part(usize),
    /// What an option makes, where it is there; what it keeps, where it is not.
    Choice(usize),
}

/// A step of a block.
#[derive(Clone, Debug)]
pub struct Part {
    /// [`Piece::key`] of what stands there.
    pub key: String,
    pub kind: Kind,
    pub inputs: Vec<Ref>,
    /// The option that it belongs to; the parts of one are next to each other.
    pub choice: Option<usize>,
}

/// A block without names: its calls are pieces, with a piece for each part.
#[derive(Clone, Debug)]
pub struct Block {
    pub inputs: usize,
    pub parts: Vec<Part>,
    /// For each option, the tensor that is kept where it is left out.
    pub choices: Vec<Ref>,
    pub output: Ref,
}

impl Block {
    /// The block that some pieces would be, and its inputs, if nothing but the value of the last
    /// is read by others. `inside(value)` says whether the others are all among them.
    pub fn of(pieces: &[Piece], inside: impl Fn(usize) -> bool) -> Option<(Block, Vec<usize>)> {
        let (last, before) = pieces.split_last()?;
        let closed = before.iter().all(|piece| inside(piece.value));
        if !closed || pieces.iter().any(Piece::is_fixed) {
            return None;
        }
        let mut inputs = Vec::new();
        let mut parts = Vec::new();
        for piece in pieces {
            let refer = |&value: &usize| {
                let own = pieces.iter().position(|piece| piece.value == value);
                own.map(Ref::Part).unwrap_or_else(|| {
                    let known = inputs.iter().position(|&input| input == value);
                    Ref::Input(known.unwrap_or_else(|| {
                        inputs.push(value);
                        inputs.len() - 1
                    }))
                })
            };
            let refs = piece.inputs.iter().map(refer).collect();
            let (key, kind) = (piece.key(), piece.kind.clone());
            parts.push(Part { key, kind, inputs: refs, choice: None });
        }
        debug_assert!(pieces.iter().any(|piece| piece.value == last.value));
        let output = Ref::Part(parts.len() - 1);
        Some((Block { inputs: inputs.len(), parts, choices: Vec::new(), output }, inputs))
    }

    /// Equal for equal blocks.
    pub fn key(&self) -> String {
        let parts = self.parts.iter().map(|part| format!("{} {:?};", part.key, part.inputs));
        parts.collect()
    }

    /// Whether each part reads the one before it, and nothing else.
    pub fn is_chain(&self) -> bool {
        let before = |i: usize| if i == 0 { Ref::Input(0) } else { Ref::Part(i - 1) };
        self.choices.is_empty()
            && self.parts.iter().enumerate().all(|(i, part)| part.inputs == [before(i)])
    }

    /// Whether it begins with an activation, which belongs to what is before it.
    pub fn starts_late(&self) -> bool {
        let first = self.parts.first().map(|part| &part.kind);
        matches!(first, Some(Kind::Layer(spec)) if spec.group == Group::Activation)
    }

    /// The parts of an option.
    pub fn option(&self, choice: usize) -> Vec<usize> {
        (0..self.parts.len()).filter(|&i| self.parts[i].choice == Some(choice)).collect()
    }
}

impl Kind {
    /// Whether there is such a layer in it, or in what it calls. `block` has the blocks.
    pub fn contains<'a>(&self, name: &str, block: &impl Fn(usize) -> &'a Block) -> bool {
        match self {
            Kind::Layer(spec) => spec.name == name,
            Kind::Block(index) => {
                block(*index).parts.iter().any(|part| part.kind.contains(name, block))
            }
            Kind::Fixed => false,
        }
    }
}

impl Part {
    /// What it calls.
    pub fn what(&self) -> What {
        match self.kind {
            Kind::Layer(spec) => What::Layer(spec),
            Kind::Block(block) => What::Block(block),
            Kind::Fixed => What::Held(String::new()),
        }
    }
}
