//! `every_layer/mod.rs` holds a model for the example of every layer of the table, and for what
//! changes a layer's parameters or ranks; that it compiles says that the types of the runtime
//! agree with the shape rules. `BLESS=1` writes it anew.

use std::fmt::Write;
use std::path::Path;

use formwork_ir::TABLE;

#[allow(dead_code, reason = "that the models compile is the test")]
mod every_layer;

/// Inputs, body and output of models that the table's examples do not cover.
const MORE: &[(&str, &str, &str)] = &[
    ("x: [_, 8, 8, 4]", "x.conv2d(6, (3, 2), groups = 2, bias = false)", "[_, 6, 7, 6]"),
    (
        "x: [_, 8, 8, 4]",
        "x.depthwise_conv2d(3, depth_multiplier = 2, bias = false)",
        "[_, 6, 6, 8]",
    ),
    ("x: [_, 8, 8, 4]", "x.separable_conv2d(6, 3, bias = false)", "[_, 6, 6, 6]"),
    ("x: [_, 8, 8, 4]", "x.conv2d_transpose(6, 2, stride = 2, bias = false)", "[_, 16, 16, 6]"),
    ("x: [_, 8, 8, 4]", "x.dense(6)", "[_, 8, 8, 6]"),
    ("x: [_, 32]", "x.reshape([_, 8, 4]).dense(6, bias = false)", "[_, 8, 6]"),
    ("x: [_, 4]", "x.batch_norm(center = false)", "[_, 4]"),
    ("x: [_, 8, 8, 4]", "x.batch_norm(scale = false)", "[_, 8, 8, 4]"),
    ("x: [_, 8, 8, 4]", "x.batch_norm(scale = false, center = false)", "[_, 8, 8, 4]"),
    ("x: [_, 8, 8, 4]", "x.layer_norm(axis = (1, 2, 3))", "[_, 8, 8, 4]"),
    ("x: [_, 4]", "x.layer_norm(scale = false)", "[_, 4]"),
    ("x: [_, 4]", "x.layer_norm(center = false)", "[_, 4]"),
    ("x: [_, 4]", "x.layer_norm(scale = false, center = false)", "[_, 4]"),
    ("x: [_, 8, 8, 4]", "x.group_norm(2, scale = false)", "[_, 8, 8, 4]"),
    ("x: [_, 8, 8, 4]", "x.group_norm(2, center = false)", "[_, 8, 8, 4]"),
    ("x: [_, 8, 8, 4]", "x.group_norm(2, scale = false, center = false)", "[_, 8, 8, 4]"),
    ("x: [_, 8, 8, 4]", "x.prelu()", "[_, 8, 8, 4]"),
    ("x: [_, 4]", "x.prelu()", "[_, 4]"),
    ("x: [_, 8, 8, 4]", "x.global_avg_pool2d(keepdims = true)", "[_, 1, 1, 4]"),
    ("x: [_, 8, 8, 4]", "x.global_max_pool2d(keepdims = true)", "[_, 1, 1, 4]"),
    ("x: [_, 8, 8, 4]", "x.reduce_max(axis = (1, -1))", "[_, 8]"),
    ("x: [_, 8, 8, 4]", "x.reduce_sum(axis = -1, keepdims = true) * x", "[_, 8, 8, 4]"),
    ("x: [_, 8, 8, 4]", "x.permute((3, 1, 2)).reshape([_, 16, 16])", "[_, 16, 16]"),
    ("x: [_, 4]", "x.reshape([_, 2, 2, 1])", "[_, 2, 2, 1]"),
    ("x: [_, 8, 8, 4], gate: [_, 1, 1, 4]", "x * gate", "[_, 8, 8, 4]"),
    ("x: [_, 4], y: [_, 4], z: [_, 1]", "maximum(x, y, z)", "[_, 4]"),
    ("x: [_, 8, 8, 4], y: [_, 8, 8, 2], z: [_, 8, 8, 1]", "concat(x, y, z)", "[_, 8, 8, 7]"),
    ("x: [_, 32]", "concat(x.reshape([_, 8, 4]), x.reshape([_, 8, 4]), axis = 1)", "[_, 16, 4]"),
    ("x: [_, 4]", "1.0 - x / 2.0", "[_, 4]"),
    ("x: [2, 8, 8, 4]", "x.conv2d(3, 3).batch_norm().flatten()", "[2, 108]"),
];

fn generate() -> String {
    let table = TABLE.iter().map(|spec| {
        let example = spec.example;
        (example.inputs, example.body, example.output)
    });
    let mut text =
        String::from("//! Generated: see `layer_table.rs`.\n\nuse formwork::prelude::*;\n");
    for (i, (inputs, body, output)) in table.chain(MORE.iter().copied()).enumerate() {
        let name = match TABLE.get(i) {
            Some(spec) => spec.type_name.to_owned(),
            None => format!("More{}", i - TABLE.len()),
        };
        let model = format!("    struct {name}({inputs}) -> {output} {{\n        {body}\n    }}");
        write!(text, "\nmodel! {{\n{model}\n}}\n").unwrap();
    }
    text
}

#[test]
fn every_layer_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/every_layer/mod.rs");
    let text = generate();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "BLESS=1 writes it anew");
}
