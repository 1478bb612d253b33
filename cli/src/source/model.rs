//! The text of a model: its head, its body, and the blocks behind it.

use formwork_ir::{Graph, Node, Source};

use super::body::Body;
use super::find::{Found, find};
use super::heads::{Heads, layer_args};
use super::layout::Lines;
use super::names::{self, Names};
use super::params::Signatures;
use super::piece::{self, Kind, Piece};
use super::program::{Call, Step, Term, What};
use super::{Level, blocks, head, layer, loops, order};

/// The inside of a `model!`.
pub fn write(graph: &Graph, docs: &[String], level: Level) -> String {
    let mut writer = Writer::new(graph, level);
    let outputs: Vec<usize> = graph.outputs().iter().map(|id| id.index()).collect();
    let pieces = piece::pieces(graph);
    let found = match level {
        Level::Loops | Level::Blocks => find(pieces, &outputs),
        Level::Chains | Level::Lets => Found::nothing(pieces),
    };
    let signatures = Signatures::new(graph, &found);
    let calls: Vec<_> = found.pieces.iter().map(|piece| writer.call(piece, &signatures)).collect();
    let mut heads = blocks::heads(graph, &found, signatures, &mut writer.names);
    let steps = match level {
        Level::Loops => loops::fold(calls, &outputs, &heads, &mut writer.names),
        _ => calls.into_iter().map(Step::Call).collect(),
    };
    let sites = blocks::inline(&mut heads, &steps);
    let mut lines = Lines { depth: 1, ..Lines::default() };
    writer.model(graph, docs, &mut lines, &heads, &steps, &outputs);
    for index in (0..sites.len()).rev() {
        if sites[index] > 0 && !heads.blocks[index].inline {
            lines.push("");
            blocks::write(&mut lines, &heads, index, graph);
        }
    }
    lines.text
}

/// A layer or a model that is applied several times.
struct Held {
    nodes: Vec<usize>,
    name: String,
    /// `let head = conv2d(8, 3);`
    declared: String,
}

/// What the parts of a text have in common.
struct Writer<'a> {
    nodes: Vec<&'a Node>,
    names: Names,
    /// The names of the inputs.
    inputs: Vec<String>,
    held: Vec<Held>,
    /// The names that layers are given.
    own: Vec<Option<&'a str>>,
    /// Whether each value gets its own `let`.
    each: bool,
}

impl<'a> Writer<'a> {
    fn new(graph: &'a Graph, level: Level) -> Self {
        let nodes: Vec<_> = graph.nodes().map(|(_, node)| node).collect();
        let order = order::order(graph);
        let mut names = Names::new(graph);
        let mut inputs = Vec::new();
        for (id, node) in graph.inputs() {
            let name = names.fresh(&names::variable(&node.name));
            let read = graph.outputs().contains(&id)
                || order.iter().any(|&other| nodes[other].inputs.contains(&id));
            inputs.push(if read { name } else { format!("_{name}") });
        }
        let each = level == Level::Lets;
        let own = if each { vec![None; nodes.len()] } else { own(&nodes, &order) };
        let mut writer = Writer { own, nodes, names, inputs, held: Vec::new(), each };
        for group in piece::groups(graph, &order) {
            if group.len() > 1 {
                let held = writer.hold(group);
                writer.held.push(held);
            }
        }
        writer
    }

    fn hold(&mut self, nodes: Vec<usize>) -> Held {
        let first = self.nodes[nodes[0]];
        let said = names::said(first.weights.as_ref().unwrap_or(&first.name));
        let name = self.names.fresh(said.as_deref().unwrap_or("shared"));
        let declared = match &first.source {
            Source::Layer(op) => {
                let op = layer::normal(op);
                let terms: Vec<_> = layer::values(&op).into_iter().map(Term::Value).collect();
                let args = layer_args(op.spec(), &terms);
                format!("let {name} = {}({});", op.spec().name, args.join(", "))
            }
            Source::Model(model) => format!("let {name} = apply::<{model}>();"),
            Source::Input => String::new(),
        };
        Held { nodes, name, declared }
    }

    fn model(
        &self,
        graph: &Graph,
        docs: &[String],
        lines: &mut Lines,
        heads: &Heads,
        steps: &[Step],
        outputs: &[usize],
    ) {
        let name = names::type_name(graph.name());
        head::write(lines, graph, &name, docs, &self.inputs);
        lines.depth += 1;
        self.held.iter().for_each(|held| lines.push(&held.declared));
        let mut body = Body::new(lines, heads, self.names.clone(), "x", self.each);
        for ((id, _), name) in graph.inputs().zip(&self.inputs) {
            body.input(id.index(), name);
        }
        body.write(steps, outputs);
        lines.depth -= 1;
        lines.push("}");
    }

    /// A piece with its arguments as they are.
    fn call(&self, piece: &Piece, signatures: &Signatures) -> Call {
        let node = self.nodes[piece.value];
        let held = self.held.iter().find(|held| held.nodes.contains(&piece.value));
        let mut name = None;
        let what = match (&piece.kind, held, &node.source) {
            (Kind::Block(index), ..) => What::Block(*index),
            (_, Some(held), _) => What::Held(held.name.clone()),
            (_, None, Source::Layer(op)) => {
                name = self.own[piece.value].map(str::to_owned);
                What::Layer(op.spec())
            }
            (_, None, Source::Model(model)) => What::Model(model.clone()),
            (_, None, Source::Input) => What::Held(String::new()),
        };
        Call {
            what,
            args: signatures.of(piece).into_iter().map(Term::Value).collect(),
            name,
            inputs: piece.inputs.clone(),
            value: piece.value,
            hint: names::said(&node.name),
            asserted: node.asserted.then(|| head::shape(&node.shape)),
        }
    }
}

/// The names that layers have of their own.
fn own<'a>(nodes: &[&'a Node], order: &[usize]) -> Vec<Option<&'a str>> {
    let inputs = nodes.iter().filter(|node| node.source == Source::Input);
    let mut names = names::Own(inputs.map(|node| node.name.as_str()).collect());
    let mut own = vec![None; nodes.len()];
    order.iter().for_each(|&index| own[index] = names.of([nodes[index]].into_iter()));
    own
}
