//! What is written is compiled, and is the graph that was given.

mod random;
mod regular;
mod same;

use std::fs;
use std::path::Path;

use formwork_ir::{Application, Graph, Source};
use proptest::prelude::{any, prop_assert, proptest};
use proptest::test_runner::Config;
use random::random;
use regular::{regular, regular_at};

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

/// The graph of the first model of a source.
fn compiled(source: &str) -> Graph {
    let (models, diagnostics) = formwork_compiler::check(source.parse().expect("tokens"));
    let errors: Vec<_> = diagnostics.iter().filter(|d| d.is_error()).map(|d| d.text()).collect();
    assert_eq!(errors, [""; 0], "{source}");
    models[0].graph.clone()
}

#[test]
fn what_belongs_to_the_model_alone_is_written_in_its_body() {
    let check = |source: &str, expect: &[&str]| {
        let text = write(&compiled(source), &[]).expect(source).text;
        let body = text.split_once("model! {\n").expect("a model").1;
        let lines: Vec<_> = body.lines().map(str::trim).collect();
        assert_eq!(lines[..expect.len()], *expect, "{text}");
    };
    check(
        "struct M(a: [_, 8, 8, 3], b: [_, 8, 8, 3]) -> ([_, 8, 8, 4], [_, 8, 8, 4]) {
            let head = conv2d(4, 3, padding = same);
            (a.head(), b.head().relu())
        }",
        &[
            "pub struct M(a: [_, 8, 8, 3], b: [_, 8, 8, 3]) -> ([_, 8, 8, 4], [_, 8, 8, 4]) {",
            "let head = conv2d(4, 3, padding = same);",
            "(a.head(), b.head().relu())",
        ],
    );
    check(
        "struct M(image: [_, 8, 8, 3]) -> [_, 10] {
            let features: [_, 16] = image.apply::<Backbone>();
            features.dense(10)
        }",
        &[
            "pub struct M(image: [_, 8, 8, 3]) -> [_, 10] {",
            "let backbone: [_, 16] = image.apply::<Backbone>();",
            "backbone.dense(10)",
        ],
    );
    check(
        "struct M(image: [_, {SIZE}, 8, 3] in 0.0..=1.0) -> [_, {SIZE}, 8, 4] {
            image.conv2d(4, 3, padding = same, activation = relu)
        }",
        &[
            "pub struct M(image: [_, {SIZE}, 8, 3] in 0.0..=1.0) -> [_, {SIZE}, 8, 4] {",
            "image.conv2d(4, 3, padding = same).relu()",
        ],
    );
    // One end has a point: both do.
    for (range, written) in [
        ("-1..=0.5", "-1.0..=0.5"),
        ("-0.9921875..=1", "-0.9921875..=1.0"),
        ("0..=1", "0.0..=1.0"),
        ("0..=255", "0..=255"),
    ] {
        let head = |range| format!("struct M(image: [_, 8, 8, 3] in {range}) -> [_, 8, 8, 3] {{");
        let expect = format!("pub {}", head(written));
        check(&(head(range) + "image.relu()\n}"), &[expect.as_str(), "image.relu()"]);
    }
    // A call takes a call, and that takes names.
    check(
        "struct M(x: [_, 8, 8, 3]) -> [_, 8, 8, 24] {
            let y = concat(concat(concat(x.relu(), x), concat(x.tanh(), x)), x.sigmoid(), x);
            concat(y, y.max_pool2d(3, stride = 1, padding = same).slice(-1, 0..6))
        }",
        &["pub struct M(x: [_, 8, 8, 3]) -> [_, 8, 8, 24] {", "let x2 = concat(x.relu(), x);"],
    );
    check(
        "struct M<H>(map: [_, H, 8, 4], unused: [_, 3]) -> [_, H, 8, 2] where H in 4..=64 {
            let (a, b) = map.split(2);
            a * b.sigmoid()
        }"
        .replace("unused", "_unused")
        .as_str(),
        &[
            "pub struct M<H>(map: [_, H, 8, 4], _unused: [_, 3]) -> [_, H, 8, 2]",
            "where",
            "H in 4..=64,",
            "{",
            "map.slice(-1, 0..2) * map.slice(-1, 2..4).sigmoid()",
        ],
    );
}

#[test]
fn what_grows_from_call_to_call_is_counted() {
    let source = "struct M(x: [_, 8, 8, 3]) -> [_, 8, 8, 3] {
        let mut y = x;
        let mut rate = 0.1;
        for _ in 0..5 {
            y = y + y.conv2d(3, 1).relu().dropout(rate);
            rate = rate + 0.05;
        }
        y
    }";
    let text = write(&compiled(source), &[]).expect(source).text;
    assert!(text.contains("let mut rate = 0.1;\n        for _ in 0..5 {"), "{text}");
    assert!(text.contains("rate = rate + 0.05;"), "{text}");
}

#[test]
fn blocks_call_earlier_ones() {
    // `plain` is the smaller, so it comes first: a `gate` would be its option.
    let source = "struct M(image: [_, 32, 32, 3]) -> [_, 4, 4, 32] {
        let x = image.conv2d(8, 3, padding = same).relu().plain().plain().plain();
        let x = x.wide().plain().wide().plain();
        x.conv2d(32, 3, stride = 2, padding = same)
    }
    fn plain(x: [_, H, W, C]) {
        x + x.expand(1).conv2d(C, 1).batch_norm()
    }
    fn wide(x: [_, H, W, C]) {
        x.expand(2).gate().conv2d(2 * C, 1).batch_norm()
    }
    fn expand(x: [_, H, W, C], stride: usize) {
        x
            .conv2d(4 * C, 1).batch_norm().relu()
            .depthwise_conv2d(3, stride = stride, padding = same).batch_norm().relu()
    }
    fn gate(x: [_, H, W, C]) {
        let y = x.global_avg_pool2d(keepdims = true).conv2d(C / 2, 1).relu().conv2d(C, 1).relu();
        x * y.conv2d(C / 2, 1).relu().conv2d(C, 1).sigmoid()
    }";
    let graph = compiled(source);
    for level in Level::ALL {
        assert!(attempt(&graph, &[], level).is_ok(), "{level:?}\n{graph}");
    }
}

/// The text of a model behind its head.
fn body(graph: &Graph) -> String {
    let text = write(graph, &[]).expect("a model").text;
    text.split_once("{\n        ").expect("a body").1.to_owned()
}

proptest! {
    #![proptest_config(Config::with_cases(60))]
    #[test]
    fn the_size_of_the_image_stands_in_the_head_alone(seed in any::<u64>(), pairs in any::<bool>()) {
        let [one, other] = [[128, 128], [768, 1024]].map(|size| body(&regular_at(seed, pairs, size)));
        prop_assert!(one == other, "{one}\n{other}");
    }
}

#[test]
fn arguments_follow_from_what_they_count() {
    let check = |source: &str, expect: &str| {
        let text = write(&compiled(source), &[]).expect(source).text;
        assert!(text.contains(expect), "no {expect} in\n{text}");
    };
    // The filters are the height of the image, by accident.
    check(
        "struct M(image: [_, 64, 64, 3]) -> [_, 4, 4, 8] {
            let mut x = image;
            for filters in [64, 32, 16, 8] {
                x = x.conv2d(filters, 3, padding = same).batch_norm().relu().max_pool2d(2);
            }
            x
        }",
        "for filters in [64, 32, 16, 8] {",
    );
    // What is enlarged to the size of the image, is.
    let context = "struct M(image: [_, 64, SIZE, 3]) -> [_, 16, 16, 3] {
            image.context().max_pool2d(2).context().max_pool2d(2).context()
        }
        fn context(x: [_, H, W, C]) {
            x + x.global_avg_pool2d(keepdims = true).conv2d(C, 1).relu().resize2d((H, W))
        }";
    check(&context.replace("SIZE", "64"), ".resize2d((H, W))");
    check(&context.replace("SIZE", "32").replace("16, 16, 3]", "16, 8, 3]"), ".resize2d((H, W))");
}

#[test]
fn blocks_are_called_what_they_are() {
    let check = |block: &str, name: &str| {
        let source = format!(
            "struct M(image: [_, 8, 8, 4]) -> [_, 8, 8, CHANNELS] {{
                image.net().tanh().net().sigmoid().net()
            }}
            fn net(x) {{ {block} }}"
        );
        let channels = if name == "dense_layer" { "28" } else { "8" };
        let text = write(&compiled(&source.replace("CHANNELS", channels)), &[]).expect(block).text;
        assert!(text.contains(&format!("    fn {name}(x)")), "no {name} in\n{text}");
    };
    let one = "x.conv2d(4, 1).relu()";
    check(&format!("concat(x, {one}.conv2d(8, 3, padding = same))"), "dense_layer");
    // SqueezeNet's: nothing of the input stays.
    check(
        &format!("let y = {one}; concat(y.conv2d(4, 1).relu(), y.conv2d(4, 3, padding = same))"),
        "block",
    );
}

#[test]
fn what_no_step_tells_is_a_parameter_of_a_block() {
    // Gates are where there are 112 channels, by accident.
    let source = "struct M(image: [_, 16, 16, 40]) -> [_, 16, 16, 112] {
        let mut x = image;
        for (expand, filters, gated, skip) in [
            (240, 80, false, false), (200, 80, false, true), (184, 80, false, true),
            (184, 80, false, true), (480, 112, true, false), (672, 112, true, true),
        ] {
            let mut y = x.point(expand);
            y = y.depthwise_conv2d(3, padding = same).batch_norm().relu();
            if gated {
                y = y * y.global_avg_pool2d(keepdims = true).conv2d(expand / 4, 1).relu()
                    .conv2d(expand, 1).sigmoid();
            }
            y = y.conv2d(filters, 1).batch_norm();
            if skip {
                y = x + y;
            }
            x = y;
        }
        x
    }
    fn point(x, filters: usize) {
        x.conv2d(filters, 1).batch_norm().relu()
    }";
    let text = write(&compiled(source), &[]).expect(source).text;
    assert!(text.contains("skip: bool") && text.contains("gate: bool"), "{text}");
    assert!(text.contains("if skip {") && text.contains("if gate {"), "{text}");
}

#[test]
fn what_the_language_has_no_words_for_is_an_error() {
    let check = |text: &str, expect: &str| {
        let graph = Graph::parse(text).expect(text);
        let error = write(&graph, &[]).expect_err(text);
        let expect = format!("this network cannot be written as a model: {expect}");
        assert_eq!(error.to_string(), expect);
    };
    check(
        "model M\na = input() : [_, 4, 3]\nb = relu(a) : [_, 4, 3]\nreturn b",
        "`[_, 4, 3]` has no channels; a greyscale image is `[_, 4, 3, 1]`",
    );
    check(
        "model M\na = input() : [_, 4, 4, 3]
        b = conv2d(a; 3, (3, 3), padding = same) as w : [_, 4, 4, 3]
        c = conv2d(b; 3, (3, 3), padding = same, dilation = (2, 2)) as w : [_, 4, 4, 3]
        return c",
        "`b` and `c` share their weights, and are not the same layer",
    );
    check(
        "model M\na = input() : [_, 4]
        b = prelu(a) as w : [_, 4]
        c = prelu(b) as w : [_, 4]
        return c",
        "`b` and `c` share their weights, and no `prelu` can be shared: each is to have its own",
    );
    check("model M\na = input() : [_, 4]", "`M` does not say what it returns");
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
