//! The text of a model: its head, its body, and the blocks behind it.

use formwork_ir::{Graph, Node, Source};

use super::Level;
use super::body::Body;
use super::layout::Lines;
use super::names::{self, Names};
use super::piece::{self, Kind, Piece};
use super::program::{Call, Step, Term, What};
use super::{head, layer, order};

/// The inside of a `model!`.
pub fn write(graph: &Graph, docs: &[String], level: Level) -> String {
    let writer = Writer::new(graph);
    let mut lines = Lines { depth: 1, ..Lines::default() };
    let outputs: Vec<usize> = graph.outputs().iter().map(|id| id.index()).collect();
    let name = names::type_name(graph.name());
    head::write(&mut lines, graph, &name, docs, &writer.inputs);
    lines.depth += 1;
    writer.held.iter().for_each(|held| lines.push(&held.declared));
    let pieces = piece::pieces(graph);
    let steps: Vec<_> = pieces.iter().map(|piece| Step::Call(writer.call(piece))).collect();
    let each = level == Level::Lets;
    let mut body = Body::new(&mut lines, writer.names.clone(), "x", each);
    for ((id, _), name) in graph.inputs().zip(&writer.inputs) {
        body.input(id.index(), name);
    }
    body.write(&steps, &outputs);
    lines.depth -= 1;
    lines.push("}");
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
}

impl<'a> Writer<'a> {
    fn new(graph: &'a Graph) -> Self {
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
        let mut writer = Writer { own: own(&nodes, &order), nodes, names, inputs, held: Vec::new() };
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
                let args = self.args(op.spec(), &layer::values(&op));
                let args: Vec<_> = args.iter().map(argument).collect();
                format!("let {name} = {}({});", op.spec().name, args.join(", "))
            }
            Source::Model(model) => format!("let {name} = apply::<{model}>();"),
            Source::Input => String::new(),
        };
        Held { nodes, name, declared }
    }

    /// The arguments that are not left to their defaults.
    fn args(
        &self,
        spec: &formwork_ir::Spec,
        values: &[formwork_ir::Value],
    ) -> Vec<(Option<String>, Term)> {
        let given = spec.args.iter().zip(values).enumerate();
        let given = given.filter(|(i, (_, value))| layer::default(spec, *i).as_ref() != Some(*value));
        let named = given.map(|(_, (arg, value))| {
            let name = arg.default.is_some().then(|| arg.name.to_owned());
            (name, Term::Value(value.clone()))
        });
        named.collect()
    }

    /// A piece with its arguments as they are.
    fn call(&self, piece: &Piece) -> Call {
        let node = self.nodes[piece.value];
        let held = self.held.iter().find(|held| held.nodes.contains(&piece.value));
        let (what, mut args) = match (held, &node.source) {
            (Some(held), _) => (What::Held(held.name.clone()), Vec::new()),
            (None, Source::Model(model)) => (What::Model(model.clone()), Vec::new()),
            (None, Source::Layer(op)) => {
                (What::Layer(op.spec()), self.args(op.spec(), &piece.args))
            }
            (None, Source::Input) => (What::Held(String::new()), Vec::new()),
        };
        if let (Some(name), Kind::Layer(_)) = (self.own[piece.value], &piece.kind) {
            let name = formwork_ir::Value::Str(name.to_owned());
            args.push((Some("name".to_owned()), Term::Value(name)));
        }
        Call {
            what,
            args,
            inputs: piece.inputs.clone(),
            value: piece.value,
            hint: names::said(&node.name),
            asserted: node.asserted.then(|| head::shape(&node.shape)),
        }
    }
}

fn argument((name, term): &(Option<String>, Term)) -> String {
    match name {
        Some(name) => format!("{name} = {}", term.text()),
        None => term.text(),
    }
}

/// The names that layers with parameters have of their own, each once.
fn own<'a>(nodes: &[&'a Node], order: &[usize]) -> Vec<Option<&'a str>> {
    let mut own = vec![None; nodes.len()];
    let mut seen = std::collections::HashSet::new();
    let inputs = nodes.iter().filter(|node| node.source == Source::Input);
    seen.extend(inputs.map(|node| node.name.as_str()));
    for &index in order {
        let node = nodes[index];
        if !node.params.is_empty() {
            own[index] = names::own(&node.name).filter(|name| seen.insert(name));
        }
    }
    own
}
