use super::{Motion, Pixels};
use crate::{Call, Condition, Dim, Graph, Node, NodeId, Op, Operand, Source};

/// Height (0) or width (1) of a node.
pub(super) type Side = (NodeId, usize);

/// Where the pixels of a node lie along one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The side in whose pixels that is said.
    pub origin: Side,
    /// Where they lie there.
    pub pixels: Pixels,
    /// The side of an input that it is made from, and where they lie there; none at the origin.
    pub step: Option<(Side, Pixels)>,
}

/// Where the pixels of all nodes lie, as far as they lie anywhere: a side of one pixel is every
/// place, and so is what is made from it.
pub(super) struct Places<'a> {
    graph: &'a Graph,
    /// In the order of the nodes.
    placed: Vec<[Option<Place>; 2]>,
}

impl<'a> Places<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        Places { graph, placed: Vec::new() }
    }

    /// The place of a side of a node that has been placed.
    pub(super) fn get(&self, (node, axis): Side) -> Option<&Place> {
        self.placed.get(node.index())?[axis].as_ref()
    }

    /// The sides it came from, from this one back to its origin.
    pub(super) fn path(&self, side: Side) -> impl Iterator<Item = Side> {
        let from = |&side: &Side| Some(self.get(side)?.step?.0);
        std::iter::successors(Some(side), from)
    }

    /// Places the next node. A merge goes on from the input of which most is known, or from
    /// `lead`.
    pub(super) fn push(&mut self, id: NodeId, lead: Option<NodeId>) {
        let node = self.graph.node(id);
        // What is no layer is an origin.
        let motion = match &node.source {
            Source::Layer(op) => with_call(self.graph, node, op, |call| op.motion(&call)),
            _ => Motion::Lost,
        };
        self.placed.push([0, 1].map(|axis| {
            let single = Condition::equal(node.shape.dims().get(axis + 1)?, &Dim::Known(1));
            if node.shape.rank() != 4 || self.graph.domain().always(&single) {
                return None;
            }
            let Some((from, pixels)) = motion.along(axis) else {
                return Some(Place { origin: (id, axis), pixels: Pixels::KEPT, step: None });
            };
            let placed = node.inputs.iter().map(|&input| (input, from)).filter_map(|side| {
                let place = self.get(side)?;
                let unknowns = [place.pixels.scale, place.pixels.offset].map(|x| x.is_none());
                Some(((Some(side.0) != lead, unknowns), side, place))
            });
            let (_, side, before) = placed.min_by_key(|(order, ..)| *order)?;
            let step = Some((side, pixels));
            Some(Place { origin: before.origin, pixels: before.pixels.then(pixels), step })
        }));
    }
}

/// `f` of the call of a layer.
pub(super) fn with_call<T>(graph: &Graph, node: &Node, op: &Op, f: impl FnOnce(Call) -> T) -> T {
    let shapes = node.inputs.iter().map(|&input| &graph.node(input).shape);
    let operands: Vec<_> = shapes.map(|shape| Operand { name: "the input", shape }).collect();
    f(Call::new(op.spec().name, &operands, graph.domain()))
}
