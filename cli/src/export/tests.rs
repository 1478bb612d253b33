//! Networks of random layers: whatever they are, exporting them ends in a whole file or in words.

use std::collections::HashSet;

use formwork_ir::{Dim, Domain, Graph, Kind, NodeId, Shape, Sizes, Symbol, TABLE};
use prost::Message;

use super::values::Values;
use super::{Layout, keras, onnx, values};
use crate::onnx::proto::ModelProto;

#[path = "../../../ir/tests/common/mod.rs"]
mod common;

use common::Rng;

/// A network of layers that fit.
fn network(seed: u64) -> Graph {
    let mut rng = Rng::new(seed);
    let mut domain = Domain::default();
    let sizes = |rng: &mut Rng| match rng.below(3) {
        0 => Sizes::ALL.and_every(4, &[0]).unwrap_or(Sizes::ALL),
        _ => Sizes::ALL,
    };
    let own = [sizes(&mut rng), sizes(&mut rng)];
    let [h, w] = [("H", own[0].clone()), ("W", own[1].clone())]
        .map(|(name, sizes)| Dim::from(domain.declare(Symbol::new(name, Kind::Runtime), sizes)));
    let mut graph = Graph::new(rng.pick(&["Net", "ResNet50", "Class"]), domain);
    let shapes = [
        Shape::batched([6, 8, 4]),
        Shape::batched([8, 8, 3]),
        Shape::batched([h.clone(), w, 4.into()]),
        Shape::batched([h, 8.into(), 3.into()]),
        Shape::batched([12]),
    ];
    let mut ids: Vec<NodeId> = Vec::new();
    for name in ["x", "load"] {
        ids.push(graph.input(name, rng.pick(&shapes)));
    }
    let values = common::values();
    for i in 0..30 {
        let spec = rng.pick(TABLE);
        let Some(op) = rng.op(&spec, &values) else { continue };
        let (fewest, most) = spec.inputs.range();
        let count = fewest + rng.below(most.min(3) - fewest + 1);
        // The last ones are read most.
        let recent: Vec<_> = ids.iter().rev().take(3).copied().collect();
        let inputs: Vec<_> = (0..count).map(|_| rng.pick(&recent)).collect();
        let name = match rng.below(40) {
            0 => format!("n{i}/Conv"),
            1 => format!("n-{i}"),
            _ => format!("n{i}.{}", spec.name),
        };
        ids.extend(graph.layer(&name, op, &inputs, &["x", "y", "z"][..count], None));
    }
    let outputs = [ids[ids.len() - 1], rng.pick(&ids), ids[ids.len() - 1]];
    graph.set_outputs(&outputs[..1 + rng.below(3)]);
    graph
}

/// Whether every value is made once and before it is read, and every output is made.
fn whole(bytes: &[u8]) -> bool {
    let graph = ModelProto::decode(bytes).expect("a model").graph.expect("a graph");
    let mut made = HashSet::from([""]);
    let constants = graph.initializer.iter().map(|constant| constant.name.as_str());
    let first = graph.input.iter().map(|input| input.name.as_str()).chain(constants);
    let names: Vec<_> = graph.node.iter().map(|node| &node.name).collect();
    first.into_iter().all(|name| made.insert(name))
        && graph.node.iter().all(|node| {
            node.input.iter().all(|name| made.contains(name.as_str()))
                && node.output.iter().all(|name| made.insert(name))
        })
        && names.iter().collect::<HashSet<_>>().len() == names.len()
        && graph.output.iter().all(|output| made.contains(output.name.as_str()))
        && graph.output.iter().map(|output| &output.name).collect::<HashSet<_>>().len()
            == graph.output.len()
}

#[test]
fn random_networks_are_exported_or_refused() {
    let (mut as_onnx, mut as_keras, mut nodes) = (0, 0, 0);
    for seed in 0..600 {
        let graph = network(seed);
        if !graph.mismatches().is_empty() {
            continue;
        }
        for layout in [Layout::Nchw, Layout::Nhwc] {
            let file = values::check(&graph)
                .and_then(|()| onnx::bytes(&graph, &mut Values::Random(seed), layout));
            match file {
                Ok(bytes) => {
                    assert!(whole(&bytes), "seed {seed}, {layout:?}: {graph}");
                    as_onnx += 1;
                    nodes += graph.nodes().len();
                }
                Err(problems) => assert!(!problems.is_empty(), "seed {seed}: {graph}"),
            }
        }
        match keras::source(&graph) {
            Ok(text) => {
                assert!(text.lines().all(|line| !line.ends_with(' ')), "seed {seed}: {text}");
                as_keras += 1;
            }
            Err(problems) => assert!(!problems.is_empty(), "seed {seed}: {graph}"),
        }
    }
    assert!(as_onnx > 300 && as_keras > 100 && nodes > 3000, "{as_onnx}, {as_keras}, {nodes}");
}

/// The operators of a model's file, in order.
fn operators(model: &str, layout: Layout) -> Vec<String> {
    let (models, _) = formwork_compiler::check(model.parse().expect("tokens"));
    let bytes = onnx::bytes(&models[0].graph, &mut Values::Random(0), layout).expect("a file");
    let graph = ModelProto::decode(bytes.as_slice()).expect("a model").graph.expect("a graph");
    graph.node.into_iter().map(|node| node.op_type).collect()
}

#[test]
fn values_are_moved_only_where_their_order_matters() {
    let check = |model: &str, layout, expect: &[&str]| {
        assert_eq!(operators(model, layout), expect, "{model}");
    };
    let digits = "struct Net(x: [_, 8, 8, 3]) -> [_, 5] {
        x.conv2d(4, 3).max_pool2d(2).flatten().dropout(0.5).relu().dense(5).softmax()
    }";
    check(digits, Layout::Nchw, &["Conv", "MaxPool", "Flatten", "Relu", "Gemm", "Softmax"]);
    check(
        digits,
        Layout::Nhwc,
        &["Transpose", "Conv", "MaxPool", "Flatten", "Relu", "Gemm", "Softmax"],
    );
    check(
        "struct Net(x: [_, 8, 8, 3]) -> [_, 192] { x.sigmoid().flatten() }",
        Layout::Nchw,
        &["Sigmoid", "Transpose", "Flatten"],
    );
    check(
        "struct Net(x: [_, 8, 8, 3]) -> [_, 8, 8, 3] {
            concat(x.slice(-1, 0..1), x.softmax().slice(3, 1..3)) + x.reduce_max(1, keepdims = true)
        }",
        Layout::Nchw,
        &["Slice", "Softmax", "Slice", "Concat", "ReduceMax", "Add"],
    );
    check(
        "struct Net(x: [_, 8, 8, 3]) -> [_, 8, 8, 3] { x.relu() + x.tanh() }",
        Layout::Nhwc,
        &["Relu", "Tanh", "Add"],
    );
}
