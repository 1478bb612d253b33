//! Networks as ONNX files: operator set 17, which every runtime of the last years reads.
//!
//! Values of rank 4 are held with channels first, as the operators take them; axes are mapped,
//! and values are moved only where their order matters. Images that are flattened stay in the
//! file's order: the kernels that read them have their rows in that order, too.

mod activation;
mod builder;
mod convolution;
mod file;
mod layout;
mod merge;
mod norm;
mod pool;
mod resize;
mod shape;
mod sizes;
mod weights;

use std::collections::HashMap;

use formwork_ir::{Graph, Node, NodeId, Op, ParamId, Shape, Source};
use prost::Message;

use super::Layout;
use super::values::Values;
use builder::{Attr, Builder};
use layout::{Order, TO_FIRST, Tensor};
use weights::Form;

/// The size that no message of protobuf reaches.
const MOST_BYTES: usize = 1 << 31;

/// A network on its way into a file.
struct Lowering<'a> {
    graph: &'a Graph,
    values: &'a mut Values,
    layout: Layout,
    b: Builder,
    /// The node that is written now.
    scope: String,
    /// What became of each node.
    tensors: Vec<Tensor>,
    /// Nodes' values with their axes in another order.
    moved: HashMap<(NodeId, Order), String>,
    /// Parameters that are constants by now.
    constants: HashMap<(ParamId, Form), String>,
    /// Sizes of inputs that are values by now.
    symbols: HashMap<String, String>,
}

/// The bytes of a file.
///
/// # Errors
/// All that cannot be written.
pub fn bytes(graph: &Graph, values: &mut Values, layout: Layout) -> Result<Vec<u8>, Vec<String>> {
    let (b, scope) = (Builder::default(), String::new());
    let mut lowering = Lowering {
        graph,
        values,
        layout,
        b,
        scope,
        tensors: Vec::new(),
        moved: HashMap::new(),
        constants: HashMap::new(),
        symbols: HashMap::new(),
    };
    for (_, node) in graph.nodes() {
        lowering.b.reserve(&node.name);
    }
    for (_, param) in graph.params() {
        lowering.b.reserve(&param.name);
    }
    let mut problems = Vec::new();
    for (id, node) in graph.nodes() {
        let first = lowering.b.nodes.len();
        lowering.scope.clone_from(&node.name);
        let tensor = lowering.lower(id, node).unwrap_or_else(|problem| {
            problems.push(format!("`{}`: {problem}", node.name));
            Tensor::ours(node.name.clone())
        });
        let tensor = lowering.named(tensor, &node.name, first);
        lowering.tensors.push(tensor);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let outputs = lowering.outputs();
    let names: Vec<_> = outputs.iter().map(|output| output.name.clone()).collect();
    lowering.b.prune(&names);
    let model = file::model(lowering, outputs);
    match model.encoded_len() {
        0..MOST_BYTES => Ok(model.encode_to_vec()),
        n => Err(vec![format!("the file would have {n} bytes: ONNX takes less than 2 GiB")]),
    }
}

impl Lowering<'_> {
    /// Gives what a node made its name, if the last of the operators since `first` made it.
    fn named(&mut self, mut tensor: Tensor, name: &str, first: usize) -> Tensor {
        let made =
            self.b.nodes.iter().skip(first).any(|node| node.output == [tensor.name.as_str()]);
        let moved = self.moved.values().any(|moved| *moved == tensor.name);
        if made && !moved {
            self.b.rename(&tensor.name, name);
            name.clone_into(&mut tensor.name);
        }
        tensor
    }

    fn lower(&mut self, id: NodeId, node: &Node) -> Result<Tensor, String> {
        let op = match &node.source {
            Source::Input => {
                let first = self.layout == Layout::Nchw && node.shape.rank() == 4;
                return Ok(match first {
                    true => Tensor::channels_first(&node.name),
                    false => Tensor::ours(&node.name),
                });
            }
            Source::Model(model) => return Err(format!("`{model}` stands in its place")),
            Source::Layer(op) => op,
        };
        match op {
            Op::Conv2d(layer) => self.conv2d(id, layer),
            Op::DepthwiseConv2d(layer) => self.depthwise_conv2d(id, layer),
            Op::SeparableConv2d(layer) => self.separable_conv2d(id, layer),
            Op::Conv2dTranspose(layer) => self.conv2d_transpose(id, layer),
            Op::Dense(layer) => self.dense(id, layer),
            Op::MaxPool2d(layer) => self.max_pool2d(id, layer),
            Op::AvgPool2d(layer) => self.avg_pool2d(id, layer),
            Op::GlobalAvgPool2d(layer) => self.global_pool(id, "GlobalAveragePool", layer.keepdims),
            Op::GlobalMaxPool2d(layer) => self.global_pool(id, "GlobalMaxPool", layer.keepdims),
            Op::BatchNorm(layer) => self.batch_norm(id, layer),
            Op::LayerNorm(layer) => self.layer_norm(id, layer),
            Op::GroupNorm(layer) => self.group_norm(id, layer),
            Op::Prelu(_) => self.prelu(id),
            Op::Softmax(layer) => self.along_axis(id, "Softmax", layer.axis),
            Op::LogSoftmax(layer) => self.along_axis(id, "LogSoftmax", layer.axis),
            Op::Dropout(_)
            | Op::SpatialDropout2d(_)
            | Op::AlphaDropout(_)
            | Op::GaussianNoise(_)
            | Op::GaussianDropout(_) => Ok(self.tensors[node.inputs[0].index()].clone()),
            Op::Flatten(_) => self.flatten(id),
            Op::Reshape(_) => self.reshape(id),
            Op::Permute(layer) => self.permute(id, &layer.dims),
            Op::Slice(layer) => self.slice(id, layer),
            Op::Split(_) => Err("its parts stand for it".to_owned()),
            Op::ZeroPad2d(layer) => self.zero_pad2d(id, layer.padding),
            Op::Crop2d(layer) => self.crop2d(id, layer.cropping),
            Op::DepthToSpace(layer) => {
                let mode = ("mode", Attr::Str("DCR"));
                self.blocks(id, "DepthToSpace", layer.block_size, &[mode])
            }
            Op::SpaceToDepth(layer) => self.blocks(id, "SpaceToDepth", layer.block_size, &[]),
            Op::Upsample2d(layer) => self.upsample2d(id, layer),
            Op::Resize2d(layer) => self.resize2d(id, layer),
            Op::ReduceMean(layer) => self.reduce(id, "ReduceMean", &layer.axis, layer.keepdims),
            Op::ReduceMax(layer) => self.reduce(id, "ReduceMax", &layer.axis, layer.keepdims),
            Op::ReduceSum(layer) => self.reduce(id, "ReduceSum", &layer.axis, layer.keepdims),
            Op::Concat(layer) => self.concat(id, layer.axis),
            Op::Add(_) => self.merge(id, "Add"),
            Op::Subtract(_) => self.merge(id, "Sub"),
            Op::Multiply(_) => self.merge(id, "Mul"),
            Op::Average(_) => self.merge(id, "Mean"),
            Op::Maximum(_) => self.merge(id, "Max"),
            Op::Minimum(_) => self.merge(id, "Min"),
            Op::Relu(_)
            | Op::Relu6(_)
            | Op::LeakyRelu(_)
            | Op::Elu(_)
            | Op::Selu(_)
            | Op::Gelu(_)
            | Op::Silu(_)
            | Op::Sigmoid(_)
            | Op::Tanh(_)
            | Op::Softplus(_)
            | Op::HardSigmoid(_)
            | Op::HardSwish(_)
            | Op::Mish(_)
            | Op::Clip(_)
            | Op::Rescaling(_) => {
                let input = self.tensors[node.inputs[0].index()].clone();
                let name = self.elementwise(op, &input.name);
                Ok(if name == input.name { input } else { input.like(name) })
            }
        }
    }

    /// The shape of a node's input.
    fn input_shape(&self, id: NodeId, index: usize) -> &Shape {
        &self.graph.node(self.graph.node(id).inputs[index]).shape
    }

    /// A node's input with its axes in that order.
    fn input(&mut self, id: NodeId, index: usize, order: Order) -> String {
        self.in_order(self.graph.node(id).inputs[index], order)
    }

    /// A node's input as it is held, but for flattened images.
    fn any_axes(&mut self, id: NodeId, index: usize) -> Tensor {
        let input = self.graph.node(id).inputs[index];
        match self.tensors[input.index()].order {
            Order::Flattened { .. } => Tensor::ours(self.in_order(input, Order::Ours)),
            _ => self.tensors[input.index()].clone(),
        }
    }

    /// Applies an operator in the scope of the node that is written.
    fn node(&mut self, op: &str, inputs: &[&str], attributes: &[(&str, Attr)]) -> String {
        let Lowering { b, scope, .. } = self;
        b.node(scope, op, inputs, attributes)
    }

    fn ints(&mut self, what: &str, values: &[i64]) -> String {
        self.b.ints(&self.scope, what, values)
    }

    fn scalar(&mut self, what: &str, value: f64) -> String {
        self.b.scalar(&self.scope, what, value)
    }
}
