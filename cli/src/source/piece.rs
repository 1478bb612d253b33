//! A graph as a sequence of pieces: layers, and later calls of blocks that several layers became.

use std::collections::{HashMap, HashSet};

use formwork_ir::{Graph, Group, NodeId, ParamId, Source, Spec, Value};

use super::layer;
use super::order::order;

/// A step of the network that reads tensors and makes one. A tensor is the index of the node of
/// the graph that makes it.
#[derive(Clone, Debug)]
pub struct Piece {
    pub kind: Kind,
    pub inputs: Vec<usize>,
    pub value: usize,
    /// One a layer's argument, in its shortest form.
    pub args: Vec<Value>,
    /// Of a block: one a call of its body, `None` for what is left out.
    pub parts: Vec<Option<Piece>>,
}

/// What a piece is.
#[derive(Clone, Debug)]
pub enum Kind {
    Layer(&'static Spec),
    /// A block, by its index.
    Block(usize),
    /// A layer or another model that belongs to the model's own body: it shares its weights, its
    /// shape is asserted, or it says a size of the model's where no parameter can stand.
    Fixed,
}

impl Piece {
    /// What pieces have in common that may be calls of the same thing in the same block: the
    /// layer, with the arguments that no parameter stands for.
    pub fn key(&self) -> String {
        match &self.kind {
            Kind::Fixed => format!("fixed {}", self.value),
            Kind::Block(block) => format!("block {block}"),
            Kind::Layer(spec) => {
                let fixed = spec.args.iter().zip(&self.args);
                let fixed = fixed.filter(|(arg, value)| !varies(arg.name, value));
                let fixed = fixed.map(|(arg, value)| format!(" {} = {value}", arg.name));
                format!("{} {}{}", spec.name, self.inputs.len(), fixed.collect::<String>())
            }
        }
    }

    pub fn is_fixed(&self) -> bool {
        matches!(self.kind, Kind::Fixed)
    }

    pub fn group(&self) -> Option<Group> {
        match self.kind {
            Kind::Layer(spec) => Some(spec.group),
            _ => None,
        }
    }

    /// The tensors that it reads, each once.
    pub fn reads(&self) -> Vec<usize> {
        let mut reads = self.inputs.clone();
        reads.sort_unstable();
        reads.dedup();
        reads
    }
}

/// Whether a block may have a parameter for this argument.
pub fn varies(arg: &str, value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::Size(_) => arg != "axis",
        Value::Float(_) => true,
        Value::Tuple(items) => items.len() == 2 && items.iter().all(|item| varies(arg, item)),
        Value::Word(_, args) => arg == "padding" && args.is_empty(),
        _ => false,
    }
}

/// The pieces of a graph, a layer each, in the order in which they are written.
pub fn pieces(graph: &Graph) -> Vec<Piece> {
    let order = order(graph);
    let nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
    let shared = shared(graph, &order);
    let piece = |&index: &usize| {
        let node = nodes[index];
        let (kind, args) = match &node.source {
            Source::Layer(op) => {
                let args = layer::values(&layer::normal(op));
                let spec = op.spec();
                let said = |value: &Value| !value.symbols().is_empty();
                let mut named = spec.args.iter().zip(&args);
                let sized = named.any(|(arg, value)| said(value) && !varies(arg.name, value));
                let fixed = node.asserted || shared.contains(&index) || sized;
                (if fixed { Kind::Fixed } else { Kind::Layer(spec) }, args)
            }
            _ => (Kind::Fixed, Vec::new()),
        };
        let inputs = node.inputs.iter().map(|input| input.index()).collect();
        Piece { kind, inputs, value: index, args, parts: Vec::new() }
    };
    order.iter().map(piece).collect()
}

/// The nodes whose weights other nodes read, too.
fn shared(graph: &Graph, order: &[usize]) -> HashSet<usize> {
    groups(graph, order).into_iter().filter(|group| group.len() > 1).flatten().collect()
}

/// The nodes with parameters, those that read the same ones together.
pub fn groups(graph: &Graph, order: &[usize]) -> Vec<Vec<usize>> {
    let nodes: Vec<(NodeId, _)> = graph.nodes().collect();
    /// What nodes have in common that share weights.
    #[derive(PartialEq, Eq, Hash)]
    enum Key<'a> {
        Model(&'a str, Option<&'a str>),
        Param(ParamId),
    }
    let mut found: HashMap<Key, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &index in order {
        let node = nodes[index].1;
        let key = match (&node.source, node.params.first()) {
            (Source::Model(model), _) => Key::Model(model, node.weights.as_deref()),
            (_, Some(&first)) => Key::Param(first),
            _ => continue,
        };
        let group = *found.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(index);
    }
    groups
}

/// Why no model shares weights as some nodes do, if there are such: a layer that is applied several
/// times has one set of arguments, and is no activation, which is a word where nothing is read.
pub fn unshared(graph: &Graph) -> Option<String> {
    let nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
    let layer = |index: usize| match &nodes[index].source {
        Source::Layer(op) => Some(layer::normal(op)),
        _ => None,
    };
    groups(graph, &order(graph)).into_iter().find_map(|group| {
        let (&first, others) = group.split_first()?;
        let share = |other: usize| {
            format!("`{}` and `{}` share their weights, and", nodes[first].name, nodes[other].name)
        };
        if let Some(&other) = others.iter().find(|&&other| layer(other) != layer(first)) {
            return Some(format!("{} are not the same layer", share(other)));
        }
        let name = layer(first).map(|op| op.spec()).filter(|spec| spec.group == Group::Activation);
        let (name, &other) = (name?.name, others.first()?);
        Some(format!("{} no `{name}` can be shared: each is to have its own", share(other)))
    })
}

/// The calls of a block, wherever they are.
pub fn calls(pieces: &[Piece], block: usize) -> Vec<&Piece> {
    let mut found = Vec::new();
    for piece in pieces {
        if matches!(piece.kind, Kind::Block(own) if own == block) {
            found.push(piece);
        }
        for part in piece.parts.iter().flatten() {
            found.extend(calls(std::slice::from_ref(part), block));
        }
    }
    found
}

/// Which pieces read each tensor: their positions, `usize::MAX` for the model's outputs.
pub fn readers(pieces: &[Piece], outputs: &[usize]) -> HashMap<usize, Vec<usize>> {
    let mut readers: HashMap<usize, Vec<usize>> = HashMap::new();
    for (i, piece) in pieces.iter().enumerate() {
        for read in piece.reads() {
            readers.entry(read).or_default().push(i);
        }
    }
    for &output in outputs {
        readers.entry(output).or_default().push(usize::MAX);
    }
    readers
}
