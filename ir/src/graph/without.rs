use std::collections::{HashMap, HashSet};

use super::fold::is_norm;
use super::{Graph, Node, NodeId, ParamId, Parameter, Source};
use crate::Initializer;

/// A network without the batch norms that it had.
#[derive(Clone, PartialEq, Debug)]
pub struct Without {
    /// The network. Layers and parameters have the names that they had.
    pub graph: Graph,
    /// For each of its nodes, that which it was.
    pub origins: Vec<NodeId>,
}

impl Without {
    /// Leaves out the batch norms of `old`; the layers `biased` get a bias where they had none.
    pub(super) fn new(old: &Graph, biased: &HashSet<NodeId>) -> Self {
        let mut graph = old.clone();
        graph.nodes.clear();
        graph.params.clear();
        graph.outputs.clear();
        let mut without = Without { graph, origins: Vec::new() };
        let mut nodes = HashMap::new();
        let mut params = HashMap::new();
        for (id, node) in old.nodes() {
            let new = match is_norm(node) {
                true => nodes[&node.inputs[0]],
                false => {
                    let mut node = node.clone();
                    node.inputs.iter_mut().for_each(|input| *input = nodes[input]);
                    without.params(old, &mut node, biased.contains(&id), &mut params);
                    without.origins.push(id);
                    without.graph.push(node)
                }
            };
            nodes.insert(id, new);
        }
        let graph = &mut without.graph;
        graph.outputs = old.outputs.iter().map(|output| nodes[output]).collect();
        let norms: HashSet<_> = old.norms().map(|norm| &old.node(norm).name).collect();
        graph.training.retain(|checked| !norms.contains(&checked.node));
        graph.constants.retain(|checked| !norms.contains(&checked.node));
        without
    }

    /// Gives a node its parameters: those of its layer, and a bias if it is to get one.
    fn params(
        &mut self,
        old: &Graph,
        node: &mut Node,
        biased: bool,
        known: &mut HashMap<ParamId, Vec<ParamId>>,
    ) {
        let Some(&first) = node.params.first() else { return };
        let mut parameters: Vec<_> = node.params.iter().map(|&id| old.param(id).clone()).collect();
        if let Source::Layer(op) = &mut node.source
            && let Some(linear) = op.linear().filter(|linear| biased && linear.biased != *op)
            && let Some(channels) = node.shape.dims().last()
        {
            let owner = node.weights.as_ref().unwrap_or(&node.name);
            parameters.push(Parameter {
                name: format!("{owner}.bias"),
                shape: vec![channels.clone()],
                init: Initializer::Zeros,
                fans: (channels.clone(), channels.clone()),
                trainable: true,
            });
            *op = linear.biased;
        }
        let graph = &mut self.graph;
        let ids = known.entry(first).or_insert_with(|| {
            let start = graph.params.len() as u32;
            graph.params.extend(parameters);
            (start..graph.params.len() as u32).map(ParamId).collect()
        });
        node.params.clone_from(ids);
    }
}
