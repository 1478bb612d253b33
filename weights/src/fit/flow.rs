//! How the values of each node lie here and in PyTorch, followed through a network.

use std::collections::HashMap;

use formwork_ir::{Dim, Node, NodeId, Op, Shape, Source};

use super::Network;
use super::order::{Factor, Order};

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
    fn start(shape: &Shape) -> Self {
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

    fn flat(n: &Dim) -> Self {
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

/// What keeps a vector from becoming a map.
const ANOTHER: &str = "makes a map of values that PyTorch has in an order of its own";

/// A layer and what it reads.
struct Step<'a> {
    op: &'a Op,
    node: &'a Node,
    shapes: Vec<&'a Shape>,
    inputs: Vec<&'a State>,
}

impl Step<'_> {
    fn output(&self, wanted: Option<&Order>) -> State {
        let (shape, first) = (&self.node.shape, self.inputs[0]);
        match self.op {
            Op::Dense(_) => match (shape.sample(), wanted, first) {
                ([_], Some(order), _) => State::Flat(order.clone()),
                ([n], None, _) => State::flat(n),
                (_, _, State::Map(places)) => State::Map(places.clone()),
                _ => State::start(shape),
            },
            Op::Flatten(_) => self.flatten(),
            Op::Reshape(_) => self.reshape(),
            Op::Concat(concat) => self.concat(concat.axis.index(shape.rank())),
            Op::Slice(_) | Op::Split(_) => match first {
                State::Flat(order) if order.is_plain() => State::flat(&shape[1]),
                State::Flat(_) => self.lost("cuts a flattened map"),
                state => state.clone(),
            },
            Op::Permute(permute) => match first {
                State::Map(places) => {
                    State::Map(permute.dims.iter().map(|&axis| *places.get(axis - 1)?).collect())
                }
                state => state.clone(),
            },
            Op::ReduceMean(reduce) => self.reduce(&reduce.axis, reduce.keepdims),
            Op::ReduceMax(reduce) => self.reduce(&reduce.axis, reduce.keepdims),
            Op::ReduceSum(reduce) => self.reduce(&reduce.axis, reduce.keepdims),
            Op::Conv2d(_)
            | Op::DepthwiseConv2d(_)
            | Op::SeparableConv2d(_)
            | Op::Conv2dTranspose(_)
            | Op::GlobalAvgPool2d(_)
            | Op::GlobalMaxPool2d(_) => State::start(shape),
            _ => self.merge(),
        }
    }

    /// What of the layer PyTorch has otherwise.
    fn obstacle(&self) -> Option<String> {
        let name = &self.node.name;
        let (here, there) = match (self.op, self.inputs[0]) {
            (Op::DepthToSpace(_), _) => ("depth_to_space", "PixelShuffle"),
            (Op::SpaceToDepth(_), _) => ("space_to_depth", "PixelUnshuffle"),
            (Op::Reshape(_), State::Flat(_)) => match self.reshape() {
                State::Lost(reason) => return Some(reason),
                _ => return None,
            },
            _ => return None,
        };
        Some(format!("`{name}` is a {here}, whose channels PyTorch's {there} has in another order"))
    }

    fn lost(&self, what: &str) -> State {
        State::Lost(format!("`{}` {what}", self.node.name))
    }

    fn flatten(&self) -> State {
        let (places, sizes) = match self.inputs[0] {
            State::Map(places) => (places, self.shapes[0].sample()),
            state => return state.clone(),
        };
        let sizes: Option<Vec<_>> = sizes.iter().map(Dim::known).collect();
        let Some(sizes) = sizes else { return self.lost("flattens a map of any size") };
        let factor =
            |(place, size): (&Option<usize>, usize)| Some(Factor { size, place: (*place)? });
        let factors: Option<Vec<_>> =
            places.iter().zip(sizes.iter().copied()).map(factor).collect();
        match factors {
            Some(factors) => State::Flat(Order::of(factors)),
            None if sizes.iter().filter(|&&size| size > 1).count() < 2 => {
                State::Flat(Order::plain(sizes.iter().product()))
            }
            None => self.lost("flattens what is no (height, width, channels) map"),
        }
    }

    fn reshape(&self) -> State {
        let (old, new) = (self.shapes[0].sample(), self.node.shape.sample());
        match (self.inputs[0], new) {
            (State::Lost(_), _) => self.inputs[0].clone(),
            (state, _) if old == new => state.clone(),
            (_, [_]) => self.flatten(),
            (State::Flat(order), [h, w, c]) => {
                let sizes = [h, w, c].map(|size| size.known().unwrap_or(0));
                match *order == Order::flattened(sizes) || sizes[0] * sizes[1] == 1 {
                    true => State::start(&self.node.shape),
                    false => self.lost(ANOTHER),
                }
            }
            (State::Map(places), [rest @ .., channels])
                if places.last() == Some(&Some(0)) && old.last() == Some(channels) =>
            {
                let unknown = rest.iter().map(|_| None);
                State::Map(unknown.chain([Some(0)]).collect())
            }
            _ => self.lost("makes other axes of what it reads"),
        }
    }

    fn concat(&self, axis: Option<usize>) -> State {
        let flat = |state: &&State| match state {
            State::Flat(order) => Some(order.clone()),
            _ => None,
        };
        let orders: Option<Vec<_>> = self.inputs.iter().map(flat).collect();
        match orders {
            Some(orders) if axis == Some(1) => State::Flat(Order::concat(orders)),
            _ => self.merge(),
        }
    }

    fn reduce(&self, axes: &formwork_ir::Axes, keepdims: bool) -> State {
        let State::Map(places) = self.inputs[0] else { return State::start(&self.node.shape) };
        let rank = places.len() + 1;
        let gone: Vec<_> = axes.0.iter().filter_map(|axis| axis.index(rank)).collect();
        let mut left = places.clone();
        if !keepdims {
            let mut axis = 0;
            left.retain(|_| {
                axis += 1;
                !gone.contains(&axis)
            });
        }
        if left.len() > 1 { State::Map(left) } else { State::start(&self.node.shape) }
    }

    /// Values stay where they are; those of several tensors meet at the same places.
    fn merge(&self) -> State {
        let shape = &self.node.shape;
        let whole = self.inputs.iter().zip(&self.shapes).filter(|(_, own)| match shape.sample() {
            [n] => own.sample().first() == Some(n),
            _ => own.rank() == shape.rank(),
        });
        let mut states = whole.map(|(&state, _)| state);
        let Some(first) = states.next() else { return State::start(shape) };
        if let Some(lost) = self.inputs.iter().find(|state| matches!(state, State::Lost(_))) {
            return (*lost).clone();
        }
        match states.all(|state| state == first) {
            true => first.clone(),
            false => self.lost("merges values that lie in different orders"),
        }
    }
}
