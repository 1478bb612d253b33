//! Each layer of the table in training: gradients are differences of the loss.

mod common;

use common::gradients::{check, options};
use common::random::Choices;
use formwork_ir::{Domain, Graph, Op, Shape, Spec, TABLE, Value, find};

/// Layers that no network has, and why.
const NEVER: &[(&str, &str)] = &[("split", "its parts stand in a graph, each a `slice`")];

/// What the examples do not show: a layer, its arguments, and the sizes that it is applied to.
const CALLS: &[(&str, &str, &[&[usize]])] = &[
    ("conv2d", "6, 3, groups = 2, stride = 2, padding = same", &[&[3, 7, 6, 4]]),
    ("conv2d", "6, (2, 3), groups = 3, padding = ((3, 0), (0, 4))", &[&[2, 5, 4, 6]]),
    ("conv2d", "8, 3, groups = 4, stride = (2, 1), dilation = 2, padding = same", &[&[2, 7, 6, 4]]),
    ("depthwise_conv2d", "3, depth_multiplier = 3, stride = 2", &[&[2, 7, 6, 5]]),
    ("separable_conv2d", "5, 3, depth_multiplier = 2, bias = false", &[&[2, 5, 6, 3]]),
    ("conv2d_transpose", "5, 1, stride = 3, padding = same", &[&[2, 3, 4, 6]]),
    ("conv2d_transpose", "5, (3, 2), stride = 2, dilation = 2", &[&[2, 3, 4, 6]]),
    // Outputs a stride apart are few, and of other numbers in each phase.
    ("conv2d_transpose", "128, (1, 2), stride = 2, padding = ((0, 0), (0, 1))", &[&[1, 1, 2, 3]]),
    ("batch_norm", "scale = false", &[&[2, 1, 1, 5]]),
    ("layer_norm", "axis = (-2, -1), center = false", &[&[3, 4, 5, 20]]),
    ("layer_norm", "axis = (1, 2, 3), scale = false", &[&[3, 4, 5, 3]]),
    ("group_norm", "groups = 3, scale = false", &[&[2, 100, 6]]),
    ("group_norm", "groups = 1, center = false", &[&[3, 8]]),
    ("prelu", "", &[&[3, 4, 20]]),
    ("softmax", "axis = 1", &[&[2, 5, 3, 20]]),
    ("log_softmax", "axis = 2", &[&[2, 5, 3, 20]]),
    ("softmax", "", &[&[7, 40]]),
    ("dropout", "0.3, noise_shape = [_, 1, _]", &[&[2, 5, 20]]),
    ("alpha_dropout", "0.3, noise_shape = [_, 1, _]", &[&[2, 5, 20]]),
    ("permute", "(3, 1, 2)", &[&[2, 3, 4, 5]]),
    ("slice", "1, 1..3", &[&[2, 4, 3, 5]]),
    ("upsample2d", "(3, 2), interpolation = bilinear", &[&[2, 3, 4, 5]]),
    ("resize2d", "(2, 9), interpolation = bilinear, align_corners = true", &[&[2, 5, 4, 20]]),
    ("resize2d", "(2, 9), interpolation = nearest", &[&[2, 5, 4, 3]]),
    ("reduce_mean", "axis = (1, -1)", &[&[2, 5, 4, 3]]),
    ("reduce_sum", "axis = -1, keepdims = true", &[&[2, 5, 4, 30]]),
    ("reduce_max", "axis = (1, 3)", &[&[2, 5, 4, 30]]),
    ("concat", "axis = 1", &[&[2, 5, 3], &[2, 1, 3], &[2, 4, 3]]),
    ("add", "", &[&[2, 5, 1, 3], &[2, 1, 4, 3], &[2, 1, 1, 1]]),
    ("subtract", "", &[&[2, 1, 1, 20], &[2, 5, 4, 1]]),
    ("multiply", "", &[&[2, 5, 4, 20], &[2, 1, 1, 20]]),
    ("multiply", "", &[&[2, 5, 4, 1], &[2, 5, 4, 20], &[2, 1, 4, 1]]),
    ("average", "", &[&[2, 5, 1], &[2, 5, 20], &[2, 1, 20]]),
    ("maximum", "", &[&[2, 5, 20], &[2, 1, 20], &[2, 5, 1]]),
    ("minimum", "", &[&[2, 1, 20], &[2, 5, 1], &[2, 5, 20]]),
];

/// A network of one layer, if it takes those sizes.
fn network(op: &Op, sizes: &[Vec<usize>]) -> Option<Graph> {
    let mut graph = Graph::new("Layer", Domain::default());
    let shape = |sizes: &Vec<usize>| Shape::batched(sizes[1..].iter().copied());
    let inputs = sizes.iter().enumerate().map(|(i, of)| graph.input(&format!("x{i}"), shape(of)));
    let inputs: Vec<_> = inputs.collect();
    let called = vec!["x"; inputs.len()];
    let made = graph.layer("layer", op.clone(), &inputs, &called, None).ok()?;
    graph.set_outputs(&[made]);
    Some(graph)
}

/// Checks it, also with its statistics frozen, if it has some.
fn check_layer(graph: &Graph, sizes: &[Vec<usize>]) {
    let mut choices = Choices(7);
    let names = graph.params().map(|(_, param)| param.name.clone());
    let statistics: Vec<_> = names.filter(|name| name.contains(".moving_")).collect();
    check(graph, sizes, &options(&mut choices), &[], 1e-4);
    if !statistics.is_empty() {
        check(graph, sizes, &options(&mut choices), &statistics, 1e-4);
    }
}

fn call(spec: &Spec, args: &str) -> Op {
    let args = Value::parse_args(args, None).expect("arguments");
    spec.call(&args).unwrap_or_else(|_| panic!("{}", spec.name))
}

/// The sizes that `x: [_, 8, 8, 4], y: [_, 4]` names.
fn example_sizes(text: &str) -> Vec<Vec<usize>> {
    let of = |dims: &str| -> Vec<usize> {
        let dims = dims.trim_start_matches('[').split(", ");
        dims.map(|n| n.parse().unwrap_or(2)).collect()
    };
    text.split(']').filter_map(|input| Some(of(input.split_once(": ")?.1))).collect()
}

/// The same of images no larger than 6×6.
fn small(sizes: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut sizes = sizes.to_vec();
    for sizes in &mut sizes {
        if let [_, height, width, _] = &mut sizes[..] {
            (*height, *width) = ((*height).min(6), (*width).min(6));
        }
    }
    sizes
}

#[test]
fn every_layer_is_trained() {
    let never = |spec: &&Spec| NEVER.iter().all(|(name, _)| *name != spec.name);
    let each = if cfg!(miri) { 20 } else { 1 };
    for spec in TABLE.iter().filter(never).step_by(each) {
        let args = spec.example.body.split_once(&format!(".{}(", spec.name));
        // `layer(x, y)` or an operator has no arguments.
        let args = args.map_or("", |(_, args)| args.strip_suffix(')').expect("a call"));
        let (op, sizes) = (call(spec, args), example_sizes(spec.example.inputs));
        // The oracles are quicker on small images, where an example takes those.
        let of = [small(&sizes), sizes].into_iter().find_map(|of| Some((network(&op, &of)?, of)));
        let (graph, sizes) = of.unwrap_or_else(|| panic!("{}: its example", spec.name));
        check_layer(&graph, &sizes);
    }
    for (layer, args, sizes) in CALLS.iter().step_by(each) {
        let sizes: Vec<_> = sizes.iter().map(|sizes| sizes.to_vec()).collect();
        let graph = network(&call(find(layer).expect("a layer"), args), &sizes);
        check_layer(&graph.unwrap_or_else(|| panic!("{layer}({args})")), &sizes);
    }
}
