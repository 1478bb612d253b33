//! What is written is compiled, and is the graph that was given.

use std::fs;
use std::path::Path;

use formwork_ir::{Declared, Domain, Graph, Inputs, Ratio, Scheme, Shape, TABLE, Value};
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
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
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
        let text = write(&graphs[0], &docs).expect(&file).text;
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

proptest! {
    #![proptest_config(Config::with_cases(400))]
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
