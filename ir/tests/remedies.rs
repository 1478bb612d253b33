//! What is advised for merges whose pixels lie apart, tried out on random networks.

mod common;

use common::{Rng, call, op, shape};
use formwork_ir::{Graph, NodeId, Source, Value, shifts};

const LAYERS: &[&str] = &[
    "conv2d(4, 3, padding = same)",
    "conv2d(4, 2, padding = same)",
    "conv2d(4, 2)",
    "conv2d(4, 1, stride = 2)",
    "conv2d(4, 3, stride = 2, padding = same)",
    "conv2d(4, 3, stride = 2, padding = 1)",
    "depthwise_conv2d((3, 5), stride = 2, padding = (1, 2))",
    "max_pool2d(2)",
    "avg_pool2d(3, stride = 2, padding = same)",
    "upsample2d(2)",
    "upsample2d(2, interpolation = bilinear, align_corners = true)",
    "conv2d_transpose(4, 3, stride = 2, padding = same)",
    "conv2d_transpose(4, 3, stride = 2, padding = 1, output_padding = 1)",
    "conv2d_transpose(4, 4, stride = 2, padding = 1)",
    "crop2d(((1, 0), (1, 0)))",
    "crop2d(((0, 1), (0, 1)))",
    "crop2d(1)",
    "zero_pad2d(((0, 1), (1, 0)))",
    "zero_pad2d(1)",
    "permute((2, 1, 3))",
    "relu()",
];

/// A network of maps of four channels, as text.
fn network(rng: &mut Rng) -> String {
    let mut nodes = vec![("x".to_owned(), shape("[_, 32, 32, 4]"))];
    let mut text = "model Random\nx = input() : [_, 32, 32, 4]\n".to_owned();
    for i in 0..24 {
        let last = nodes.len() - 1;
        let first = if rng.below(2) == 0 { nodes[last].clone() } else { rng.pick(&nodes) };
        let alike: Vec<_> = nodes.iter().filter(|(_, shape)| *shape == first.1).cloned().collect();
        let (layer, inputs) = match rng.below(3) {
            0 if alike.len() > 1 => ("add()", vec![first, rng.pick(&alike)]),
            _ => (rng.pick(LAYERS), vec![first]),
        };
        let (names, shapes): (Vec<_>, Vec<_>) = inputs.into_iter().unzip();
        let op = op(layer);
        let Ok(inferred) = call(&op, &shapes, |call| op.infer(call)) else { continue };
        let (layer, args) = layer.split_once('(').expect("layer(…)");
        text += &format!("n{i} = {layer}({}; {args} : {}\n", names.join(", "), inferred.shape);
        nodes.push((format!("n{i}"), inferred.shape));
    }
    text
}

/// The same network, with other arguments at one node.
fn mended(text: &str, graph: &Graph, mend: NodeId, arguments: &str) -> Graph {
    let node = graph.node(mend);
    let Source::Layer(op) = &node.source else { panic!("`{}` is no layer", node.name) };
    let others = Value::parse_args(arguments, None).expect("arguments");
    let args = op.spec().args.iter().zip(op.write()).map(|(arg, value)| {
        let other = others.iter().find(|(name, _)| name.as_deref() == Some(arg.name));
        format!("{} = {}", arg.name, other.map_or(&value, |(_, value)| value))
    });
    let (args, head) = (args.collect::<Vec<_>>().join(", "), format!("{} = ", node.name));
    let line = text.lines().find(|line| line.starts_with(&head)).expect("a line of its own");
    let (start, _) = line.split_once(';').expect("inputs; arguments");
    let mended = format!("{start}; {args}) : {}", node.shape);
    Graph::parse(&text.replace(line, &mended)).expect("it fits as before")
}

#[test]
fn what_is_advised_mends_the_merge() {
    let (mut advised, mut not) = (0, 0);
    for seed in 0..1500 {
        let text = network(&mut Rng::new(seed));
        let graph = Graph::parse(&text).expect(&text);
        for shift in shifts(&graph) {
            let Some((node, arguments)) = &shift.remedy else {
                not += 1;
                continue;
            };
            let after = shifts(&mended(&text, &graph, *node, arguments));
            let still = after.iter().any(|other| other.node == shift.node);
            assert!(!still, "seed {seed}: {shift:?}\n{text}");
            advised += 1;
        }
    }
    assert!(advised > 500 && not > 500, "{advised} advised, {not} not");
}
