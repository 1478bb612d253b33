//! What is written is compiled, and is the graph that was given.

use std::fs;
use std::path::Path;

use formwork_ir::{
    Application, Declared, Domain, Graph, Inputs, NodeId, Ratio, Scheme, Shape, Source, TABLE,
    Value,
};
use proptest::prelude::{any, prop_assert, proptest};
use proptest::test_runner::Config;

use super::{Level, attempt, write};
use crate::sources;

/// The graphs of the models of a file.
fn graphs(path: &Path) -> Vec<Graph> {
    let source = fs::read_to_string(path).expect("a file");
    let invocations = sources::invocations(&source).expect("Rust");
    let models = invocations.into_iter().flat_map(|found| formwork_compiler::check(found.tokens).0);
    models.map(|model| model.graph).collect()
}

/// Every example, by the name of its file.
fn examples() -> Vec<(String, Vec<Graph>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/src/bin");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the examples") {
        let path = entry.expect("an example").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        found.push((name, graphs(&path)));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

#[test]
fn every_example_is_written_as_the_same_graph_in_each_form() {
    let mut count = 0;
    for (file, graphs) in examples() {
        for graph in graphs {
            for level in Level::ALL {
                let source = attempt(&graph, &[], level);
                let source = source.unwrap_or_else(|error| {
                    let text = super::model::write(&graph, &[], level);
                    panic!("{file}: {}, {level:?}: {error}\n{text}", graph.name())
                });
                assert_eq!(source.names.len(), graph.params().len(), "{file}, {level:?}");
                let source = attempt(&unnamed(&graph), &[], level);
                assert!(source.is_ok(), "{file}: {}, {level:?}, without names", graph.name());
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// The same network without the names that a person gave.
fn unnamed(graph: &Graph) -> Graph {
    let mut other = Graph::new(graph.name(), graph.declared().clone());
    for (id, node) in graph.nodes() {
        let kind = match &node.source {
            Source::Layer(op) => op.spec().name,
            _ => "node",
        };
        let name = format!("/{kind}_{}", id.index());
        let inputs = &node.inputs;
        match &node.source {
            Source::Input => other.pixels(&node.name, node.shape.clone(), node.scheme),
            Source::Model(model) => {
                let weights = node.weights.as_deref().unwrap_or(&node.name);
                other.model(&name, model, inputs, node.shape.clone(), weights)
            }
            Source::Layer(op) => other
                .apply(Application {
                    name: &name,
                    op: op.clone(),
                    inputs,
                    called: &vec!["a node"; inputs.len()],
                    asserted: node.asserted.then_some(&node.shape),
                    weights: node.weights.as_deref(),
                })
                .expect("a layer that fits"),
        };
    }
    other.set_outputs(graph.outputs());
    other
}

#[test]
fn examples_are_written_as_a_person_would() {
    const SHOWN: &[&str] = &[
        "resnet18",
        "mobilenet_v2",
        "efficientnet_b0",
        "unet",
        "vgg16",
        "densenet121",
        "fpn",
        "two_inputs",
        "resnet50",
        "deeplab",
        "hed",
    ];
    let mut wrong = Vec::new();
    for (file, graphs) in examples().into_iter().filter(|(file, _)| SHOWN.contains(&file.as_str()))
    {
        let docs = ["As the example has it.".to_owned()];
        let named = ["two_inputs", "unet", "fpn"].contains(&file.as_str());
        let graph = if named { graphs[0].clone() } else { unnamed(&graphs[0]) };
        let text = write(&graph, &docs).expect(&file).text;
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/source/{file}.rs.txt"));
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, &text).expect("a golden");
        } else if fs::read_to_string(&path).ok() != Some(text) {
            wrong.push(file);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?} changed: look at them after BLESS=1");
}

/// A small deterministic source of choices (xorshift).
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// Values of every kind that some argument takes.
fn values() -> Vec<Value> {
    const TEXT: &[&str] = &[
        "0",
        "1",
        "1",
        "2",
        "2",
        "3",
        "4",
        "5",
        "8",
        "-1",
        "-2",
        "0.5",
        "0.25",
        "1.5",
        "-0.5",
        "true",
        "false",
        "same",
        "valid",
        "none",
        "nearest",
        "bilinear",
        "zeros",
        "he_normal",
        "constant(0.1)",
        "random_normal(0.0, stddev = 0.1)",
        "(1, 2)",
        "(2, 3)",
        "(2, 2)",
        "(1, 2, 3)",
        "(2, 1, 3)",
        "(1,)",
        "((0, 1), (1, 0))",
        "((1, 1), (2, 2))",
        "0..2",
        "-3..-1",
        "[_, 1, 1, _]",
        "[_, -1]",
        "[_, 4, -1]",
        "[_, 2, 2, -1]",
    ];
    TEXT.iter().map(|text| Value::parse(text).expect("a value")).collect()
}

/// Inputs that a model may have, and layers on any nodes that are there already; often a piece is
/// appended several times. Names are whatever a file may hold.
fn random(seed: u64, names: &[String]) -> Graph {
    let mut rng = Rng(seed | 1);
    let values = values();
    let split = formwork_ir::layers::Split::NAME;
    let table: Vec<_> = TABLE.iter().filter(|spec| spec.name != split).collect();
    let name = |rng: &mut Rng, i: usize| format!("{}.{i}", rng.pick(names));
    let mut graph = Graph::new(&rng.pick(names), Domain::default());
    let mut nodes = Vec::new();
    for i in 0..1 + rng.below(3) {
        let (shape, scheme) = match rng.below(4) {
            0 => (Shape::batched([12]), None),
            1 => (Shape::batched([4, 6, 6, 3]), None),
            2 => (Shape::batched([8, 8, 3]), Some(Scheme::Imagenet)),
            _ => {
                let [low, high] = [0, 1].map(|_| Ratio::new(rng.below(99) as i64 - 50, 7));
                let scheme = low.zip(high).filter(|(low, high)| low != high);
                (Shape::batched([8, 6, 4]), scheme.map(|(low, high)| Scheme::Between(low, high)))
            }
        };
        let name = name(&mut rng, i);
        nodes.push(graph.pixels(&name, shape, scheme));
    }
    let mut last = rng.pick(&nodes);
    let mut chosen = Vec::new();
    for i in 0..10 + rng.below(30) {
        // Half of the time, what came a few layers before.
        let repeated = (chosen.len() > 4 && rng.below(2) == 0)
            .then(|| rng.pick(&chosen[chosen.len().saturating_sub(8)..]));
        let op = match repeated {
            Some(op) => op,
            None => {
                let spec = rng.pick(&table);
                let mut args: Vec<_> = spec
                    .args
                    .iter()
                    .map(|arg| {
                        let given = arg.default.is_none() || rng.below(3) == 0;
                        given.then(|| rng.pick(&values))
                    })
                    .collect();
                let mut tries = 0..200;
                let op = loop {
                    match (spec.read)(&args) {
                        Ok(op) => break Some(op),
                        Err(fault) if tries.next().is_some() => {
                            args[fault.arg] = Some(rng.pick(&values));
                        }
                        Err(_) => break None,
                    }
                };
                let Some(op) = op else { continue };
                op
            }
        };
        let count = match op.spec().inputs {
            Inputs::One => 1,
            Inputs::Two => 2,
            Inputs::Many => 2 + rng.below(2),
        };
        let mut inputs: Vec<_> = (0..count).map(|_| rng.pick(&nodes)).collect();
        if rng.below(4) > 0 {
            inputs[0] = last;
        }
        let called = vec!["a node"; count];
        let name = name(&mut rng, 100 + i);
        if let Ok(id) = graph.layer(&name, super::layer::normal(&op), &inputs, &called, None) {
            nodes.push(id);
            last = id;
            chosen.push(op);
        }
    }
    let outputs: Vec<_> = (0..1 + rng.below(3)).map(|_| rng.pick(&nodes)).chain([last]).collect();
    graph.set_outputs(&outputs);
    graph
}

/// A network of pieces that are there several times, each time with other numbers.
fn regular(seed: u64) -> Graph {
    let mut rng = Rng(seed | 1);
    let mut net = Net { graph: Graph::new("Regular", Domain::default()), count: 0 };
    let mut x = net.graph.input("image", Shape::batched([32, 32, 4]));
    let style = rng.below(6);
    let (norm, activation) = (rng.below(3), rng.pick(&["relu", "silu", "relu6"]));
    let (kernel, expand) = (1 + 2 * rng.below(3), 1 + rng.below(6));
    let mut skips = Vec::new();
    let mut width = 4;
    for stage in 0..2 + rng.below(3) {
        width = if rng.below(3) == 0 { width } else { 2 * width };
        for round in 0..1 + rng.below(4) {
            let stride = if round == 0 && stage > 0 { 1 + rng.below(2) } else { 1 };
            let before = x;
            let channels = net.channels(x);
            let conv = |net: &mut Net, x, filters: usize, kernel: usize, stride: usize| {
                let y = net.layer(
                    &format!("conv2d({filters}, {kernel}, stride = {stride}, padding = same)"),
                    &[x],
                );
                if norm > 0 { net.layer("batch_norm(epsilon = 0.01)", &[y]) } else { y }
            };
            let active = |net: &mut Net, x| net.layer(&format!("{activation}()"), &[x]);
            match style {
                0 => {
                    let y = conv(&mut net, x, width, kernel, stride);
                    x = active(&mut net, y);
                }
                1 | 2 => {
                    let y = conv(&mut net, x, width, kernel, stride);
                    let y = active(&mut net, y);
                    let y = conv(&mut net, y, width, kernel, 1);
                    let shortcut = if channels != width || stride > 1 {
                        conv(&mut net, x, width, 1, stride)
                    } else {
                        x
                    };
                    let order = if style == 1 { [y, shortcut] } else { [shortcut, y] };
                    x = net.layer("add()", &order);
                    x = active(&mut net, x);
                }
                3 => {
                    let mut y = x;
                    if stage > 0 {
                        y = conv(&mut net, y, expand * channels, 1, 1);
                        y = active(&mut net, y);
                    }
                    let args = format!("{kernel}, stride = {stride}, padding = same, bias = false");
                    y = net.layer(&format!("depthwise_conv2d({args})"), &[y]);
                    if norm > 1 {
                        let gate = net.layer("global_avg_pool2d(keepdims = true)", &[y]);
                        let inner = net.channels(y);
                        let gate = net.layer(&format!("conv2d({inner}, 1)"), &[gate]);
                        let gate = net.layer("sigmoid()", &[gate]);
                        y = net.layer("multiply()", &[y, gate]);
                    }
                    y = conv(&mut net, y, width, 1, 1);
                    x = if stride == 1 && channels == width {
                        net.layer("add()", &[x, y])
                    } else {
                        y
                    };
                }
                4 => {
                    let y = active(&mut net, x);
                    let y = conv(&mut net, y, expand, kernel, 1);
                    x = net.layer("concat()", &[x, y]);
                }
                _ => {
                    x = conv(&mut net, x, width, kernel, 1);
                    x = active(&mut net, x);
                }
            }
            if rng.below(9) == 0 {
                x = net.layer("dropout(0.25)", &[x]);
            }
            assert_ne!(x, before);
        }
        if rng.below(2) == 0 {
            skips.push(x);
            x = net.layer("max_pool2d(2, padding = same)", &[x]);
        }
    }
    for skip in skips.into_iter().rev() {
        let up = net.layer("upsample2d(2)", &[x]);
        let (a, b) = (net.graph.node(up).shape.clone(), net.graph.node(skip).shape.clone());
        if a.dims()[1..3] == b.dims()[1..3] {
            let merged = net.layer("concat()", &[up, skip]);
            x = net.layer(&format!("conv2d({width}, 3, padding = same)"), &[merged]);
            width = (width / 2).max(1);
        }
    }
    net.graph.set_outputs(&[x]);
    net.graph
}

struct Net {
    graph: Graph,
    count: usize,
}

impl Net {
    fn layer(&mut self, call: &str, inputs: &[NodeId]) -> NodeId {
        let (name, args) = call.split_once('(').expect("layer(…)");
        let args = args.strip_suffix(')').expect("layer(…)");
        let args = Value::parse_args(args, None).expect("arguments");
        let op = formwork_ir::find(name).expect("a layer").call(&args).expect("its arguments");
        self.count += 1;
        let called = vec!["a node"; inputs.len()];
        let name = format!("{name}_{}", self.count);
        self.graph.layer(&name, op, inputs, &called, None).expect("a layer that fits")
    }

    fn channels(&self, node: NodeId) -> usize {
        self.graph.node(node).shape.dims()[3].known().expect("a number")
    }
}

proptest! {
    #![proptest_config(Config::with_cases(300))]
    #[test]
    fn a_regular_graph_is_written_as_the_same_graph_in_each_form(seed in any::<u64>()) {
        let graph = regular(seed);
        for level in Level::ALL {
            let source = attempt(&graph, &[], level);
            let text = super::model::write(&graph, &[], level);
            prop_assert!(source.is_ok(), "{level:?}: {}\n{graph}\n{text}", source.unwrap_err());
        }
    }
}

proptest! {
    #![proptest_config(Config::with_cases(150))]
    #[test]
    fn a_random_graph_is_written_as_the_same_graph_in_each_form(
        seed in any::<u64>(),
        names in proptest::collection::vec("[a-z/_.0-9 é-]{0,12}|Conv_[0-9]|self|fn|add", 1..4),
    ) {
        let graph = random(seed, &names);
        for level in Level::ALL {
            let source = attempt(&graph, &["What\nit is.".to_owned()], level);
            let text = super::model::write(&graph, &[], level);
            prop_assert!(source.is_ok(), "{level:?}: {}\n{graph}\n{text}", source.unwrap_err());
        }
    }
}
