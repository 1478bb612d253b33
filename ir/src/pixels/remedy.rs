use super::change::{Change, changed, changes};
use super::places::{Places, Side};
use super::{Motion, Pixels};
use crate::{Graph, NodeId, Source};

/// A layer whose arguments could put two maps in one place.
pub(super) struct Remedy {
    /// The layer.
    pub node: NodeId,
    /// On the way to which of the two.
    pub way: usize,
    /// The arguments: `padding = 1`.
    pub arguments: String,
}

/// The last layer of those that one of two maps alone came through along `axis` that would put
/// both in one place with other arguments, and leave its shape alone. All this is tried out.
pub(super) fn remedy(
    graph: &Graph,
    places: &Places,
    maps: [NodeId; 2],
    axis: usize,
) -> Option<Remedy> {
    /// No more layers of a way are tried.
    const MOST: usize = 64;
    let ways = maps.map(|map| places.path((map, axis)).collect::<Vec<_>>());
    let alone = |way: usize| {
        let others: std::collections::HashSet<_> = ways[1 - way].iter().collect();
        let alone = ways[way].iter().filter(move |side| !others.contains(side));
        alone.map(move |&(node, _)| (node, way)).take(MOST)
    };
    let mut layers: Vec<_> = alone(0).chain(alone(1)).collect();
    layers.sort_unstable_by(|a, b| b.cmp(a));
    layers.into_iter().find_map(|(node, way)| {
        let Source::Layer(op) = &graph.node(node).source else {
            return None;
        };
        let works = |change: &Change| {
            let moved = changed(graph, node, op, change);
            moved.is_some_and(|moved| meet(places, maps, way, node, moved))
        };
        let change = changes(op).into_iter().find(works)?;
        if feeds(graph, node, maps[1 - way]) || !carries(graph, places, node, (maps[way], axis)) {
            return None;
        }
        let arguments: Vec<_> =
            change.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        Some(Remedy { node, way, arguments: arguments.join(", ") })
    })
}

/// Whether anything of `node` gets into `map`.
fn feeds(graph: &Graph, node: NodeId, map: NodeId) -> bool {
    let mut fed = vec![false; graph.nodes().len()];
    fed[node.index()] = true;
    for (id, after) in graph.nodes().skip(node.index() + 1) {
        fed[id.index()] = after.inputs.iter().any(|input| fed[input.index()]);
    }
    fed[map.index()]
}

/// Whether all that is merged on the way from `node` to a side comes through `node`, so that no
/// merge between them would put apart what lies together.
fn carries(graph: &Graph, places: &Places, node: NodeId, side: Side) -> bool {
    places.path(side).take_while(|(id, _)| *id != node).all(|side| {
        let Some(((_, axis), _)) = places.get(side).and_then(|place| place.step) else {
            return true;
        };
        graph.node(side.0).inputs.iter().all(|&input| {
            let input = (input, axis);
            places.get(input).is_none() || places.path(input).any(|(id, _)| id == node)
        })
    })
}

/// Whether two maps lie in one place along height and width, as far as that is known, if `node`
/// on the way to one of them moves pixels like that.
fn meet(places: &Places, maps: [NodeId; 2], way: usize, node: NodeId, moved: Motion) -> bool {
    [0, 1].into_iter().all(|axis| {
        let [own, other] = [maps[way], maps[1 - way]].map(|map| (map, axis));
        let (Some(before), Some(fixed)) = (places.get(own), places.get(other)) else {
            return true;
        };
        let fixed_at = fixed.pixels;
        let unknown = before.pixels.offset.is_none() || fixed_at.offset.is_none();
        let meets = |now: Pixels| now.offset == fixed_at.offset && now.scale_fits(fixed_at);
        unknown
            || before.origin != fixed.origin
            || along(places, own, node, moved).is_some_and(meets)
    })
}

/// Where the pixels of a side lie in those of its origin, if `node` moves pixels like that.
fn along(places: &Places, side: Side, node: NodeId, moved: Motion) -> Option<Pixels> {
    let Some(changed) = places.path(side).find(|(id, _)| *id == node) else {
        return Some(places.get(side)?.pixels);
    };
    let (input, _) = places.get(changed)?.step?;
    let start = places.get(input)?.pixels.then(moved.along(changed.1)?.1);
    let after: Vec<_> = places.path(side).take_while(|side| *side != changed).collect();
    let steps = after.into_iter().rev().filter_map(|side| Some(places.get(side)?.step?.1));
    Some(steps.fold(start, Pixels::then))
}
