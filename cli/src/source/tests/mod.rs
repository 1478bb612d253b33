//! What is written is compiled, and is the graph that was given.

mod random;
mod regular;
mod same;
mod written;

use std::fs;
use std::path::Path;

use formwork_ir::{Application, Graph, Source};
use proptest::prelude::{any, prop_assert, proptest};
use proptest::test_runner::Config;
use random::random;
use regular::regular;

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

proptest! {
    #![proptest_config(Config::with_cases(120))]
    #[test]
    fn a_regular_graph_is_written_as_the_same_graph_in_each_form(
        seed in any::<u64>(),
        pairs in any::<bool>(),
    ) {
        let graph = regular(seed, pairs);
        for level in Level::ALL {
            let source = attempt(&graph, &[], level);
            let text = super::model::write(&graph, &[], level);
            prop_assert!(source.is_ok(), "{level:?}: {}\n{graph}\n{text}", source.unwrap_err());
        }
    }
}

proptest! {
    #![proptest_config(Config::with_cases(100))]
    #[test]
    fn a_random_graph_is_written_as_the_same_graph_in_each_form(
        seed in any::<u64>(),
        names in proptest::collection::vec("[a-z/_.0-9 é-]{0,12}|Conv_[0-9]|self|fn|add", 1..4),
    ) {
        let graph = random(seed, &names);
        for level in Level::ALL {
            let source = attempt(&graph, &["What\nit\r is.".to_owned()], level);
            let text = super::model::write(&graph, &[], level);
            prop_assert!(source.is_ok(), "{level:?}: {}\n{graph}\n{text}", source.unwrap_err());
        }
    }
}

#[test]
fn random_graphs_have_all_that_a_graph_can_have() {
    let texts = (1..150u64).map(|seed| {
        let graph = random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15), &["layer".to_owned()]);
        let order = super::order::order(&graph);
        let shared = super::piece::groups(&graph, &order).iter().any(|group| group.len() > 1);
        format!("{graph}{}", if shared { "shared" } else { "" })
    });
    let texts: Vec<_> = texts.collect();
    let with = |what: &str| texts.iter().filter(|text| text.contains(what)).count();
    let counts = ["shared", "apply(", "size H", "size H where"].map(with);
    let rows =
        |text: &&String| text.lines().any(|l| l.contains("reshape") && l.contains("asserted"));
    assert!(texts.iter().filter(rows).count() > 4);
    assert!(counts.iter().all(|count| *count > 4), "{counts:?}");
}

#[test]
fn names_become_identifiers() {
    let check = |name: &str, variable: &str, type_name: &str, said: Option<&str>| {
        assert_eq!(super::names::variable(name), variable, "{name}");
        assert_eq!(super::names::type_name(name), type_name, "{name}");
        assert_eq!(super::names::said(name).as_deref(), said, "{name}");
    };
    check("", "x", "X", None);
    check("12", "x12", "X12", None);
    check("ResNet18", "resnet18", "ResNet18", Some("resnet18"));
    check("torch-jit-export", "torch_jit_export", "TorchJitExport", Some("torch_jit_export"));
    check("/encoder/0/Conv_12", "encoder_0_conv_12", "Encoder0Conv12", Some("encoder"));
    check("layer1.0.bn2", "layer1_0_bn2", "Layer10Bn2", None);
    check("block1_conv1", "block1_conv1", "Block1Conv1", None);
    check("é self", "self", "Model", Some("self"));
    check("Self", "self", "Model", Some("self"));
    check("layers.0", "layers_0", "Layers0", None);
    check("stages.1.blocks.2", "stages_1_blocks_2", "Stages1Blocks2", None);
}

/// Seeds that once were written wrongly, or not at all.
#[test]
fn what_was_wrong_once_is_right() {
    let seeds = [
        // Two kinds of regions beside each other, one of which took pieces of the other.
        (6889953639748203448, false),
        // An option that was passed over: a dropout behind a sum that is left out.
        (186, false),
        (506, false),
        // Pairs and numbers in one column: compared with a number, divided by one.
        (13064056694810536062, true),
        (17418742259747381416, true),
    ];
    for (seed, pairs) in seeds {
        let graph = regular(seed, pairs);
        for level in Level::ALL {
            assert!(attempt(&graph, &[], level).is_ok(), "{level:?}\n{graph}");
        }
    }
    // A size of the model within the shape that a layer of a block says.
    let graph = random(8034947378603454312, &["0a".to_owned()]);
    for level in Level::ALL {
        assert!(attempt(&graph, &[], level).is_ok(), "{level:?}\n{graph}");
    }
}

#[test]
fn regular_graphs_have_blocks_and_loops() {
    let texts = (0..40).map(|seed: u64| {
        let graph = regular(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15), seed.is_multiple_of(2));
        write(&graph, &[]).expect("a model").text
    });
    let texts: Vec<_> = texts.collect();
    for head in texts.iter().flat_map(|text| text.split("    fn ").skip(1)) {
        let head = head.split(") {").next().expect("a head").replace("(usize, usize)", "pair");
        let params = head.split(", ").filter(|param| param.contains(": ") && !param.contains('['));
        assert!(params.map(|param| param.contains(" = ")).is_sorted(), "{head}");
    }
    let with = |what: &str| texts.iter().filter(|text| text.contains(what)).count();
    let counts = [with("    fn "), with("for "), with("if ")];
    assert!(counts[0] > 30 && counts[1] > 20 && counts[2] > 10, "{counts:?}");
}
