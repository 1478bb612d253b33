//! What a file of PyTorch does not say, and this model may do otherwise.

use formwork_ir::{Graph, Node, Op, Padding, Source};

/// What to look at in a network that gets PyTorch's weights: a sentence for each kind.
pub(super) fn notes<'a>(graphs: impl Iterator<Item = &'a Graph>) -> Vec<String> {
    let mut found: Vec<(&str, &str, usize)> = Vec::new();
    for graph in graphs {
        for (_, node) in graph.nodes() {
            let Source::Layer(op) = &node.source else { continue };
            let doubts = [epsilon(op), padding(op, graph, node).then_some(PADDING)];
            for doubt in doubts.into_iter().flatten() {
                match found.iter_mut().find(|(_, known, _)| *known == doubt) {
                    Some((.., count)) => *count += 1,
                    None => found.push((&node.name, doubt, 1)),
                }
            }
        }
    }
    let sentence = |(first, doubt, count): (&str, &str, usize)| match count - 1 {
        0 => format!("`{first}` {doubt}"),
        others => format!("`{first}` and {others} more: {doubt}"),
    };
    found.into_iter().map(sentence).collect()
}

const EPSILON: &str = "has Keras' epsilon, 1e-3; PyTorch's is 1e-5: `epsilon = 1e-5`";
const PADDING: &str = "has `padding = same`, which puts the odd pixel behind; PyTorch pads both \
                       sides alike: `padding = 1`";

fn epsilon(op: &Op) -> Option<&'static str> {
    let epsilon = match op {
        Op::BatchNorm(norm) => norm.epsilon,
        Op::LayerNorm(norm) => norm.epsilon,
        Op::GroupNorm(norm) => norm.epsilon,
        _ => return None,
    };
    (epsilon == 1e-3).then_some(EPSILON)
}

/// Whether it pads one side more than the other.
fn padding(op: &Op, graph: &Graph, node: &Node) -> bool {
    let (kernel, stride, dilation, padding) = match op {
        Op::Conv2d(conv) => (conv.kernel, conv.stride, conv.dilation, conv.padding),
        Op::DepthwiseConv2d(conv) => (conv.kernel, conv.stride, conv.dilation, conv.padding),
        Op::SeparableConv2d(conv) => (conv.kernel, conv.stride, conv.dilation, conv.padding),
        Op::MaxPool2d(pool) => (pool.size, pool.stride.unwrap_or(pool.size), [1, 1], pool.padding),
        Op::AvgPool2d(pool) => (pool.size, pool.stride.unwrap_or(pool.size), [1, 1], pool.padding),
        _ => return false,
    };
    let (Padding::Same, [input, ..]) = (padding, node.inputs.as_slice()) else { return false };
    let shape = &graph.node(*input).shape;
    (0..2).any(|axis| {
        let reach = kernel[axis].saturating_sub(1).saturating_mul(dilation[axis]).saturating_add(1);
        let padded = match shape.sample().get(axis).and_then(|size| size.known()) {
            Some(n) => {
                let last = (n.div_ceil(stride[axis].max(1)).max(1) - 1) * stride[axis];
                last.saturating_add(reach).saturating_sub(n)
            }
            // At sizes that the stride divides.
            None => reach.saturating_sub(stride[axis]),
        };
        padded % 2 == 1
    })
}
