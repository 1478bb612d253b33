//! What is written of networks, line by line.

use formwork_ir::Graph;
use proptest::prelude::{any, prop_assert, proptest};
use proptest::test_runner::Config;

use super::regular::regular_at;
use crate::source::{Level, attempt, write};

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
