use super::{Bounds, Total, bounds};
use crate::{Call, Graph, Group, Node, NodeId, Operand, Source};

/// What the values of an output mean to a loss.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Head {
    /// Any numbers: what ends in a convolution, a dense layer or a sum.
    Logits,
    /// Numbers from 0 to 1 that add up to 1 over the channels: what ends in `softmax`.
    Probabilities,
    /// Numbers from 0 to 1, each by itself: what ends in `sigmoid`.
    Sigmoids,
    /// Logarithms of probabilities: what ends in `log_softmax`.
    LogProbabilities,
    /// Anything else.
    Values,
    /// What the model answers that is applied there.
    Of(NodeId),
}

/// The head of each output.
pub fn heads(graph: &Graph) -> Vec<Head> {
    let bounds = bounds(graph);
    let head = |&id: &NodeId| match model(graph, id) {
        Some(Ok(model)) => Head::Of(model),
        Some(Err(Rearranged)) if !is_bounded(bounds[id.index()]) => Head::Values,
        _ => head(bounds[id.index()], graph.node(id).shape.rank() - 1),
    };
    graph.outputs().iter().map(head).collect()
}

fn head(bounds: Bounds, channels: usize) -> Head {
    match bounds.total() {
        Total::One(axis) if axis == channels => Head::Probabilities,
        Total::Log(axis) if axis == channels => Head::LogProbabilities,
        Total::One(_) | Total::Log(_) => Head::Values,
        Total::Unknown if bounds.within(Bounds::between(0.0, 1.0)) => Head::Sigmoids,
        Total::Unknown if is_bounded(bounds) => Head::Values,
        Total::Unknown => Head::Logits,
    }
}

fn is_bounded(bounds: Bounds) -> bool {
    bounds.least().is_finite() || bounds.most().is_finite()
}

/// The values are those of a model, but not each where it was.
struct Rearranged;

/// The model whose values an output has, if layers between them only move pixels.
fn model(graph: &Graph, id: NodeId) -> Option<Result<NodeId, Rearranged>> {
    let mut kept = true;
    let mut next = id;
    loop {
        let node = graph.node(next);
        let Source::Layer(op) = &node.source else {
            let is_model = matches!(node.source, Source::Model(_));
            return is_model.then_some(if kept { Ok(next) } else { Err(Rearranged) });
        };
        use Group::{Pooling, Reduce, Regularization, Resize, Shape};
        if !matches!(op.spec().group, Pooling | Reduce | Regularization | Resize | Shape) {
            return None;
        }
        kept &= keeps(graph, node);
        next = *node.inputs.first()?;
    }
}

/// Whether a layer makes of probabilities probabilities, and of anything else the like.
fn keeps(graph: &Graph, node: &Node) -> bool {
    let (Source::Layer(op), [input]) = (&node.source, node.inputs.as_slice()) else {
        return false;
    };
    let from = &graph.node(*input).shape;
    let operands = [Operand { name: "the input", shape: from }];
    let call = Call::new(op.spec().name, &operands, graph.domain());
    let [before, after] = [from, &node.shape].map(|shape| shape.rank() - 1);
    let probes = [
        (Bounds::probabilities(before), Bounds::probabilities(after)),
        (Bounds::log_probabilities(before), Bounds::log_probabilities(after)),
        (Bounds::between(2.0, 3.0), Bounds::between(2.0, 3.0)),
    ];
    probes.iter().all(|(given, expect)| op.bounds(&call, &[*given]) == *expect)
}
