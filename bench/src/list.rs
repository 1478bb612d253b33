//! The list of a network's layers: what interpreters of other frameworks build it from.

use std::collections::HashMap;

use formwork_bench_worker::{Layer, Network, Op, Weight};
use formwork_ir::window::Window;
use formwork_ir::{self as ir, Axis, Dim, Graph, Node, NodeId, Padding, Source};

use crate::Result;

/// Where tensors begin in a file.
pub type Offsets = HashMap<String, u64>;

/// The list of a network's layers, whose weights stand in a file.
///
/// # Errors
/// If it has a layer that the interpreters do not know.
pub fn list(graph: &Graph, offsets: &Offsets) -> Result<Network> {
    let mut last = HashMap::new();
    for (id, node) in graph.nodes() {
        last.extend(node.inputs.iter().map(|&input| (input, id)));
    }
    let name = |id: &NodeId| graph.node(*id).name.clone();
    let layers = graph.nodes().map(|(id, node)| {
        let unknown = || format!("`{}`: the list of layers has no such layer", node.name);
        let mut frees: Vec<_> = node.inputs.iter().filter(|input| last[input] == id).collect();
        frees.dedup();
        let weights = weights(graph, node, offsets)?;
        let weight =
            |what: &str| weights.iter().find(|weight| weight.name.ends_with(what)).cloned();
        Ok(Layer {
            name: node.name.clone(),
            op: op(graph, node, &weight).ok_or_else(unknown)?,
            inputs: node.inputs.iter().map(name).collect(),
            frees: frees.into_iter().map(name).collect(),
            shape: sizes(node.shape.sample()).ok_or_else(unknown)?,
            kernel: weight(".kernel"),
            bias: weight(".bias"),
        })
    });
    let layers: Vec<_> = layers.collect::<Result<_>>()?;
    let last = layers.last().map(|layer| &layer.name);
    let outputs: Vec<_> = graph.outputs().iter().map(name).collect();
    match (outputs.as_slice(), graph.inputs().count()) {
        ([output], 1) if last == Some(output) => Ok(Network { layers }),
        _ => Err("the list of layers has one input and one output".into()),
    }
}

fn weights(graph: &Graph, node: &Node, offsets: &Offsets) -> Result<Vec<Weight>> {
    let weight = |&id| {
        let param = graph.param(id);
        let name = param.name.clone();
        let offset = *offsets.get(&name).ok_or_else(|| format!("no `{name}` in the weights"))?;
        Ok(Weight { name, shape: sizes(&param.shape).ok_or("an open size")?, offset })
    };
    node.params.iter().map(weight).collect()
}

fn op(graph: &Graph, node: &Node, weight: &dyn Fn(&str) -> Option<Weight>) -> Option<Op> {
    let Source::Layer(op) = &node.source else { return Some(Op::Input) };
    let input = graph.node(node.inputs[0]);
    let pads = |kernel, stride, padding| pads(input, kernel, stride, padding);
    Some(match op {
        ir::Op::Conv2d(c) if c.dilation == [1, 1] && c.groups == 1 => {
            Op::Conv2d { stride: c.stride, pads: pads(c.kernel, c.stride, c.padding)? }
        }
        ir::Op::DepthwiseConv2d(c) if c.dilation == [1, 1] && c.depth_multiplier == 1 => {
            Op::DepthwiseConv2d { stride: c.stride, pads: pads(c.kernel, c.stride, c.padding)? }
        }
        ir::Op::Conv2dTranspose(c)
            if c.kernel == c.stride
                && c.padding == Padding::Valid
                && c.dilation == [1, 1]
                && c.output_padding.is_none() =>
        {
            Op::Conv2dTranspose { stride: c.stride }
        }
        ir::Op::Dense(_) => {
            let flattened = matches!(&input.source, Source::Layer(ir::Op::Flatten(_)));
            let before = || sizes(graph.node(input.inputs[0]).shape.sample());
            Op::Dense { image: if flattened { before()?.try_into().ok() } else { None } }
        }
        ir::Op::MaxPool2d(pool) if !pool.ceil_mode => {
            let stride = pool.stride.unwrap_or(pool.size);
            Op::MaxPool2d { size: pool.size, stride, pads: pads(pool.size, stride, pool.padding)? }
        }
        ir::Op::GlobalAvgPool2d(pool) if !pool.keepdims => Op::GlobalAvgPool2d,
        ir::Op::BatchNorm(norm) if !norm.unbiased => Op::BatchNorm {
            epsilon: norm.epsilon,
            momentum: norm.momentum,
            gamma: weight(".gamma")?,
            beta: weight(".beta")?,
            moving_mean: weight(".moving_mean")?,
            moving_variance: weight(".moving_variance")?,
        },
        ir::Op::Flatten(_) => Op::Flatten,
        ir::Op::Relu(_) => Op::Relu,
        ir::Op::Relu6(_) => Op::Relu6,
        ir::Op::Add(_) => Op::Add,
        ir::Op::Concat(concat) if concat.axis == Axis(-1) => Op::Concat,
        _ => return None,
    })
}

fn pads(
    input: &Node,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: Padding,
) -> Option<[[usize; 2]; 2]> {
    let image = sizes(input.shape.sample())?;
    let windows = Window::pair(kernel, stride, [1, 1]);
    Some([0, 1].map(|axis| windows[axis].padding(image[axis], padding, axis)))
}

fn sizes(dims: &[Dim]) -> Option<Vec<usize>> {
    dims.iter().map(Dim::known).collect()
}
