//! Which blocks of a network are drawn as one box.

use std::collections::{BTreeMap, HashMap};

use crate::Graph;

/// For each node, the block that it is drawn as a part of.
///
/// A block is what shares the beginning of a name: `e1`, `x.bottleneck_2`. From the outside in,
/// the first that has no more than half of the layers and that no path leaves and enters again.
pub(super) fn find(graph: &Graph) -> Vec<Option<&str>> {
    let mut scopes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (id, node) in graph.nodes() {
        for (dot, _) in node.name.match_indices('.') {
            scopes.entry(&node.name[..dot]).or_default().push(id.index());
        }
    }
    let mut scopes: Vec<_> = scopes.into_iter().filter(|(_, nodes)| nodes.len() > 1).collect();
    scopes.sort_by_key(|(name, _)| name.matches('.').count());
    let mut found = vec![None; graph.nodes().len()];
    for (name, nodes) in scopes {
        let free = nodes.iter().all(|&node| found[node].is_none());
        if !free || 2 * nodes.len() > graph.nodes().len() {
            continue;
        }
        nodes.iter().for_each(|&node| found[node] = Some(name));
        if order(graph, &found).is_none() {
            nodes.iter().for_each(|&node| found[node] = None);
        }
    }
    found
}

/// The nodes, those of a block one after the other and none before what it reads; `None` where
/// there is no such order.
pub(super) fn order(graph: &Graph, blocks: &[Option<&str>]) -> Option<Vec<Vec<usize>>> {
    let mut index = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut owners = Vec::new();
    for (node, block) in blocks.iter().enumerate() {
        let group = match block {
            Some(block) => *index.entry(block).or_insert(groups.len()),
            None => groups.len(),
        };
        if group == groups.len() {
            groups.push(Vec::new());
        }
        groups[group].push(node);
        owners.push(group);
    }
    let (mut waits, mut readers) = (vec![0; groups.len()], vec![Vec::new(); groups.len()]);
    for (id, node) in graph.nodes() {
        let reader = owners[id.index()];
        for read in node.inputs.iter().map(|input| owners[input.index()]) {
            if read != reader {
                waits[reader] += 1;
                readers[read].push(reader);
            }
        }
    }
    let ready = (0..groups.len()).filter(|&group| waits[group] == 0);
    let mut ready: std::collections::BTreeSet<_> = ready.collect();
    let mut ordered = Vec::new();
    while let Some(group) = ready.pop_first() {
        ordered.push(std::mem::take(&mut groups[group]));
        for &reader in &readers[group] {
            waits[reader] -= 1;
            if waits[reader] == 0 {
                ready.insert(reader);
            }
        }
    }
    (ordered.len() == groups.len()).then_some(ordered)
}
