//! Which layers share a box: blocks, and chains of layers with no branch between them.

use std::collections::HashSet;

use super::blocks;
use crate::{Graph, Group, Node, NodeId, Source};

/// The nodes of each box, in the order they run; a box stands behind those that it reads.
pub(super) fn groups(graph: &Graph, blocks: &[Option<&str>]) -> Vec<Vec<NodeId>> {
    let ids: Vec<_> = graph.nodes().map(|(id, _)| id).collect();
    let mut readers = vec![HashSet::new(); ids.len()];
    for (id, node) in graph.nodes() {
        node.inputs.iter().for_each(|input| _ = readers[input.index()].insert(id));
    }
    let ordered = blocks::order(graph, blocks).expect("blocks that have an order");
    let mut groups: Vec<Vec<NodeId>> = Vec::new();
    let mut owners: Vec<Option<usize>> = vec![None; ids.len()];
    for nodes in ordered {
        let nodes: Vec<_> = nodes.into_iter().map(|node| ids[node]).collect();
        let chain = chained(graph, blocks, &readers, nodes[0]).and_then(|input| {
            let group = owners[input.index()]?;
            let rest = &groups[group];
            (rest.last() == Some(&input) && !ends(graph, rest, nodes[0])).then_some(group)
        });
        let group = chain.unwrap_or(groups.len());
        nodes.iter().for_each(|id| owners[id.index()] = Some(group));
        match groups.get_mut(group) {
            Some(group) => group.extend(nodes),
            None => groups.push(nodes),
        }
    }
    groups
}

/// The one node that a node reads, if nothing else reads that, and neither is part of a block.
fn chained(
    graph: &Graph,
    blocks: &[Option<&str>],
    readers: &[HashSet<NodeId>],
    id: NodeId,
) -> Option<NodeId> {
    let inputs: HashSet<_> = graph.node(id).inputs.iter().copied().collect();
    let &input = inputs.iter().next().filter(|_| inputs.len() == 1)?;
    let whole = [id, input].iter().all(|id| blocks[id.index()].is_none());
    let alone = readers[input.index()].len() == 1 && !graph.outputs().contains(&input);
    (whole && alone && graph.node(input).source != Source::Input).then_some(input)
}

/// Whether a chain ends before a node: where another part of the network begins, and with the
/// pool that ends a stage.
fn ends(graph: &Graph, chain: &[NodeId], next: NodeId) -> bool {
    let pools = |id: &NodeId| group(graph.node(*id)) == Some(Group::Pooling);
    let part = |id: NodeId| graph.node(id).name.split_once('.').map(|(part, _)| part);
    let ends = chain.len() > 1 && chain.last().is_some_and(pools);
    !follows(graph.node(next)) && (ends || part(chain[0]) != part(next))
}

/// Whether a layer stands on the line of the layer before it.
pub(super) fn follows(node: &Node) -> bool {
    use Group::{Activation, Normalization, Regularization};
    matches!(group(node), Some(Normalization | Activation | Regularization))
}

/// The chapter of the documentation that a node's layer stands in.
pub(super) fn group(node: &Node) -> Option<Group> {
    match &node.source {
        Source::Layer(op) => Some(op.spec().group),
        Source::Input | Source::Model(_) => None,
    }
}
