//! How calls are written: names of blocks, arguments that have their defaults, and blocks that are
//! not worth a name.

use formwork_ir::{Group, Spec, Value};

use super::block::{Block, Part};
use super::layer;
use super::layout::Link;
use super::params::Signature;
use super::piece::Kind;
use super::program::{Call, Term, What};

/// The blocks, as they are called.
#[derive(Default)]
pub struct Heads {
    pub blocks: Vec<Head>,
}

/// A block's name, and what it is.
pub struct Head {
    pub name: String,
    pub block: Block,
    pub signature: Signature,
    /// The names that its layers have in all calls.
    pub own: Vec<Option<String>>,
    /// Whether its layers stand in the place of its calls.
    pub inline: bool,
}

impl Heads {
    /// The calls that stand for one call on a tensor; `others` are the further tensors.
    pub fn links(&self, call: &Call, others: &[String]) -> Vec<Link> {
        if let What::Block(index) = call.what
            && self.blocks[index].inline
        {
            return self.parts(index, &call.args).iter().flat_map(|c| self.links(c, &[])).collect();
        }
        let (name, follows) = match &call.what {
            What::Layer(spec) => (spec.name.to_owned(), follows(spec)),
            What::Block(index) => {
                let Head { name, block, .. } = &self.blocks[*index];
                let follow = |part: &Part| matches!(part.kind, Kind::Layer(spec) if follows(spec));
                (name.clone(), block.parts.iter().all(follow))
            }
            What::Held(name) => (name.clone(), false),
            What::Model(model) => (format!("apply::<{model}>"), false),
        };
        let args = others.iter().cloned().chain(self.args(call)).collect();
        vec![Link { name, args, follows }]
    }

    /// The calls in a block that is a chain, in terms of the arguments of a call of it.
    fn parts(&self, index: usize, args: &[Term]) -> Vec<Call> {
        let Head { block, signature, .. } = &self.blocks[index];
        let given = |name: &str| {
            let at = signature.params.iter().position(|param| param.name == name)?;
            args.get(at).cloned()
        };
        let call = |(part, terms): (&Part, &Vec<Term>)| {
            let args = terms.iter().map(|term| term.replace(&given)).collect();
            Call { args, inputs: vec![0], ..Call::new(part.what(), 0) }
        };
        block.parts.iter().zip(&signature.terms).map(call).collect()
    }

    /// The arguments that are written.
    pub fn args(&self, call: &Call) -> Vec<String> {
        let own = call.name.iter().map(|name| format!("name = {}", Value::Str(name.clone())));
        match &call.what {
            What::Layer(spec) => layer_args(spec, &call.args).into_iter().chain(own).collect(),
            What::Block(index) => {
                let mut skipped = false;
                let mut written = Vec::new();
                for (param, term) in self.blocks[*index].signature.params.iter().zip(&call.args) {
                    let is_default = matches!((&param.default, term),
                        (Some(default), Term::Value(value)) if default == value);
                    // A number that may be left out is named, unless all know what stands there.
                    let clear = param.default.is_none()
                        || matches!(term, Term::Name(_))
                        || param.name == "kernel";
                    match (is_default, skipped || !clear) {
                        (true, _) => skipped = true,
                        (false, false) => written.push(term.text()),
                        (false, true) => {
                            skipped = true;
                            written.push(format!("{} = {}", param.name, term.text()));
                        }
                    }
                }
                written
            }
            _ => Vec::new(),
        }
    }
}

/// The arguments of a layer that differ from their defaults.
pub fn layer_args(spec: &Spec, terms: &[Term]) -> Vec<String> {
    let mut written = Vec::new();
    for (i, (arg, term)) in spec.args.iter().zip(terms).enumerate() {
        match layer::default(spec, i) {
            None => written.push(term.text()),
            Some(default) if *term == Term::Value(default.clone()) => {}
            Some(_) => written.push(format!("{} = {}", arg.name, term.text())),
        }
    }
    written
}

/// Whether it stands in the line of the layer before it: it changes values, not the structure.
fn follows(spec: &Spec) -> bool {
    let groups = [Group::Normalization, Group::Activation, Group::Regularization];
    groups.contains(&spec.group)
}
