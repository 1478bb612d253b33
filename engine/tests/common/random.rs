//! Random networks.

use formwork_ir::{Domain, Graph, NodeId, Shape, Value, find};

/// A small deterministic source of choices (xorshift).
pub(crate) struct Choices(pub u64);

impl Choices {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// A layer for tensors of a shape, with its arguments; not all fit.
fn layer(choices: &mut Choices, channels: usize) -> (&'static str, String) {
    let [k, s] = [1 + choices.below(3), choices.pick(&[1, 1, 1, 2])];
    let filters = 1 + choices.below(20);
    let padding = choices.pick(&["valid", "same", "same", "((1, 0), (0, 2))"]);
    let groups = choices.pick(&[1, 1, 1, 2, channels]);
    let bias = choices.pick(&["true", "false"]);
    let window = format!("stride = ({s}, {s}), padding = {padding}");
    let keepdims = choices.pick(&["true", "false"]);
    match choices.below(40) {
        0..4 => {
            let dilation = if s == 1 { 1 + choices.below(2) } else { 1 };
            let more = format!("dilation = ({dilation}, {dilation}), groups = {groups}");
            let filters = filters * groups;
            ("conv2d", format!("{filters}, ({k}, {k}), {window}, {more}, bias = {bias}"))
        }
        4..6 => ("conv2d", format!("{filters}, (3, 3), padding = same, bias = {bias}")),
        6 => ("depthwise_conv2d", format!("({k}, {k}), {window}, bias = {bias}")),
        7 => ("separable_conv2d", format!("{filters}, (3, 3), {window}")),
        8 => ("conv2d_transpose", format!("{filters}, ({k}, {k}), {window}")),
        9 => ("dense", format!("{filters}, bias = {bias}")),
        10 => ("max_pool2d", format!("({k}, {k}), {window}")),
        11 => ("avg_pool2d", format!("({k}, {k}), {window}")),
        12..15 => ("batch_norm", String::new()),
        15..17 => ("relu", String::new()),
        17 => ("relu6", String::new()),
        18 => (choices.pick(&["silu", "sigmoid", "tanh", "hard_swish", "gelu"]), String::new()),
        19 => (choices.pick(&["dropout", "spatial_dropout2d"]), "0.5".to_owned()),
        20 => {
            let from = choices.below(channels);
            ("slice", format!("-1, {from}..{}", from + 1 + choices.below(channels - from)))
        }
        21 => ("upsample2d", "(2, 2)".to_owned()),
        22 => ("zero_pad2d", "((1, 0), (0, 2))".to_owned()),
        23 => ("softmax", String::new()),
        24 => ("flatten", String::new()),
        25 => ("global_avg_pool2d", format!("keepdims = {}", choices.pick(&["true", "false"]))),
        26 => ("layer_norm", choices.pick(&["", "axis = (-2, -1)"]).to_owned()),
        27 => ("group_norm", format!("groups = {}", choices.pick(&[1, 2, channels]))),
        28 => ("prelu", choices.pick(&["", "shared_axes = (1, 2)"]).to_owned()),
        29 => (choices.pick(&["softmax", "log_softmax"]), "axis = 1".to_owned()),
        30 => ("crop2d", "((1, 0), (0, 1))".to_owned()),
        31 => {
            ("permute", choices.pick(&["(2, 1, 3)", "(3, 1, 2)", "(1, 3, 2)", "(2, 1)"]).to_owned())
        }
        32 => (choices.pick(&["depth_to_space", "space_to_depth"]), "2".to_owned()),
        33 => ("upsample2d", "(2, 3), interpolation = bilinear".to_owned()),
        34 => {
            let align = choices.pick(&["true", "false"]);
            ("resize2d", format!("(5, 4), interpolation = bilinear, align_corners = {align}"))
        }
        35 | 36 => {
            let axis = choices.pick(&["(1, 2)", "-1", "1", "(1, -1)"]);
            let kind = choices.pick(&["reduce_mean", "reduce_sum", "reduce_max"]);
            (kind, format!("axis = {axis}, keepdims = {keepdims}"))
        }
        37 => (
            choices.pick(&["alpha_dropout", "gaussian_noise", "gaussian_dropout"]),
            "0.3".to_owned(),
        ),
        38 => {
            let multiplier = choices.pick(&[2, 3]);
            let more = format!("depth_multiplier = {multiplier}, bias = {bias}");
            ("depthwise_conv2d", format!("({k}, {k}), {window}, {more}"))
        }
        _ => ("slice", "1, 0..1".to_owned()),
    }
}

/// A merge of several tensors, with its arguments.
fn merge(choices: &mut Choices) -> (&'static str, &'static str) {
    match choices.below(3) {
        0 => ("add", ""),
        1 => ("concat", choices.pick(&["", "", "axis = 1"])),
        _ => (choices.pick(&["multiply", "subtract", "maximum", "minimum", "average"]), ""),
    }
}

/// A layer that makes something that broadcasts to what it is applied to: a gate.
fn gate(choices: &mut Choices) -> (&'static str, &'static str) {
    choices.pick(&[
        ("global_avg_pool2d", "keepdims = true"),
        ("reduce_mean", "axis = -1, keepdims = true"),
        // Along one axis: a norm of what is the same everywhere would be one of rounding errors.
        ("reduce_max", "axis = 2, keepdims = true"),
        ("reduce_sum", "axis = 1, keepdims = true"),
    ])
}

/// Adds a layer, if it fits and what it makes is small, so that the oracle is quick.
fn apply(graph: &mut Graph, (layer, args): (&str, &str), inputs: &[NodeId]) -> Option<NodeId> {
    let spec = find(layer).expect("a layer");
    let Ok(args) = Value::parse_args(args, None) else { panic!("{layer}({args})") };
    let Ok(op) = spec.call(&args) else { panic!("{layer}") };
    let count = graph.nodes().count();
    let (name, called) = (format!("b{}.n{count}", count / 4), vec!["x"; inputs.len()]);
    let mut sized = graph.clone();
    let made = sized.layer(&name, op, inputs, &called, None).ok()?;
    let count = sized.node(made).shape.values().known();
    count.filter(|count| *count <= 4000)?;
    *graph = sized;
    Some(made)
}

pub(crate) fn graph(choices: &mut Choices) -> Graph {
    let mut graph = Graph::new("Random", Domain::default());
    let size = |choices: &mut Choices| 1 + choices.below(10);
    let sides = [size(choices), size(choices)];
    let image = Shape::batched([sides[0], sides[1], 1 + choices.below(9)]);
    let mut values = vec![graph.input("x", image.clone())];
    if choices.below(3) == 0 {
        values.push(graph.input("y", image));
    }
    for _ in 0..2 + choices.below(14) {
        let near = values.len() - 1 - choices.below(values.len().min(3));
        let value = values[near];
        let other = |choices: &mut Choices| values[choices.below(values.len())];
        let channels = graph.node(value).shape.dims().last().and_then(|dim| dim.known());
        let made = match choices.below(6) {
            0 => {
                let (layer, args) = merge(choices);
                let mut inputs = vec![value, other(choices)];
                if layer != "subtract" && choices.below(4) == 0 {
                    inputs.push(other(choices));
                }
                apply(&mut graph, (layer, args), &inputs)
            }
            1 => apply(&mut graph, gate(choices), &[value]).and_then(|gate| {
                let inputs = choices.pick(&[[value, gate], [gate, value]]);
                let layer = choices.pick(&["multiply", "add", "subtract", "maximum", "minimum"]);
                apply(&mut graph, (layer, ""), &inputs)
            }),
            2 if channels.is_some_and(|channels| channels > 1) => {
                let channels = channels.unwrap_or(1);
                let middle = 1 + choices.below(channels - 1);
                let ranges = [format!("-1, 0..{middle}"), format!("-1, {middle}..{channels}")];
                let parts = ranges.map(|range| apply(&mut graph, ("slice", &range), &[value]));
                values.extend(parts.into_iter().flatten());
                None
            }
            _ => {
                // A batch of numbers has no channels.
                let (layer, args) = layer(choices, channels.unwrap_or(1));
                apply(&mut graph, (layer, &args), &[value])
            }
        };
        values.extend(made);
    }
    let last = values[values.len() - 1];
    let mut outputs = vec![last];
    for _ in 0..choices.below(3) {
        outputs.push(values[choices.below(values.len())]);
    }
    graph.set_outputs(&outputs);
    graph
}
