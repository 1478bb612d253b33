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
    match choices.below(27) {
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
        _ => ("layer_norm", String::new()),
    }
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
    let count = 2 + choices.below(14);
    for i in 0..count {
        let near = values.len() - 1 - choices.below(values.len().min(3));
        let value = values[near];
        let name = format!("n{i}");
        let channels = graph.node(value).shape.dims().last().and_then(|dim| dim.known());
        let (name_of, args) = match choices.below(4) {
            0 => (choices.pick(&["add", "add", "multiply", "concat", "concat"]), String::new()),
            _ => layer(choices, channels.expect("a number")),
        };
        let spec = find(name_of).expect("a layer");
        let Ok(args) = Value::parse_args(&args, None) else { panic!("{name_of}({args})") };
        let Ok(op) = spec.call(&args) else { panic!("{name_of}") };
        let inputs: Vec<NodeId> = match spec.inputs.range() {
            (1, 1) => vec![value],
            _ => vec![value, values[choices.below(values.len())]],
        };
        let called = vec!["x"; inputs.len()];
        let sized = graph.clone().layer(&name, op.clone(), &inputs, &called, None);
        let fits = sized.is_ok_and(|_| true);
        if fits && let Ok(made) = graph.layer(&name, op, &inputs, &called, None) {
            let values_of = graph.node(made).shape.values();
            // Small, so that the oracle is quick.
            if values_of.known().is_some_and(|n| n <= 4000) {
                values.push(made);
            }
        }
    }
    let last = values[values.len() - 1];
    let mut outputs = vec![last];
    for _ in 0..choices.below(3) {
        outputs.push(values[choices.below(values.len())]);
    }
    graph.set_outputs(&outputs);
    graph
}
