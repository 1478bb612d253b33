//! What is exported: every layer's example, their arguments, layouts, symbols, random networks.

use formwork_ir::TABLE;

use super::case::{Case, numbers};

/// Every layer with the arguments of its example.
pub fn examples() -> Vec<Case> {
    let case = |spec: &formwork_ir::Spec| {
        let example = spec.example;
        let (inputs, body, output) = (example.inputs, example.body, example.output);
        Case::new(spec.name, format!("struct Example({inputs}) -> {output} {{ {body} }}"))
    };
    TABLE.iter().map(case).collect()
}

/// Input, body and output of models in which more than one layer's example matters.
const MODELS: &[(&str, &str, &str)] = &[
    // Windows.
    ("x: [_, 9, 8, 3]", "x.conv2d(4, 3, stride = 2, padding = same)", "[_, 5, 4, 4]"),
    (
        "x: [_, 9, 8, 3]",
        "x.conv2d(4, (2, 3), stride = (2, 1), padding = ((1, 0), (2, 1)))",
        "[_, 5, 9, 4]",
    ),
    ("x: [_, 9, 8, 4]", "x.conv2d(6, 3, groups = 2, dilation = 2, bias = false)", "[_, 5, 4, 6]"),
    ("x: [_, 9, 8, 4]", "x.conv2d(6, 3, stride = 2, dilation = 2, padding = same)", "[_, 5, 4, 6]"),
    (
        "x: [_, 9, 8, 3]",
        "x.depthwise_conv2d(3, depth_multiplier = 2, stride = 2, padding = same)",
        "[_, 5, 4, 6]",
    ),
    (
        "x: [_, 9, 8, 3]",
        "x.depthwise_conv2d((3, 2), dilation = (1, 2), bias = false)",
        "[_, 7, 6, 3]",
    ),
    (
        "x: [_, 9, 8, 3]",
        "x.separable_conv2d(5, 3, stride = 2, depth_multiplier = 2, padding = 1)",
        "[_, 5, 4, 5]",
    ),
    (
        "x: [_, 9, 8, 3]",
        "x.separable_conv2d(5, 3, dilation = 2, bias = false, activation = silu)",
        "[_, 5, 4, 5]",
    ),
    ("x: [_, 5, 4, 3]", "x.conv2d_transpose(2, 3, stride = 2, padding = same)", "[_, 10, 8, 2]"),
    ("x: [_, 5, 4, 3]", "x.conv2d_transpose(2, 2, stride = 3)", "[_, 15, 12, 2]"),
    ("x: [_, 5, 4, 3]", "x.conv2d_transpose(2, 1, stride = 2, padding = same)", "[_, 10, 8, 2]"),
    (
        "x: [_, 5, 4, 3]",
        "x.conv2d_transpose(2, 4, stride = 2, padding = same, bias = false)",
        "[_, 10, 8, 2]",
    ),
    (
        "x: [_, 5, 4, 3]",
        "x.conv2d_transpose(2, 3, stride = 2, padding = 1, output_padding = 1)",
        "[_, 10, 8, 2]",
    ),
    (
        "x: [_, 5, 4, 3]",
        "x.conv2d_transpose(2, 3, stride = 2, padding = same, output_padding = 0)",
        "[_, 9, 7, 2]",
    ),
    (
        "x: [_, 5, 4, 3]",
        "x.conv2d_transpose(2, 3, stride = 2, output_padding = (1, 0))",
        "[_, 12, 9, 2]",
    ),
    ("x: [_, 5, 4, 3]", "x.conv2d_transpose(2, (3, 2), dilation = 2)", "[_, 9, 6, 2]"),
    ("x: [_, 5, 4, 3]", "x.conv2d_transpose(2, 3, padding = ((0, 2), (1, 0)))", "[_, 5, 5, 2]"),
    // Pools.
    ("x: [_, 9, 8, 3]", "x.max_pool2d(3, stride = 2, padding = same)", "[_, 5, 4, 3]"),
    (
        "x: [_, 9, 8, 3]",
        "x.max_pool2d(3, stride = 2, padding = 1, ceil_mode = true)",
        "[_, 5, 5, 3]",
    ),
    ("x: [_, 10, 8, 3]", "x.max_pool2d(3, stride = 2, ceil_mode = true)", "[_, 5, 4, 3]"),
    (
        "x: [_, 3, 2, 3]",
        "x.max_pool2d(2, stride = 2, padding = 1, ceil_mode = true)",
        "[_, 2, 2, 3]",
    ),
    ("x: [_, 9, 8, 3]", "x.avg_pool2d(3, stride = 2, padding = same)", "[_, 5, 4, 3]"),
    ("x: [_, 9, 8, 3]", "x.avg_pool2d((3, 2), padding = ((1, 1), (0, 1)))", "[_, 3, 4, 3]"),
    (
        "x: [_, 9, 8, 3]",
        "x.avg_pool2d(3, stride = 2, padding = 1, count_include_pad = true)",
        "[_, 5, 4, 3]",
    ),
    (
        "x: [_, 9, 8, 3]",
        "x.avg_pool2d(3, stride = 2, padding = same, count_include_pad = true)",
        "[_, 5, 4, 3]",
    ),
    (
        "x: [_, 10, 8, 3]",
        "x.avg_pool2d(3, stride = 2, padding = 1, ceil_mode = true)",
        "[_, 6, 5, 3]",
    ),
    (
        "x: [_, 10, 8, 3]",
        "x.avg_pool2d(3, stride = 2, padding = 1, ceil_mode = true, count_include_pad = true)",
        "[_, 6, 5, 3]",
    ),
    (
        "x: [_, 5, 6, 3]",
        "x.global_avg_pool2d(keepdims = true) + x.global_max_pool2d(keepdims = true)",
        "[_, 1, 1, 3]",
    ),
    // Flattened images.
    ("x: [_, 4, 3, 5]", "x.relu().flatten().dense(6)", "[_, 6]"),
    (
        "x: [_, 4, 3, 5]",
        "x.flatten().batch_norm().relu().dropout(0.5).dense(6, activation = softmax)",
        "[_, 6]",
    ),
    ("x: [_, 4, 3, 5]", "x.flatten().layer_norm().prelu().dense(6)", "[_, 6]"),
    (
        "x: [_, 4, 3, 5]",
        "x.flatten().layer_norm(scale = false, center = false).prelu(shared_axes = 1).dense(6)",
        "[_, 6]",
    ),
    ("x: [_, 4, 3, 5]", "x.flatten()", "[_, 60]"),
    ("x: [_, 4, 3, 5]", "x.flatten().relu().softmax()", "[_, 60]"),
    (
        "x: [_, 4, 3, 5]",
        "let f = x.flatten(); f.dense(6) + f.slice(1, 3..9) + f.sigmoid().dense(6)",
        "[_, 6]",
    ),
    ("x: [_, 4, 3, 5], y: [_, 60]", "(x.flatten() * y + y).dense(2)", "[_, 2]"),
    ("x: [_, 4, 3, 5], y: [_, 6, 2, 5]", "(x.flatten() + y.flatten()).dense(2)", "[_, 2]"),
    ("x: [_, 4, 3, 5], y: [_, 6, 5, 2]", "(x.flatten() + y.flatten()).dense(2)", "[_, 2]"),
    ("x: [_, 4, 3, 5]", "concat(x.flatten(), x.global_max_pool2d()).dense(2)", "[_, 2]"),
    ("x: [_, 4, 3, 5]", "x.flatten().group_norm(groups = 6).dense(2)", "[_, 2]"),
    ("x: [_, 4, 3, 1]", "x.flatten().dense(2)", "[_, 2]"),
    ("x: [_, 4, 3, 5]", "x.flatten().reshape([_, 4, 3, 5]).conv2d(2, 2)", "[_, 3, 2, 2]"),
    ("x: [_, 8]", "x.flatten().dense(2)", "[_, 2]"),
    ("flat_x: [_, 24]", "let x = flat_x.reshape([_, 3, 8]); x.flatten().dense(2)", "[_, 2]"),
    ("x: [_, 4, 3, 5]", "x.flatten().reduce_sum(1)", "[_]"),
    ("a: [_, 2, 2, 3], b: [_, 12]", "let head = dense(4); head(a.flatten()) + head(b)", "[_, 4]"),
    // Axes.
    (
        "x: [_, 4, 3, 5]",
        "x.softmax(axis = 1) + x.softmax(axis = 2) + x.log_softmax(axis = 3) + x.softmax()",
        "[_, 4, 3, 5]",
    ),
    (
        "flat_x: [_, 15]",
        "let x = flat_x.reshape([_, 3, 5]); x.softmax(axis = 1) + x.log_softmax()",
        "[_, 3, 5]",
    ),
    (
        "x: [_, 4, 3, 5]",
        "concat(x, x.relu(), axis = 1).slice(1, 2..-1).slice(2, 0..2).slice(-1, -3..4)",
        "[_, 5, 2, 2]",
    ),
    ("x: [_, 4, 3, 5]", "concat(x, x.relu(), axis = 2)", "[_, 4, 6, 5]"),
    ("x: [_, 4, 3, 5]", "x.reduce_mean(1)", "[_, 3, 5]"),
    ("x: [_, 4, 3, 5]", "x.reduce_max(2)", "[_, 4, 5]"),
    ("x: [_, 4, 3, 5]", "x.reduce_sum(-1)", "[_, 4, 3]"),
    ("x: [_, 4, 3, 5]", "x.reduce_sum((1, 2))", "[_, 5]"),
    ("x: [_, 4, 3, 5]", "x.reduce_mean((1, 3))", "[_, 3]"),
    ("x: [_, 4, 3, 5]", "x.reduce_mean((1, 2, 3))", "[_]"),
    ("x: [_, 4, 3, 5]", "x * x.reduce_max((1, 3), keepdims = true)", "[_, 4, 3, 5]"),
    (
        "flat_x: [_, 15]",
        "let x = flat_x.reshape([_, 3, 5]); x.reduce_mean(1) + x.reduce_max(-2)",
        "[_, 5]",
    ),
    ("x: [_, 4, 3, 5]", "x.permute((3, 1, 2))", "[_, 5, 4, 3]"),
    ("x: [_, 4, 3, 5]", "x.permute((1, 3, 2)).conv2d(2, 1)", "[_, 4, 5, 2]"),
    ("flat_x: [_, 12]", "let x = flat_x.reshape([_, 4, 3]); x.permute((2, 1))", "[_, 3, 4]"),
    (
        "x: [_, 4, 3, 5]",
        "x.reshape([_, 5, 12]).dense(4).reshape([_, 2, 5, 2, 1]).dense(3)",
        "[_, 2, 5, 2, 3]",
    ),
    ("x: [_, 4, 3, 5]", "x.reshape([_, 2, 6, -1]).relu().max_pool2d(2)", "[_, 1, 3, 5]"),
    ("x: [_, 4, 3, 5]", "x.conv2d(4, 1).dense(3)", "[_, 4, 3, 3]"),
    ("x: [_, 12]", "x.reshape([_, 2, 2, 3]).dense(3, bias = false)", "[_, 2, 2, 3]"),
    ("x: [_, 4, 4, 5]", "x.crop2d(((1, 0), (0, 2))).zero_pad2d((0, 3))", "[_, 3, 8, 5]"),
    ("x: [_, 4, 4, 8]", "x.depth_to_space(2).conv2d(3, 1).space_to_depth(4)", "[_, 2, 2, 48]"),
    // Normalisations.
    ("x: [_, 4, 3, 5]", "x.batch_norm(scale = false, center = false)", "[_, 4, 3, 5]"),
    (
        "flat_x: [_, 20]",
        "let x = flat_x.reshape([_, 4, 5]); x.batch_norm(center = false)",
        "[_, 4, 5]",
    ),
    (
        "flat_x: [_, 60]",
        "let x = flat_x.reshape([_, 2, 2, 3, 5]); x.batch_norm(scale = false)",
        "[_, 2, 2, 3, 5]",
    ),
    (
        "x: [_, 4, 3, 5]",
        "x.layer_norm(axis = (-2, -1)) + x.layer_norm(axis = (1, 2, 3), center = false)",
        "[_, 4, 3, 5]",
    ),
    (
        "x: [_, 4, 3, 5]",
        "x.layer_norm(axis = (1, 2, 3), scale = false) + x.layer_norm(scale = false)",
        "[_, 4, 3, 5]",
    ),
    (
        "flat_x: [_, 24]",
        "let x = flat_x.reshape([_, 4, 6]); x.layer_norm() + x.group_norm(groups = 2)",
        "[_, 4, 6]",
    ),
    (
        "x: [_, 4, 3, 6]",
        "x.group_norm(groups = 3, scale = false) + x.group_norm(groups = 6, center = false, epsilon = 1e-5)",
        "[_, 4, 3, 6]",
    ),
    ("x: [_, 6]", "x.group_norm(groups = 2)", "[_, 6]"),
    // Activations.
    ("x: [_, 4, 3, 5]", "x.relu(max_value = 1.5)", "[_, 4, 3, 5]"),
    ("x: [_, 4, 3, 5]", "x.relu(max_value = 1.5, negative_slope = 0.1)", "[_, 4, 3, 5]"),
    ("x: [_, 4, 3, 5]", "x.relu(threshold = 0.5, negative_slope = 0.25)", "[_, 4, 3, 5]"),
    ("x: [_, 4, 3, 5]", "x.relu(threshold = 0.5, max_value = 2)", "[_, 4, 3, 5]"),
    (
        "x: [_, 4, 3, 5]",
        "x.relu(threshold = 0.5, max_value = 2, negative_slope = 0.5) + x.relu(threshold = 1.5, max_value = 1, negative_slope = 0.2)",
        "[_, 4, 3, 5]",
    ),
    (
        "x: [_, 4, 3, 5]",
        "x.elu(0.5) + x.gelu(approximate = true) + x.rescaling(1.0, 0.5)",
        "[_, 4, 3, 5]",
    ),
    ("x: [_, 4, 3, 5]", "x.prelu()", "[_, 4, 3, 5]"),
    ("x: [_, 4, 3, 5]", "x.prelu(shared_axes = 2)", "[_, 4, 3, 5]"),
    ("flat_x: [_, 20]", "let x = flat_x.reshape([_, 4, 5]); x.prelu(shared_axes = 1)", "[_, 4, 5]"),
    ("x: [_, 5]", "-x * 2.0 + 1.0", "[_, 5]"),
    // Sizes.
    ("x: [_, 4, 3, 5]", "x.upsample2d((2, 3), interpolation = bilinear)", "[_, 8, 9, 5]"),
    ("x: [_, 4, 3, 5]", "x.upsample2d((3, 1))", "[_, 12, 3, 5]"),
    (
        "x: [_, 4, 3, 5]",
        "x.upsample2d(2, interpolation = bilinear, align_corners = true)",
        "[_, 8, 6, 5]",
    ),
    ("x: [_, 6, 3, 5]", "x.resize2d((9, 7), interpolation = nearest)", "[_, 9, 7, 5]"),
    ("x: [_, 88, 60, 1]", "x.resize2d((121, 205), interpolation = nearest)", "[_, 121, 205, 1]"),
    ("x: [_, 4, 3, 5]", "let y = x.conv2d(2, 1); (y, y.flatten())", "([_, 4, 3, 2], [_, 24])"),
    ("x: [_, 6, 8, 5]", "x.resize2d((4, 4), interpolation = nearest)", "[_, 4, 4, 5]"),
    ("x: [_, 6, 8, 5]", "x.resize2d((11, 3))", "[_, 11, 3, 5]"),
    ("x: [_, 6, 8, 5]", "x.resize2d((1, 13), align_corners = true)", "[_, 1, 13, 5]"),
    // Merges.
    (
        "x: [_, 4, 3, 5], y: [_, 1, 1, 5], z: [_, 4, 3, 1]",
        "add(x, y, z) * average(x, y, z) + multiply(x, y, z)",
        "[_, 4, 3, 5]",
    ),
    (
        "x: [_, 4, 3, 5], y: [_, 1, 1, 5], z: [_, 4, 3, 1]",
        "maximum(x, y, z) - minimum(x, y, z)",
        "[_, 4, 3, 5]",
    ),
    (
        "flat_x: [_, 20], flat_y: [_, 4]",
        "let x = flat_x.reshape([_, 4, 5]); let y = flat_y.reshape([_, 4, 1]); x * y - y",
        "[_, 4, 5]",
    ),
    ("x: [_, 4, 3, 5], y: [_, 60]", "x + y.reshape([_, 4, 3, 5])", "[_, 4, 3, 5]"),
    // Outputs.
    (
        "x: [_, 4, 3, 5]",
        "let y = x.conv2d(2, 1); (y, y.relu(), y)",
        "([_, 4, 3, 2], [_, 4, 3, 2], [_, 4, 3, 2])",
    ),
    (
        "x: [_, 4, 3, 5]",
        "let y = x.conv2d(2, 1).dropout(0.1); (y, x.flatten(), y.spatial_dropout2d(0.2))",
        "([_, 4, 3, 2], [_, 60], [_, 4, 3, 2])",
    ),
    (
        "x: [_, 4, 3, 5]",
        "let y = x.flatten(); (y.dense(2), y, x.reshape([_, 5, 4, 3]))",
        "([_, 2], [_, 60], [_, 5, 4, 3])",
    ),
    (
        "x: [_, 4, 3, 5], y: [_, 4, 3, 5]",
        "let head = conv2d(2, 3); (head(x) + head(y), head(x + y))",
        "([_, 2, 1, 2], [_, 2, 1, 2])",
    ),
];

pub fn models() -> Vec<Case> {
    let case = |(i, &(inputs, body, output)): (usize, &(&str, &str, &str))| {
        Case::new(format!("model_{i}"), format!("struct Net({inputs}) -> {output} {{ {body} }}"))
    };
    MODELS.iter().enumerate().map(case).collect()
}

/// The same networks with the axes of images in the order of the model.
pub fn channels_last(cases: Vec<Case>) -> Vec<Case> {
    let last = |case: Case| Case {
        name: format!("{}_last", case.name),
        args: vec!["--layout", "nhwc"],
        ..case
    };
    cases.into_iter().map(last).collect()
}

/// Models of any size, run at several.
pub fn symbolic() -> Vec<Case> {
    let any = &[(8, 8), (9, 7), (16, 12), (13, 20)][..];
    let even = &[(8, 16), (16, 8), (24, 24)][..];
    let models = [
        (any, "", "x.conv2d(4, 3, stride = 2, padding = same)", "[_, (H + 1) / 2, (W + 1) / 2, 4]"),
        (
            any,
            "",
            "x.max_pool2d(3, stride = 2, padding = same)",
            "[_, (H + 1) / 2, (W + 1) / 2, 3]",
        ),
        (
            any,
            "",
            "x.avg_pool2d(3, stride = 2, padding = same)",
            "[_, (H + 1) / 2, (W + 1) / 2, 3]",
        ),
        (
            any,
            "",
            "x.avg_pool2d(2, padding = same, count_include_pad = true)",
            "[_, (H + 1) / 2, (W + 1) / 2, 3]",
        ),
        (any, "", "x.max_pool2d(3, stride = 2, ceil_mode = true)", "[_, H / 2, W / 2, 3]"),
        (any, "", "x.conv2d(4, 3, dilation = 2, padding = same)", "[_, H, W, 4]"),
        (
            any,
            "",
            "x.conv2d(4, 3, stride = 2).upsample2d(2).conv2d_transpose(2, 3, stride = 2, padding = same)",
            "[_, 4 * ((H - 1) / 2), 4 * ((W - 1) / 2), 2]",
        ),
        (
            any,
            "",
            "x.max_pool2d(2).upsample2d(3).slice(1, 0..H).slice(2, 1..W)",
            "[_, H, W - 1, 3]",
        ),
        (any, "", "x.max_pool2d(2).resize2d((H, 2 * (W / 3) + 1)) ", "[_, H, 2 * (W / 3) + 1, 3]"),
        (any, "", "x.conv2d(4, 3).resize2d((H, W), interpolation = nearest)", "[_, H, W, 4]"),
        // Outputs between two pixels, which a product of 32 bits tells wrong.
        (
            &[(93, 205)],
            "",
            "x.max_pool2d(2).resize2d((H, W), interpolation = nearest)",
            "[_, H, W, 3]",
        ),
        (any, "", "x.reshape([_, H * W, 3]).dense(2).reshape([_, H, W, 2])", "[_, H, W, 2]"),
        (any, "", "x.conv2d(4, 3, padding = 1).flatten()", "[_, 4 * H * W]"),
        (
            any,
            "",
            "x * x.global_avg_pool2d(keepdims = true).conv2d(3, 1).sigmoid()",
            "[_, H, W, 3]",
        ),
        (any, "", "x.group_norm(groups = 3).layer_norm().softmax()", "[_, H, W, 3]"),
        (
            any,
            "",
            "x.layer_norm((1, 2, 3), scale = false, center = false).layer_norm((2, 3), scale = false, center = false)",
            "[_, H, W, 3]",
        ),
        (
            even,
            "where H % 8 == 0, W % 8 == 0",
            "let e = x.conv2d(4, 3, stride = 2, padding = same); let f = e.conv2d(8, 3, stride = 2, dilation = 2, padding = same); concat(f.upsample2d(2), e)",
            "[_, H / 2, W / 2, 12]",
        ),
    ];
    let cases = models.into_iter().enumerate().map(|(i, (sizes, clause, body, output))| {
        let model = format!("struct Net<H, W>(x: [_, H, W, 3]) -> {output} {clause} {{ {body} }}");
        let sizes = sizes.iter().map(|&(h, w)| vec![("H", h), ("W", w)]).collect();
        Case { sizes, ..Case::new(format!("symbolic_{i}"), model) }
    });
    cases.collect()
}

/// Models of any size for a framework that takes numbers alone where layers ask for a size.
pub fn at_sizes() -> Vec<Case> {
    let at = |case: Case| match case.sizes.first() {
        Some(sizes) => Case { at: sizes.clone(), sizes: vec![vec![]], ..case },
        None => case,
    };
    symbolic().into_iter().map(at).collect()
}

/// Models of any size none of whose layers asks for one.
pub fn sizeless() -> Vec<Case> {
    let asks = |case: &Case| {
        let body = case.model.rsplit(" {").next().unwrap_or_default();
        let words = ["count_include_pad", "scale = false"];
        body.contains(['H', 'W']) || words.iter().any(|word| body.contains(word))
    };
    symbolic().into_iter().filter(|case| !asks(case)).collect()
}

/// A model within a model, and constants that are numbers on the command line.
pub fn staged() -> Vec<Case> {
    let parts = include_str!("parts.rs");
    let (_, parts) = parts.split_once("model! {").unwrap();
    let plain = "struct Plain(x: [_, 6, 6, 2], y: [_, 6, 6, 2]) -> [_, 3] {
        let conv = conv2d(3, 3);
        let head = dense(5);
        let a = head(conv(x).relu().global_avg_pool2d());
        let b = head(conv(y).relu().global_avg_pool2d());
        (a + b).dense(3)
    }";
    let names = vec![["conv.conv2d.", "part.part.conv2d."], ["head.dense.", "part.part.dense."]];
    let whole = Case {
        args: vec!["--model", "Whole"],
        plain: Some((plain, names)),
        ..Case::new("whole", parts.trim_end().trim_end_matches('}'))
    };
    let constants = "struct Net<H, const CLASSES: usize, const WIDE: usize = 3>(x: [_, H, 6, 2])
        -> [_, H, 6, CLASSES] { x.conv2d(WIDE, 3, padding = same).conv2d(CLASSES, 1) }";
    let constants = Case {
        at: vec![("CLASSES", 4), ("WIDE", 5)],
        sizes: vec![vec![("H", 5)], vec![("H", 8)]],
        ..Case::new("constants", constants)
    };
    let sized = "struct Sized<const N: usize>(x: [_, 4]) -> [_, N] {
            let y: [_, N] = x.apply::<Inner<N>>();
            y.relu(name = \"out\")
        }
        struct Inner<const M: usize = 2>(x: [_, 4]) -> [_, M] { x.dense(M) }";
    let sized = Case {
        args: vec!["--model", "Sized"],
        at: vec![("N", 3)],
        plain: Some((
            "struct Plain(x: [_, 4]) -> [_, 3] { x.dense(3).relu(name = \"out\") }",
            vec![["dense.", "y.inner.dense."]],
        )),
        ..Case::new("sized", sized)
    };
    vec![whole, constants, sized]
}

/// What may come next in a random network.
const STEPS: &[&str] = &[
    "conv2d(6, 3, padding = same)",
    "conv2d(4, 3, stride = 2, padding = same, activation = relu)",
    "conv2d(8, (1, 2))",
    "depthwise_conv2d(3, padding = 1)",
    "separable_conv2d(4, 3, padding = same)",
    "conv2d_transpose(4, 3, stride = 2, padding = same)",
    "dense(5)",
    "max_pool2d(2)",
    "avg_pool2d(3, stride = 2, ceil_mode = true)",
    "batch_norm()",
    "layer_norm()",
    "group_norm(groups = 2)",
    "gelu()",
    "prelu(shared_axes = (1, 2))",
    "softmax(axis = 1)",
    "dropout(0.2)",
    "permute((2, 1, 3))",
    "permute((3, 1, 2))",
    "zero_pad2d(1)",
    "crop2d(1)",
    "depth_to_space(2)",
    "space_to_depth(2)",
    "upsample2d(2)",
    "resize2d((5, 7))",
    "reduce_mean(2)",
    "reduce_max((1, 2), keepdims = true)",
    "reduce_sum(-1)",
    "slice(1, 1..-1)",
    "flatten()",
    "reshape([_, 12, -1])",
    "reshape([_, 3, 2, -1])",
    "global_avg_pool2d()",
    "clip(-1.0, 1.0)",
];

/// Networks of random layers: chains with branches that are merged.
pub fn random(count: usize) -> Vec<Case> {
    let mut number = numbers(3);
    let mut below = move |n: usize| ((number() + 1.0) * 1000.0) as usize % n;
    let fits = |body: &str| {
        let model = format!("struct Net(x: [_, 12, 10, 6]) -> [_] {{ {body} }}");
        let (models, diagnostics) = formwork_compiler::check(model.parse().unwrap());
        let wrong = diagnostics.iter().filter(|d| d.is_error()).count();
        // The output is another; nothing else may be wrong.
        let graph = models.last().map(|model| &model.graph)?;
        let last = graph.nodes().last()?.1;
        (wrong <= 1 && graph.nodes().len() > 1).then(|| last.shape.to_string())
    };
    let network = |i| {
        let (mut body, mut last, mut output) = (String::new(), "x".to_owned(), String::new());
        for step in 0..9 {
            for _ in 0..20 {
                let layer = STEPS[below(STEPS.len())];
                let value = match below(4) {
                    0 => format!("{last}.{layer}.relu() + {last}.{layer}"),
                    1 => format!("concat({last}.{layer}, {last}.{layer}.sigmoid())"),
                    _ => format!("{last}.{layer}"),
                };
                let longer = format!("{body}let y{step} = {value}; ");
                let model = |output: &str| {
                    format!("struct Net(x: [_, 12, 10, 6]) -> {output} {{ {longer} y{step} }}")
                };
                let Some(shape) = fits(&format!("{longer} y{step}")) else { continue };
                let (_, wrong) = formwork_compiler::check(model(&shape).parse().unwrap());
                if wrong.iter().all(|d| !d.is_error()) {
                    (last, output) = (format!("y{step}"), shape);
                    body = longer;
                    break;
                }
            }
        }
        let model = format!("struct Net(x: [_, 12, 10, 6]) -> {output} {{ {body} {last} }}");
        Case::new(format!("random_{i}"), model)
    };
    (0..count).map(network).collect()
}
