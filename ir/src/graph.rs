use crate::{Call, Dim, Fault, Inferred, Initializer, Op, Operand, Shape};

/// A network: nodes in the order they run, each with its shape.
///
/// A node refers only to nodes before it, and always has its shape: [`Graph::layer`] is the only
/// way to add one, and it applies the shape rule at once.
#[derive(Clone, PartialEq, Debug)]
pub struct Graph {
    name: String,
    nodes: Vec<Node>,
    params: Vec<Parameter>,
    outputs: Vec<NodeId>,
}

/// A node of the [`Graph`] it came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(u32);

impl NodeId {
    /// Its position in [`Graph::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A parameter of the [`Graph`] it came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ParamId(u32);

/// One step of a network.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Unique within the graph: `e1.conv2d`.
    pub name: String,
    /// Where its value comes from.
    pub source: Source,
    /// The nodes it reads.
    pub inputs: Vec<NodeId>,
    /// The parameters it reads, in the order the kernel takes them.
    pub params: Vec<ParamId>,
    /// The shape of its value.
    pub shape: Shape,
    /// Multiply-accumulates a sample.
    pub macs: u64,
}

/// Where a node's value comes from.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// An input of the model.
    Input,
    /// A layer.
    Layer(Op),
}

/// A tensor of the model: a weight, or a running statistic.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// Unique within the graph: `e1.conv2d.kernel`.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// How it starts.
    pub init: Initializer,
    /// `(fan_in, fan_out)`, for the initialiser.
    pub fans: (usize, usize),
    /// Whether gradients update it.
    pub trainable: bool,
}

impl Parameter {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Graph {
    /// The most values one tensor may have.
    const MOST_VALUES: usize = 1 << 40;

    /// A model of that name, with nothing in it.
    pub fn new(name: &str) -> Self {
        Graph { name: name.to_owned(), nodes: Vec::new(), params: Vec::new(), outputs: Vec::new() }
    }

    /// Name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The nodes, in the order they run, inputs first among them.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(i, node)| (NodeId(i as u32), node))
    }

    /// The parameters, in the order their layers were added.
    pub fn params(&self) -> impl ExactSizeIterator<Item = (ParamId, &Parameter)> {
        self.params.iter().enumerate().map(|(i, param)| (ParamId(i as u32), param))
    }

    /// The nodes whose values the model returns.
    pub fn outputs(&self) -> &[NodeId] {
        &self.outputs
    }

    /// The inputs of the model, in order.
    pub fn inputs(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes().filter(|(_, node)| node.source == Source::Input)
    }

    /// One node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// One parameter.
    pub fn param(&self, id: ParamId) -> &Parameter {
        &self.params[id.0 as usize]
    }

    /// Number of values in all parameters: Keras' "Total params".
    pub fn total_params(&self) -> usize {
        self.params.iter().map(Parameter::len).sum()
    }

    /// Number of values that gradients update: Keras' "Trainable params".
    pub fn trainable_params(&self) -> usize {
        self.params.iter().filter(|param| param.trainable).map(Parameter::len).sum()
    }

    /// Multiply-accumulates a sample.
    pub fn macs(&self) -> u64 {
        self.nodes.iter().fold(0, |sum, node| sum.saturating_add(node.macs))
    }

    /// Adds an input.
    pub fn input(&mut self, name: &str, shape: Shape) -> NodeId {
        self.push(Node {
            name: name.to_owned(),
            source: Source::Input,
            inputs: Vec::new(),
            params: Vec::new(),
            shape,
            macs: 0,
        })
    }

    /// Applies a layer; `called` names its inputs in the message if it does not fit.
    ///
    /// `name` is unique within the graph. The layer's activation is not applied with it: that is
    /// a layer of its own.
    pub fn layer(
        &mut self,
        name: &str,
        op: Op,
        inputs: &[NodeId],
        called: &[&str],
    ) -> Result<NodeId, Fault> {
        let operands: Vec<_> = inputs
            .iter()
            .zip(called)
            .map(|(&id, name)| Operand { name, shape: &self.node(id).shape })
            .collect();
        let call = Call { layer: op.spec().name, inputs: &operands };
        let Inferred { shape, params, macs } = op.infer(&call)?;
        check_size(call.layer, &shape, params.iter().map(|param| param.shape.as_slice()))?;
        let first = self.params.len() as u32;
        self.params.extend(params.into_iter().map(|param| Parameter {
            name: format!("{name}.{}", param.kind),
            shape: param.shape,
            init: param.init,
            fans: param.fans,
            trainable: param.trainable,
        }));
        let params = (first..self.params.len() as u32).map(ParamId).collect();
        let (name, inputs) = (name.to_owned(), inputs.to_vec());
        Ok(self.push(Node { name, source: Source::Layer(op), inputs, params, shape, macs }))
    }

    /// Says which values the model returns.
    pub fn set_outputs(&mut self, outputs: &[NodeId]) {
        self.outputs = outputs.to_vec();
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("fewer than 2^32 layers"));
        debug_assert!(node.inputs.iter().all(|input| *input < id), "inputs come before");
        self.nodes.push(node);
        id
    }
}

/// Refuses tensors that no machine holds, so that sizes and products of them never overflow.
fn check_size<'a>(
    layer: &str,
    shape: &Shape,
    params: impl Iterator<Item = &'a [usize]>,
) -> Result<(), Fault> {
    let params = params.map(Shape::known);
    for shape in std::iter::once(shape.clone()).chain(params) {
        let sizes = || shape.dims().iter().filter_map(|dim| dim.known());
        let values = sizes().fold(1, usize::saturating_mul);
        if sizes().any(|n| n > Dim::MAX) || values > Graph::MOST_VALUES {
            return Err(Fault::call(format!("`{layer}`: {shape} is too large for any machine")));
        }
        if shape.dims().contains(&Dim::Known(0)) {
            return Err(Fault::call(format!(
                "`{layer}`: nothing is left: {shape} holds no values"
            )));
        }
    }
    Ok(())
}
