//! What a file of PyTorch does not say, and this model may do otherwise.

use formwork_ir::{Graph, Node, Op, Padding, Source};

/// What to look at in a network that gets PyTorch's weights: a sentence for each kind.
pub(super) fn notes<'a>(graphs: impl Iterator<Item = &'a Graph>) -> Vec<String> {
    let mut found: Vec<(&str, &str, usize)> = Vec::new();
    for graph in graphs {
        for (_, node) in graph.nodes() {
            let Source::Layer(op) = &node.source else { continue };
            let doubts =
                [epsilon(op), padding(op, graph, node), transposed(op), counted(op, graph, node)];
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
                       sides alike: `padding = (kernel - 1) / 2`";
const TRANSPOSED: &str = "has `padding = same`, which cuts the odd pixel off behind; PyTorch cuts it \
                          off in front: `padding = (kernel - stride + 1) / 2, output_padding = 1`";
const COUNTED: &str = "leaves its padding out of the mean; PyTorch counts it: \
                       `count_include_pad = true`";

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
fn padding(op: &Op, graph: &Graph, node: &Node) -> Option<&'static str> {
    let (kernel, stride, dilation, padding) = match op {
        Op::Conv2d(conv) => (conv.kernel, conv.stride, conv.dilation, conv.padding),
        Op::DepthwiseConv2d(conv) => (conv.kernel, conv.stride, conv.dilation, conv.padding),
        Op::SeparableConv2d(conv) => (conv.kernel, conv.stride, conv.dilation, conv.padding),
        Op::MaxPool2d(pool) => (pool.size, pool.stride.unwrap_or(pool.size), [1, 1], pool.padding),
        Op::AvgPool2d(pool) => (pool.size, pool.stride.unwrap_or(pool.size), [1, 1], pool.padding),
        _ => return None,
    };
    let odd = padded(kernel, stride, dilation, graph, node).iter().any(|padded| padded % 2 == 1);
    (padding == Padding::Same && odd).then_some(PADDING)
}

/// Whether it cuts more off behind than in front, which PyTorch's never do.
fn transposed(op: &Op) -> Option<&'static str> {
    let Op::Conv2dTranspose(conv) = op else { return None };
    // What is cut off is the same at all sizes.
    let geometry = conv.geometry([1 << 20; 2]);
    let behind = geometry.iter().flatten().any(|axis| axis.crop[1] > axis.crop[0]);
    (conv.padding == Padding::Same && behind).then_some(TRANSPOSED)
}

/// Whether its means leave padding out.
fn counted(op: &Op, graph: &Graph, node: &Node) -> Option<&'static str> {
    let Op::AvgPool2d(pool) = op else { return None };
    let stride = pool.stride.unwrap_or(pool.size);
    let pads = match pool.padding {
        Padding::Valid => false,
        Padding::Same => padded(pool.size, stride, [1, 1], graph, node) != [0, 0],
        Padding::Explicit(pads) => pads != [[0, 0], [0, 0]],
    };
    (pads && !pool.count_include_pad).then_some(COUNTED)
}

/// How many pixels `padding = same` puts around height and width.
fn padded(
    kernel: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    graph: &Graph,
    node: &Node,
) -> [usize; 2] {
    let sizes = node.inputs.first().map_or(&[][..], |&input| graph.node(input).shape.sample());
    [0, 1].map(|axis| {
        let reach = kernel[axis].saturating_sub(1).saturating_mul(dilation[axis]).saturating_add(1);
        match sizes.get(axis).and_then(|size| size.known()) {
            Some(n) => {
                let last = (n.div_ceil(stride[axis].max(1)).max(1) - 1) * stride[axis];
                last.saturating_add(reach).saturating_sub(n)
            }
            // At sizes that the stride divides.
            None => reach.saturating_sub(stride[axis]),
        }
    })
}
