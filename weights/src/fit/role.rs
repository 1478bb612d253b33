use formwork_ir::{Graph, Node, NodeId, Op, Padding};

use super::flow::{Flow, State};
use super::order::Order;
use super::step::once;

/// What a parameter is in its layer: all that its layouts in other frameworks depend on.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Role {
    /// The kernel of a convolution: [height, width, channels / groups, filters].
    Conv {
        /// Groups of channels that do not see each other.
        groups: usize,
        /// Whether it does what a dense layer does to each of its windows.
        windows: bool,
    },
    /// The kernel of a depthwise convolution: [height, width, channels, multiplier].
    Depthwise,
    /// The kernel of a transposed convolution: [height, width, filters, channels].
    Transposed,
    /// The kernel of a dense layer: [inputs, outputs].
    Dense {
        /// How the inputs lie.
        inputs: Order,
        /// How the outputs lie; they may become a map.
        outputs: Order,
    },
    /// One value a channel.
    Vector(Order),
    /// A value for each place of a map or of some of its axes, with the place of each axis in
    /// PyTorch.
    Map(Vec<usize>),
    /// PyTorch's layout is not known; why.
    Unknown(String),
}

/// The roles of the parameters of a node, in its order.
pub(super) fn roles(op: &Op, graph: &Graph, node: &Node, flow: &Flow, id: NodeId) -> Vec<Role> {
    let inputs = flow.inputs(node);
    let input = inputs.first().copied();
    let sizes = |i: usize| graph.param(node.params[i]).shape.as_slice();
    let plain = |i: usize| {
        Role::Vector(Order::plain(sizes(i).first().and_then(|n| n.known()).unwrap_or(0)))
    };
    let count = node.params.len();
    let with_bias = |kernels: Vec<Role>| {
        let bias = (kernels.len()..count).map(plain).collect();
        [kernels, bias].concat()
    };
    let all = |role: &dyn Fn(usize) -> Role| (0..count).map(role).collect();
    for input in inputs {
        if let State::Lost(reason) = input {
            return all(&|_| Role::Unknown(reason.clone()));
        }
    }
    // Of one value a channel.
    let vector = |i: usize| match input {
        Some(State::Flat(order)) => Role::Vector(order.clone()),
        _ => plain(i),
    };
    match op {
        Op::Conv2d(conv) => {
            let inside =
                matches!(conv.padding, Padding::Valid | Padding::Explicit([[0, 0], [0, 0]]))
                    || conv.kernel == [1, 1] && conv.padding == Padding::Same;
            let windows = inside && conv.groups == 1 && conv.dilation == [1, 1];
            with_bias(vec![Role::Conv { groups: conv.groups, windows }])
        }
        Op::DepthwiseConv2d(_) => with_bias(vec![Role::Depthwise]),
        Op::SeparableConv2d(_) => {
            with_bias(vec![Role::Depthwise, Role::Conv { groups: 1, windows: true }])
        }
        Op::Conv2dTranspose(_) => with_bias(vec![Role::Transposed]),
        Op::Dense(_) => {
            let [inputs, outputs] = [0, 1].map(|axis| sizes(0)[axis].known().unwrap_or(0));
            let outputs = match flow.state(id) {
                Some(State::Flat(order)) => order.clone(),
                _ => Order::plain(outputs),
            };
            let kernel = match input {
                Some(State::Flat(inputs)) => {
                    Role::Dense { inputs: inputs.clone(), outputs: outputs.clone() }
                }
                _ => Role::Dense { inputs: Order::plain(inputs), outputs: outputs.clone() },
            };
            let bias = (1..count).map(|_| Role::Vector(outputs.clone()));
            std::iter::once(kernel).chain(bias).collect()
        }
        Op::BatchNorm(_) => all(&vector),
        Op::GroupNorm(_) => match input {
            Some(State::Flat(order)) if !order.is_plain() => {
                let reason = "its groups are other channels where a map is flattened otherwise";
                all(&|_| Role::Unknown(reason.to_owned()))
            }
            _ => all(&vector),
        },
        Op::LayerNorm(_) | Op::Prelu(_) => all(&|i| match (input, sizes(i)) {
            (Some(State::Flat(order)), [n]) if n.is(order.values()) => Role::Vector(order.clone()),
            (Some(State::Map(places)), sizes) if sizes.len() > 1 => {
                let places = &places[places.len().saturating_sub(sizes.len())..];
                let known: Option<Vec<_>> = places.iter().copied().collect();
                match known {
                    Some(known) if once(places) => Role::Map(known),
                    _ if sizes.iter().filter(|size| !size.is(1)).count() < 2 => {
                        Role::Map((0..sizes.len()).collect())
                    }
                    _ => Role::Unknown("its input is no map".to_owned()),
                }
            }
            _ => plain(i),
        }),
        _ => all(&|_| Role::Unknown(format!("`{}` has none there", op.spec().name))),
    }
}
