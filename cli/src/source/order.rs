//! The order in which layers are written.

use formwork_ir::Graph;

/// The nodes that outputs depend on, inputs aside, each behind those that it reads.
///
/// Of several things that a node reads, the deeper comes first: what lies between a fork and its
/// merge stands together, and equal pieces of a network are in the same order.
pub fn order(graph: &Graph) -> Vec<usize> {
    let reads: Vec<Vec<usize>> = graph
        .nodes()
        .map(|(_, node)| node.inputs.iter().map(|input| input.index()).collect())
        .collect();
    let mut depth: Vec<usize> = Vec::new();
    for inputs in &reads {
        depth.push(inputs.iter().map(|&input| depth[input] + 1).max().unwrap_or(0));
    }
    let deepest_first = |node: usize| {
        let mut inputs = reads[node].clone();
        inputs.sort_by_key(|&input| std::cmp::Reverse(depth[input]));
        inputs
    };
    let mut seen = vec![false; reads.len()];
    let mut order = Vec::new();
    for output in graph.outputs() {
        // A stack of its own: networks are deep.
        let mut stack = vec![(output.index(), false)];
        while let Some((node, read)) = stack.pop() {
            if read {
                order.push(node);
                continue;
            }
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            stack.push((node, true));
            stack.extend(deepest_first(node).into_iter().rev().map(|input| (input, false)));
        }
    }
    order.retain(|&node| !reads[node].is_empty());
    order
}
