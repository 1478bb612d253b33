//! What a box shows.

use super::chains::follows;
use super::label::{label, shape};
use super::palette::Tint;
use super::text::shortened;
use crate::summary::thousands;
use crate::{Dim, Graph, Node, NodeId, Source};

/// A box: a title, and a line for each layer with those that belong to it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Item {
    /// The name of its layer, or what the names of its layers begin with.
    pub title: String,
    /// Never empty.
    pub rows: Vec<Row>,
}

/// A line of a box.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Row {
    /// Layers, in the order they run.
    pub chips: Vec<Chip>,
    /// Of the output, without the batch.
    pub shape: String,
    /// How many, or nothing.
    pub params: String,
    /// The names of all layers, for those who want to know.
    pub names: String,
}

/// A layer in a line.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Chip {
    pub text: String,
    pub tint: Tint,
}

/// The most layers in a line.
const WIDEST: usize = 4;

impl Item {
    /// Layers that follow each other.
    pub fn chain(graph: &Graph, nodes: &[NodeId]) -> Self {
        let mut lines: Vec<Vec<NodeId>> = Vec::new();
        for &id in nodes {
            match lines.last_mut() {
                Some(line) if follows(graph.node(id)) && line.len() < WIDEST => line.push(id),
                _ => lines.push(vec![id]),
            }
        }
        let title = title(graph, nodes);
        let row = |line: &Vec<NodeId>| {
            let chip = |&id: &NodeId| {
                let (text, tint) = (label(graph.node(id)), Tint::of(graph.node(id)));
                Chip { text: shortened(&text, 48), tint }
            };
            let mut chips: Vec<_> = line.iter().map(chip).collect();
            let first = graph.node(line[0]);
            if let Some(given) = given(first).filter(|_| first.name != title) {
                chips[0].text = format!("{given}: {}", chips[0].text);
            }
            Row::new(graph, chips, line)
        };
        Item { rows: lines.iter().map(row).collect(), title }
    }

    /// A block: how many layers of each kind it has, norms and activations aside.
    pub fn block(graph: &Graph, name: &str, nodes: &[NodeId]) -> Self {
        let mut chips: Vec<(Chip, usize)> = Vec::new();
        for &id in nodes {
            let node = graph.node(id);
            let kind = match &node.source {
                Source::Layer(op) => op.spec().name,
                Source::Model(model) => model,
                Source::Input => continue,
            };
            match chips.iter_mut().find(|(chip, _)| chip.text == kind) {
                Some((_, count)) => *count += 1,
                None if follows(node) => {}
                None => chips.push((Chip { text: kind.to_owned(), tint: Tint::of(node) }, 1)),
            }
        }
        let counted = chips.into_iter().map(|(Chip { text, tint }, count)| match count {
            1 => Chip { text, tint },
            _ => Chip { text: format!("{count} {text}"), tint },
        });
        let mut chips: Vec<_> = counted.collect();
        if chips.is_empty() {
            let tint = Tint::of(graph.node(nodes[0]));
            chips.push(Chip { text: format!("{} layers", nodes.len()), tint });
        }
        if chips.len() > WIDEST {
            chips.truncate(WIDEST - 1);
            chips.push(Chip { text: "…".to_owned(), tint: Tint::of(graph.node(nodes[0])) });
        }
        Item { title: name.to_owned(), rows: vec![Row::new(graph, chips, nodes)] }
    }

    /// As lines of text: the title, then a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.title.clone()];
        lines.extend(self.rows.iter().map(|Row { chips, shape, params, .. }| {
            let chips: Vec<_> = chips.iter().map(|chip| chip.text.as_str()).collect();
            let params = if params.is_empty() { String::new() } else { format!("  {params}") };
            format!("{}  {shape}{params}", chips.join(" · "))
        }));
        lines
    }
}

impl Row {
    fn new(graph: &Graph, mut chips: Vec<Chip>, nodes: &[NodeId]) -> Self {
        let returned = nodes.iter().any(|id| graph.outputs().contains(id));
        if returned {
            chips.push(Chip { text: "output".to_owned(), tint: Tint::Output });
        }
        let names: Vec<_> = nodes.iter().map(|&id| graph.node(id).name.as_str()).collect();
        Row {
            chips,
            shape: shortened(&shape(&graph.node(nodes[nodes.len() - 1]).shape), 40),
            params: params(graph, nodes),
            names: names.join(", "),
        }
    }
}

/// What the names of some nodes have in common: whole parts, divided by dots.
fn title(graph: &Graph, nodes: &[NodeId]) -> String {
    let first = &graph.node(nodes[0]).name;
    let mut common: Vec<_> = first.split('.').collect();
    for &id in &nodes[1..] {
        let parts = graph.node(id).name.split('.');
        let same = common.iter().zip(parts).take_while(|(a, b)| *a == b).count();
        common.truncate(same);
    }
    match nodes {
        [.., last] if common.is_empty() => format!("{first} … {}", graph.node(*last).name),
        _ => common.join("."),
    }
}

/// The name of a layer, if it is not made of its kind.
fn given(node: &Node) -> Option<&str> {
    let Source::Layer(op) = &node.source else { return None };
    let name = node.name.rsplit('.').next()?;
    let number = name.strip_prefix(op.spec().name);
    let numbered = |number: &str| number.strip_prefix('_').unwrap_or("x").parse::<u32>().is_ok();
    let made = number.is_some_and(|number| number.is_empty() || numbered(number));
    (!made).then_some(name)
}

/// The number of values in the parameters that nodes bring along.
fn params(graph: &Graph, nodes: &[NodeId]) -> String {
    let ids = nodes.iter().filter(|id| graph.brings(**id)).flat_map(|&id| &graph.node(id).params);
    let sum = ids.fold(Dim::Known(0), |sum, &id| sum + graph.param(id).values());
    let any = |test: fn(&Node) -> bool| nodes.iter().any(|&id| test(graph.node(id)));
    match sum.is(0) {
        false => shortened(&thousands(&sum), 40),
        true if any(|node| !node.params.is_empty()) => "shared".to_owned(),
        true if any(|node| matches!(node.source, Source::Model(_))) => "its own".to_owned(),
        true => String::new(),
    }
}
