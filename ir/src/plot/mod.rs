//! A network as a picture: what is drawn, and the texts that draw it.
//!
//! [`Plot::layers`] and [`Plot::blocks`] say what stands in which box; the writers of
//! [DOT](Plot::dot), [Mermaid](Plot::mermaid) and [SVG](Plot::svg) see no more than boxes and
//! edges. The SVG has a layout of its own: see [`layout`].

mod blocks;
mod chains;
mod dot;
mod item;
mod label;
mod layout;
mod mermaid;
mod palette;
mod svg;
mod text;

use std::collections::BTreeSet;

use crate::summary::thousands;
use crate::{Graph, NodeId};
use item::Item;

/// A network to be drawn: boxes, and which reads which.
#[derive(Clone, PartialEq, Debug)]
pub struct Plot {
    name: String,
    /// Those that are read come before those that read them.
    items: Vec<Item>,
    /// Indices of the box that is read and of the box that reads, each pair once.
    edges: BTreeSet<(usize, usize)>,
    /// What the whole network has, with what it is called.
    totals: Vec<(&'static str, String)>,
}

impl Plot {
    /// Every layer of a network; those that follow each other with no branch between them share
    /// a box.
    pub fn layers(graph: &Graph) -> Self {
        Plot::of(graph, &vec![None; graph.nodes().len()])
    }

    /// A box for each block of a network, the largest that are no more than half of it.
    pub fn blocks(graph: &Graph) -> Self {
        Plot::of(graph, &blocks::find(graph))
    }

    /// `blocks` holds for each node the name of the block that it is drawn as a part of.
    fn of(graph: &Graph, blocks: &[Option<&str>]) -> Self {
        let groups = chains::groups(graph, blocks);
        let mut owners = vec![0; graph.nodes().len()];
        for (i, nodes) in groups.iter().enumerate() {
            nodes.iter().for_each(|id| owners[id.index()] = i);
        }
        let owner = |id: NodeId| owners[id.index()];
        let edges = graph
            .nodes()
            .flat_map(|(id, node)| node.inputs.iter().map(move |&input| (owner(input), owner(id))));
        let item = |nodes: &Vec<NodeId>| match blocks[nodes[0].index()] {
            Some(block) => Item::block(graph, block, nodes),
            None => Item::chain(graph, nodes),
        };
        let applied = graph.applied();
        let applied: Vec<_> = applied.iter().map(|model| format!("`{model}`")).collect();
        let mut totals = vec![
            ("parameters", thousands(&graph.total_params())),
            ("trainable", thousands(&graph.trainable_params())),
            ("multiply-adds a sample", thousands(&graph.macs())),
        ];
        if !applied.is_empty() {
            totals.push(("on top", format!("those of {} come", applied.join(", "))));
        }
        Plot {
            name: graph.name().to_owned(),
            items: groups.iter().map(item).collect(),
            edges: edges.filter(|(from, to)| from != to).collect(),
            totals,
        }
    }
}
