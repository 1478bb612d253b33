//! Networks: see [`Graph`].

mod apply;
mod fold;
mod require;
mod without;

pub use apply::Application;
pub use fold::{Fold, Refusal, Side};
pub use without::Without;

use std::collections::HashSet;

use crate::layer::Need;
use crate::shape::product;
use crate::{Condition, Dim, Domain, Fault, Initializer, Op, Ranged, Scheme, Shape, Symbol};

/// A network: nodes in the order they run, each with its shape.
///
/// A node refers only to nodes before it, and always has its shape: [`Graph::layer`] is the only
/// way to add one, and it applies the shape rule at once, to all sizes that its symbols may have.
#[derive(Clone, PartialEq, Debug)]
pub struct Graph {
    name: String,
    /// What the model is declared for.
    declared: Domain,
    /// That, with what is taken for granted by now.
    domain: Domain,
    nodes: Vec<Node>,
    params: Vec<Parameter>,
    outputs: Vec<NodeId>,
    training: Vec<Checked>,
    constants: Vec<Checked>,
    mismatches: Vec<Need>,
    widest: Vec<Ranged>,
    checkpoints: Vec<String>,
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
    /// What became of the pixels of an input, where that is said.
    pub scheme: Option<Scheme>,
    /// Whether the shape was asserted, not proved: it is checked when the model runs.
    pub asserted: bool,
    /// The layer whose parameters it reads, where several nodes may read them.
    pub weights: Option<String>,
    /// Multiply-accumulates a sample.
    pub macs: Dim,
}

/// Where a node's value comes from.
#[derive(Clone, PartialEq, Debug)]
pub enum Source {
    /// An input of the model.
    Input,
    /// A layer.
    Layer(Op),
    /// Another model, as its type is written.
    Model(String),
}

/// A condition that is checked when the sizes are numbers, and what is wrong where it fails.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked {
    /// The node that needs it.
    pub node: String,
    /// What must hold.
    pub condition: Condition,
    /// What is wrong where it does not.
    pub fault: Fault,
}

/// A tensor of the model: a weight, or a running statistic.
#[derive(Clone, PartialEq, Debug)]
pub struct Parameter {
    /// Unique within the graph: `e1.conv2d.kernel`.
    pub name: String,
    /// Its sizes.
    pub shape: Vec<Dim>,
    /// How it starts.
    pub init: Initializer,
    /// `(fan_in, fan_out)`, for the initialiser.
    pub fans: (Dim, Dim),
    /// Whether gradients update it.
    pub trainable: bool,
}

impl Parameter {
    /// Number of values.
    pub fn values(&self) -> Dim {
        product(&self.shape)
    }
}

impl Node {
    /// Number of values that it makes a sample: none, if it is an input.
    pub fn activations(&self) -> Dim {
        match self.source {
            Source::Input => Dim::Known(0),
            _ => self.shape.values(),
        }
    }
}

impl Graph {
    /// A model of that name, with nothing in it, whose symbols have the sizes of `domain`.
    pub fn new(name: &str, domain: Domain) -> Self {
        Graph {
            name: name.to_owned(),
            declared: domain.clone(),
            domain,
            nodes: Vec::new(),
            params: Vec::new(),
            outputs: Vec::new(),
            training: Vec::new(),
            constants: Vec::new(),
            mismatches: Vec::new(),
            widest: Vec::new(),
            checkpoints: Vec::new(),
        }
    }

    /// Name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same network as a model of another name.
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The sizes that its symbols are declared to have.
    pub fn declared(&self) -> &Domain {
        &self.declared
    }

    /// The declared sizes that the layers take, as far as is known now.
    pub fn domain(&self) -> &Domain {
        &self.domain
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
    pub fn total_params(&self) -> Dim {
        sum(self.params.iter().map(Parameter::values))
    }

    /// Number of values that gradients update: Keras' "Trainable params".
    pub fn trainable_params(&self) -> Dim {
        sum(self.params.iter().filter(|param| param.trainable).map(Parameter::values))
    }

    /// Whether a node is the first of those that read its parameters.
    pub fn brings(&self, id: NodeId) -> bool {
        let params = &self.node(id).params;
        self.nodes()
            .find(|(_, other)| other.params == *params)
            .is_some_and(|(first, _)| first == id)
    }

    /// The models that it applies, each as often as it has weights of its own: they are not
    /// counted among the graph's.
    pub fn applied(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let applied = self.nodes.iter().filter_map(|node| match &node.source {
            Source::Model(model) => seen.insert(&node.weights).then_some(model.as_str()),
            _ => None,
        });
        applied.collect()
    }

    /// Multiply-accumulates a sample.
    pub fn macs(&self) -> Dim {
        sum(self.nodes.iter().map(|node| node.macs.clone()))
    }

    /// Number of values that all layers make a sample, each its output: what training keeps until
    /// the gradients are computed, about.
    pub fn activations(&self) -> Dim {
        sum(self.nodes.iter().map(Node::activations))
    }

    /// What training needs of the sizes, besides what every run does.
    pub fn training(&self) -> &[Checked] {
        &self.training
    }

    /// What rustc has to check of the constants it alone knows.
    pub fn constants(&self) -> &[Checked] {
        &self.constants
    }

    /// What does not hold at all sizes of the domain, and was taken for granted since, so that
    /// what it would bring about is not found again. The model is wrong if there is any.
    pub fn mismatches(&self) -> &[Need] {
        &self.mismatches
    }

    /// The sizes that the layers would take, if fewer are declared.
    pub fn widest(&self) -> &[Ranged] {
        &self.widest
    }

    /// Notes the sizes that the layers would take.
    pub fn set_widest(&mut self, widest: Vec<Ranged>) {
        self.widest = widest;
    }

    /// The scopes of nodes that training runs again on the way back, to keep less: `x.block_1` is
    /// that of all whose names begin with `x.block_1.`. None lies in another.
    pub fn checkpoints(&self) -> &[String] {
        &self.checkpoints
    }

    /// In which of the [`checkpoints`](Graph::checkpoints) a node is.
    pub fn checkpoint_of(&self, node: &Node) -> Option<usize> {
        self.checkpoints.iter().position(|scope| is_within(&node.name, scope))
    }

    /// Has training run the nodes of a scope again. Of scopes in one another the outermost counts.
    pub fn add_checkpoint(&mut self, scope: &str) {
        if !self.checkpoints.iter().any(|own| own == scope || is_within(scope, own)) {
            self.checkpoints.retain(|own| !is_within(own, scope));
            self.checkpoints.push(scope.to_owned());
        }
    }

    /// Adds an input.
    pub fn input(&mut self, name: &str, shape: Shape) -> NodeId {
        self.pixels(name, shape, None)
    }

    /// Adds an input whose pixels are prepared by a scheme, if it is one of pixels.
    pub fn pixels(&mut self, name: &str, shape: Shape, scheme: Option<Scheme>) -> NodeId {
        self.push(Node {
            name: name.to_owned(),
            source: Source::Input,
            inputs: Vec::new(),
            params: Vec::new(),
            shape,
            scheme,
            asserted: false,
            weights: None,
            macs: Dim::Known(0),
        })
    }

    /// Says by what scheme the pixels of an input are prepared.
    pub fn set_scheme(&mut self, input: NodeId, scheme: Scheme) {
        let node = &mut self.nodes[input.index()];
        debug_assert_eq!(node.source, Source::Input, "only an input has one");
        node.scheme = Some(scheme);
    }

    /// Applies another model, which makes a tensor of that shape: rustc checks that it does.
    ///
    /// `weights` names its parameters, which several nodes may share.
    pub fn model(
        &mut self,
        name: &str,
        model: &str,
        inputs: &[NodeId],
        shape: Shape,
        weights: &str,
    ) -> NodeId {
        self.push(Node {
            name: name.to_owned(),
            source: Source::Model(model.to_owned()),
            inputs: inputs.to_vec(),
            params: Vec::new(),
            shape,
            scheme: None,
            asserted: true,
            weights: Some(weights.to_owned()),
            macs: Dim::Known(0),
        })
    }

    /// Says which values the model returns.
    pub fn set_outputs(&mut self, outputs: &[NodeId]) {
        self.outputs = outputs.to_vec();
    }

    /// Adds a symbol of any size.
    pub fn declare(&mut self, symbol: Symbol) {
        self.declared.declare(symbol.clone(), crate::Sizes::ALL);
        self.domain.declare(symbol, crate::Sizes::ALL);
    }

    /// Takes a condition for granted, which is checked when the model runs.
    pub fn assume(&mut self, condition: &Condition) {
        self.domain.assume(condition);
    }

    fn push(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("fewer than 2^32 layers"));
        debug_assert!(node.inputs.iter().all(|input| *input < id), "inputs come before");
        self.nodes.push(node);
        id
    }
}

/// Whether a name is in a scope.
fn is_within(name: &str, scope: &str) -> bool {
    name.strip_prefix(scope).is_some_and(|rest| rest.starts_with('.'))
}

/// The sum of sizes; saturates.
fn sum(dims: impl Iterator<Item = Dim>) -> Dim {
    dims.fold(Dim::Known(0), |sum, dim| sum + dim)
}
