use super::change::aligns_corners;
use super::places::{Places, Side, with_call};
use super::remedy::{Remedy, remedy};
use super::{Motion, Ratio};
use crate::{Graph, Group, Node, NodeId, Source};

/// A merge of two maps of one size whose pixels lie apart.
#[derive(Clone, PartialEq, Debug)]
pub struct Shift {
    /// The merge.
    pub node: NodeId,
    /// Which two of its inputs disagree.
    pub inputs: [usize; 2],
    /// Along which axis of its shape: 1 is height, 2 width.
    pub axis: usize,
    /// The node that both inputs come from.
    pub origin: NodeId,
    /// Where pixel 0 of each input lies, in pixels of the origin.
    pub offsets: [Ratio; 2],
    /// From one pixel of the merge to the next, in pixels of the origin, where that is known.
    pub scale: Option<Ratio>,
    /// A layer on the way, and arguments (`padding = 1`) that would put both in one place.
    pub remedy: Option<(NodeId, String)>,
}

impl Shift {
    /// How far apart both inputs lie in pixels of the merge, where that is known: above 0 if the
    /// first lies below the second or to the right of it.
    pub fn distance(&self) -> Option<Ratio> {
        let (numerator, denominator) = self.scale?.parts();
        let by = self.offsets[0].minus(self.offsets[1])?;
        by.times(Ratio::new(denominator, numerator)?)
    }
}

/// The merges of a graph that put pixels together that lie apart, in the order they run: of each
/// the first two inputs that disagree, along height, width or both.
///
/// Merges are those value by value, and `concat` along the channels. Inputs are compared where
/// they come from one node, and where their pixels lie is known for all sizes. What follows a
/// merge is not reported for its sake again: it goes on from the input that is not to blame.
pub fn shifts(graph: &Graph) -> Vec<Shift> {
    let (mut places, mut shifts) = (Places::new(graph), Vec::new());
    for (id, node) in graph.nodes() {
        let lead = disagreement(graph, &places, node).map(|inputs| {
            let nodes = inputs.map(|i| node.inputs[i]);
            let sides = [0, 1].map(|axis| nodes.map(|node| (node, axis)));
            let found = sides.map(|sides| apart(graph, &places, sides));
            let axis = usize::from(found[0].is_none());
            let remedy = remedy(graph, &places, nodes, axis);
            let length = |i: usize| places.path(sides[axis][i]).count();
            let right = match &remedy {
                Some(Remedy { way, .. }) => 1 - way,
                None => usize::from(length(1) < length(0)),
            };
            let remedy = remedy.map(|Remedy { node, arguments, .. }| (node, arguments));
            for (axis, offsets) in found.into_iter().enumerate() {
                let Some(offsets) = offsets else { continue };
                let place = |way: usize| places.get(sides[axis][way]);
                let scale = |way: usize| place(way)?.pixels.scale;
                let (scale, remedy) = (scale(right).or(scale(1 - right)), remedy.clone());
                let origin = place(right).map_or(id, |place| place.origin.0);
                let axis = axis + 1;
                shifts.push(Shift { node: id, inputs, axis, origin, offsets, scale, remedy });
            }
            nodes[right]
        });
        places.push(id, lead);
    }
    shifts
}

/// The first two inputs of a merge that lie apart.
fn disagreement(graph: &Graph, places: &Places, node: &Node) -> Option<[usize; 2]> {
    let Source::Layer(op) = &node.source else {
        return None;
    };
    let merges = op.spec().group == Group::Merge
        && with_call(graph, node, op, |call| op.motion(&call)) == Motion::Kept;
    let count = if merges { node.inputs.len() } else { 0 };
    let mut pairs = (0..count).flat_map(|i| (i + 1..count).map(move |j| [i, j]));
    pairs.find(|pair| {
        let apart = |axis| apart(graph, places, pair.map(|i| (node.inputs[i], axis)));
        apart(0).or(apart(1)).is_some()
    })
}

/// Where pixel 0 of either of two sides lies, if both are known and differ.
fn apart(graph: &Graph, places: &Places, sides: [Side; 2]) -> Option<[Ratio; 2]> {
    let [a, b] = [places.get(sides[0])?, places.get(sides[1])?];
    let offsets = [a.pixels.offset?, b.pixels.offset?];
    if a.origin != b.origin || offsets[0] == offsets[1] {
        return None;
    }
    // Maps on purpose of another scale are not meant to fit; one stretched between its corners is.
    let stretched = |side| {
        let mut nodes = places.path(side).map(|(id, _)| graph.node(id));
        nodes.any(|node| matches!(&node.source, Source::Layer(op) if aligns_corners(op)))
    };
    let alike = a.pixels.scale_fits(b.pixels) || sides.into_iter().any(stretched);
    alike.then_some(offsets)
}
