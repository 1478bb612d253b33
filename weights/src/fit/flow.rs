//! How the values of each node lie here and in PyTorch, followed through a network.

use std::collections::HashMap;

use formwork_ir::{Dim, Node, NodeId, Op, Shape, Source};

use super::Network;
use super::order::Order;
use super::step::Step;

/// How a node's values lie, the batch aside.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum State {
    /// Several axes, each with its place among PyTorch's, where that is known.
    Map(Vec<Option<usize>>),
    /// One axis.
    Flat(Order),
    /// There is no telling; why.
    Lost(String),
}

impl State {
    /// Maps are (height, width, channels) here and (channels, height, width) in PyTorch; of other
    /// ranks the channels alone are known.
    pub(super) fn start(shape: &Shape) -> Self {
        match shape.sample() {
            [n] => State::flat(n),
            [_, _, _] => State::Map(vec![Some(1), Some(2), Some(0)]),
            sizes => {
                let mut places = vec![None; sizes.len()];
                places.last_mut().into_iter().for_each(|channels| *channels = Some(0));
                State::Map(places)
            }
        }
    }

    pub(super) fn flat(n: &Dim) -> Self {
        State::Flat(Order::plain(n.known().unwrap_or(0)))
    }
}

/// The states of a network's nodes.
pub(super) struct Flow {
    states: HashMap<NodeId, State>,
    /// Those of the models that it applies.
    pub parts: HashMap<NodeId, Flow>,
    /// What PyTorch has otherwise, so that no weights of its fit.
    pub obstacles: Vec<String>,
}

impl Flow {
    /// Follows a network from its inputs.
    pub(super) fn new(network: &Network) -> Self {
        Flow::part(network, &[], None)
    }

    /// Follows a network that is a part of another, which knows the states of its inputs, and may
    /// want its output in an order.
    pub(super) fn part(network: &Network, inputs: &[State], output: Option<&Order>) -> Self {
        let wanted = wanted(network, output);
        let mut flow =
            Flow { states: HashMap::new(), parts: HashMap::new(), obstacles: Vec::new() };
        let mut given = inputs.iter();
        for (id, node) in network.graph.nodes() {
            let wanted = wanted.get(&id);
            let state = match &node.source {
                Source::Input => given.next().cloned().unwrap_or_else(|| match wanted {
                    Some(order) => State::Flat(order.clone()),
                    None => State::start(&node.shape),
                }),
                Source::Model(_) => {
                    let inputs: Vec<_> = flow.inputs(node).into_iter().cloned().collect();
                    match network.part(node) {
                        Some(part) => {
                            let inner = Flow::part(part, &inputs, wanted);
                            flow.parts.insert(id, inner);
                            flow.parts[&id].output(part)
                        }
                        // A map is taken for one, as the network's inputs are.
                        None if node.shape.rank() > 2 => State::start(&node.shape),
                        None => State::Lost(format!("`{}` is another model", node.name)),
                    }
                }
                Source::Layer(op) => {
                    let shapes: Vec<_> =
                        node.inputs.iter().map(|&id| &network.graph.node(id).shape).collect();
                    let step = Step { op, node, shapes, inputs: flow.inputs(node) };
                    let (state, obstacle) = (step.output(wanted), step.obstacle());
                    flow.obstacles.extend(obstacle);
                    state
                }
            };
            flow.states.insert(id, state);
        }
        flow
    }

    /// The states of what a node reads.
    pub(super) fn inputs(&self, node: &Node) -> Vec<&State> {
        node.inputs.iter().filter_map(|id| self.states.get(id)).collect()
    }

    /// The state of a node.
    pub(super) fn state(&self, id: NodeId) -> Option<&State> {
        self.states.get(&id)
    }

    fn output(&self, network: &Network) -> State {
        let first = network.graph.outputs().first().and_then(|&id| self.state(id));
        first
            .cloned()
            .unwrap_or_else(|| State::Lost(format!("`{}` has no output", network.graph.name())))
    }
}

/// The vectors that become maps, and so lie in PyTorch as the map does: what makes them has its
/// outputs in that order.
fn wanted(network: &Network, output: Option<&Order>) -> HashMap<NodeId, Order> {
    let graph = &network.graph;
    let nodes: Vec<_> = graph.nodes().collect();
    let mut wanted = HashMap::new();
    wanted.extend(graph.outputs().first().copied().zip(output.cloned()));
    for (id, node) in nodes.into_iter().rev() {
        let Source::Layer(op) = &node.source else { continue };
        let [input, ..] = node.inputs.as_slice() else { continue };
        let rank = graph.node(*input).shape.rank();
        match (op, node.shape.sample()) {
            (Op::Reshape(_), [h, w, c]) if rank == 2 => {
                if let [Some(h), Some(w), Some(c)] = [h, w, c].map(Dim::known) {
                    wanted.entry(*input).or_insert(Order::flattened([h, w, c]));
                }
            }
            (Op::Dense(_) | Op::Concat(_) | Op::Slice(_) | Op::Reshape(_), _) => {}
            (_, [n]) if rank == 2 => {
                let Some(order) = wanted.get(&id).cloned() else { continue };
                for &input in &node.inputs {
                    if graph.node(input).shape.sample() == std::slice::from_ref(n) {
                        wanted.entry(input).or_insert_with(|| order.clone());
                    }
                }
            }
            _ => {}
        }
    }
    wanted
}
