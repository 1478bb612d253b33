//! Folding batch norms into random networks: each answers the same, or is refused for a reason.

use std::collections::HashMap;

use formwork::__private::{Folded, Norm, values};
use formwork::dfdx::prelude::{Cpu, TensorFromVec};
use formwork_ir::layers::BatchNorm;
use formwork_ir::oracle::Array;
use formwork_ir::{Domain, Fold, Graph, NodeId, Op, ParamId, Shape, Side, Source, Value, find};

/// A small deterministic source of choices (xorshift).
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn number(&mut self) -> f64 {
        f64::from(self.below(2001) as f32 / 1000.0 - 1.0)
    }

    fn array(&mut self, sizes: &[usize], positive: bool) -> Array {
        let count = sizes.iter().product();
        // As f32 has them.
        let mut value = || if positive { self.number().abs() + 0.125 } else { self.number() };
        Array::new(sizes, (0..count).map(|_| f64::from(value() as f32)).collect())
    }
}

const LAYERS: &[&str] = &[
    "conv2d(4, 3)",
    "conv2d(6, 2, groups = 2, bias = false)",
    "conv2d(4, 3, padding = same)",
    "conv2d(2, 1, padding = same, bias = false)",
    "depthwise_conv2d(2, depth_multiplier = 2, bias = false)",
    "depthwise_conv2d(3, padding = 1)",
    "separable_conv2d(4, 2, bias = false)",
    "separable_conv2d(2, 1)",
    "conv2d_transpose(4, 2, stride = 2)",
    "dense(4)",
    "dense(2, bias = false)",
    "relu()",
    "max_pool2d(1)",
];

const NORMS: &[&str] =
    &["batch_norm()", "batch_norm(scale = false, epsilon = 0.01)", "batch_norm(center = false)"];

fn op(text: &str) -> Op {
    let (name, args) = text.split_once('(').expect("layer(…)");
    let args = Value::parse_args(args.trim_end_matches(')'), None).expect("arguments");
    find(name).expect("a layer").call(&args).expect("its arguments")
}

/// A network of layers in a row with batch norms between them; some read an older value.
fn network(rng: &mut Rng) -> Graph {
    let mut graph = Graph::new("Random", Domain::default());
    let mut nodes = vec![graph.input("x", Shape::batched([6, 7, 2]))];
    let mut add = |from: NodeId, text: &str, nodes: &mut Vec<NodeId>| {
        let name = format!("layer{}", nodes.len());
        if let Ok(node) = graph.layer(&name, op(text), &[from], &["x"], None) {
            nodes.push(node);
        }
    };
    for _ in 0..2 + rng.below(4) {
        let back = if rng.below(8) == 0 { rng.below(2) } else { 0 };
        let from = nodes[nodes.len().saturating_sub(1 + back)];
        add(from, LAYERS[rng.below(LAYERS.len())], &mut nodes);
        for _ in 0..rng.below(3) {
            add(nodes[nodes.len() - 1], NORMS[rng.below(NORMS.len())], &mut nodes);
        }
    }
    // What nothing reads is an output.
    let read: Vec<_> = graph.nodes().flat_map(|(_, node)| node.inputs.clone()).collect();
    let outputs: Vec<_> = nodes.into_iter().filter(|node| !read.contains(node)).collect();
    graph.set_outputs(&outputs);
    graph
}

type Params = HashMap<String, Array>;

fn run(graph: &Graph, params: &Params, input: &Array) -> Vec<f64> {
    let mut values: Vec<Array> = Vec::new();
    for (_, node) in graph.nodes() {
        let Source::Layer(op) = &node.source else {
            values.push(input.clone());
            continue;
        };
        let inputs: Vec<_> = node.inputs.iter().map(|id| values[id.index()].clone()).collect();
        let own: Vec<_> =
            node.params.iter().map(|&id| params[&graph.param(id).name].clone()).collect();
        values.push(op.oracle(&inputs, &own));
    }
    graph.outputs().iter().flat_map(|id| values[id.index()].data().to_vec()).collect()
}

/// Computes what the layer's parameters become.
fn fold(graph: &Graph, Fold { layer, linear, norms }: &Fold, params: &mut Params) {
    let device = Cpu::default();
    let read = |params: &Params, id: ParamId| {
        let array = &params[&graph.param(id).name];
        let values32 = array.data().iter().map(|&x| x as f32).collect();
        let sizes = array.dims().to_vec();
        // Only the ranks that parameters have.
        match *sizes.as_slice() {
            [a] => values(&device.tensor_from_vec(values32, (a,))),
            [a, b] => values(&device.tensor_from_vec(values32, (a, b))),
            [a, b, c, d] => values(&device.tensor_from_vec(values32, (a, b, c, d))),
            _ => panic!("{sizes:?}"),
        }
    };
    let node = graph.node(*layer);
    let (kernels, bias) = node.params.split_at(linear.kernels.len());
    let bias = bias.first().map(|&id| read(params, id));
    let mut kernel = linear.kernels.iter().zip(kernels).map(|(l, &id)| (*l, read(params, id)));
    let mut next = || kernel.next().expect("a kernel");
    let mut folded = match kernels.len() {
        1 => Folded::new([next()], bias),
        _ => Folded::new([next(), next()], bias),
    };
    for (norm, side) in norms {
        let node = graph.node(*norm);
        let Source::Layer(Op::BatchNorm(BatchNorm { epsilon, scale, center, .. })) = node.source
        else {
            panic!("{} is no batch norm", node.name)
        };
        let mut own = node.params.iter().map(|&id| read(params, id));
        let gamma = scale.then(|| own.next()).flatten();
        let beta = center.then(|| own.next()).flatten();
        let mut next = || own.next().expect("a statistic");
        let norm = Norm::new(epsilon, gamma, beta, next(), next());
        match side {
            Side::Before => folded.after(norm),
            Side::After => folded.then(norm),
        }
    }
    for (i, id) in kernels.iter().enumerate() {
        let sizes = params[&graph.param(*id).name].dims().to_vec();
        let values = folded.rounded(Some(i)).into_iter().map(f64::from).collect();
        params.insert(graph.param(*id).name.clone(), Array::new(&sizes, values));
    }
    let bias: Vec<_> = folded.rounded(None).into_iter().map(f64::from).collect();
    params.insert(format!("{}.bias", node.name), Array::new(&[bias.len()], bias));
}

#[test]
fn random_networks_answer_the_same() {
    let (mut folded, mut norms, mut refused) = (0, 0, 0);
    for seed in 1..=1500_u64 {
        let rng = &mut Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let graph = network(rng);
        let mut params: Params = graph
            .params()
            .map(|(_, param)| {
                let sizes: Vec<_> = param.shape.iter().filter_map(|dim| dim.known()).collect();
                (param.name.clone(), rng.array(&sizes, param.name.ends_with("variance")))
            })
            .collect();
        let input = rng.array(&[2, 6, 7, 2], false);
        match graph.fold_batch_norm() {
            Err(refusals) => {
                assert!(refusals.iter().all(|refusal| !refusal.help.is_empty()));
                refused += 1;
            }
            Ok((without, folds)) => {
                let expected = run(&graph, &params, &input);
                for each in &folds {
                    fold(&graph, each, &mut params);
                }
                assert_eq!(without.graph.norms().count(), 0);
                let found = run(&without.graph, &params, &input);
                let largest = expected.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
                assert_eq!(expected.len(), found.len());
                for (expected, found) in expected.iter().zip(&found) {
                    let near = (expected - found).abs() <= 1e-5 * largest;
                    assert!(near, "{seed}: {expected}, folded {found}\n{graph}");
                }
                folded += usize::from(!folds.is_empty());
                norms += folds.iter().map(|fold| fold.norms.len()).sum::<usize>();
            }
        }
    }
    assert!(folded > 300 && norms > 600 && refused > 300, "{folded}, {norms}, {refused}");
}
