//! The shape rules as a table: inputs, layer, output shape or the first line of the message.

mod common;

use common::{call, op, shape};
use formwork_ir::{Dim, Inferred, Shape};

fn shapes(inputs: &str) -> Vec<Shape> {
    inputs.split(" & ").map(shape).collect()
}

fn infer(inputs: &str, layer: &str) -> Inferred {
    call(&op(layer), &shapes(inputs), |call| op(layer).infer(call)).expect(layer)
}

#[track_caller]
fn check(inputs: &str, layer: &str, expect: &str) {
    let op = op(layer);
    let found = call(&op, &shapes(inputs), |call| match op.infer(call) {
        Ok(inferred) => inferred.shape.to_string(),
        Err(fault) => fault.title,
    });
    assert_eq!(found, expect, "{layer} of {inputs}");
}

/// The parameters' sizes by name, whether they are trainable apart, and the cost.
#[track_caller]
fn weighs(inputs: &str, layer: &str, params: &str, macs: usize) {
    let inferred = infer(inputs, layer);
    let found: Vec<_> = inferred
        .params
        .iter()
        .map(|param| format!("{} {}", param.kind, Shape::new(param.shape.as_slice())))
        .collect();
    assert_eq!(
        (found.join(", ").as_str(), inferred.macs),
        (params, Dim::from(macs)),
        "{layer} of {inputs}"
    );
}

#[test]
fn convolutions() {
    check("[_, 28, 28, 1]", "conv2d(32, 3)", "[_, 26, 26, 32]");
    check("[_, 28, 28, 1]", "conv2d(32, 3, padding = same)", "[_, 28, 28, 32]");
    check("[_, 224, 225, 3]", "conv2d(8, 3, stride = 2, padding = same)", "[_, 112, 113, 8]");
    check("[_, 224, 224, 3]", "conv2d(64, 7, stride = 2, padding = 3)", "[_, 112, 112, 64]");
    check("[_, 9, 9, 2]", "conv2d(4, (3, 2), stride = (2, 1), dilation = 2)", "[_, 3, 7, 4]");
    check("[_, 8, 8, 4]", "conv2d(6, 3, padding = ((0, 1), (2, 0)))", "[_, 7, 8, 6]");
    check(
        "[_, 784]",
        "conv2d(32, 3)",
        "`conv2d` needs [batch, height, width, channels]; `a` is [_, 784]",
    );
    check("[_, 4, 4, 1]", "conv2d(8, 5)", "`conv2d`: a 5×5 kernel does not fit the 4×4 input");
    check(
        "[_, 4, 4, 1]",
        "conv2d(8, 3, dilation = 2)",
        "`conv2d`: a 3×3 kernel (with its dilation 5×5) does not fit the 4×4 input",
    );
    check(
        "[_, 8, 8, 32]",
        "conv2d(6, 3, groups = 3)",
        "`conv2d`: 3 groups do not divide 32 input channels",
    );
    check(
        "[_, 8, 8, 6]",
        "conv2d(32, 3, groups = 3)",
        "`conv2d`: 3 groups do not divide 32 filters",
    );
    check("[_, 8, 8, 6]", "conv2d(0, 3)", "`conv2d`: `filters` must be at least 1, got 0");
    check(
        "[_, 8, 8, 6]",
        "conv2d(4, 3, stride = (1, 0))",
        "`conv2d`: `stride` must be at least 1, got 0",
    );
    weighs(
        "[_, 28, 28, 6]",
        "conv2d(32, 3, groups = 2)",
        "kernel [3, 3, 3, 32], bias [32]",
        26 * 26 * 32 * 27,
    );
    weighs(
        "[_, 28, 28, 6]",
        "conv2d(32, 3, bias = false)",
        "kernel [3, 3, 6, 32]",
        26 * 26 * 32 * 54,
    );

    check("[_, 28, 28, 32]", "depthwise_conv2d(3)", "[_, 26, 26, 32]");
    check(
        "[_, 28, 28, 32]",
        "depthwise_conv2d((5, 3), stride = 2, depth_multiplier = 2)",
        "[_, 12, 13, 64]",
    );
    check(
        "[_, 28, 28]",
        "depthwise_conv2d(3)",
        "`depthwise_conv2d` needs [batch, height, width, channels]; `a` is [_, 28, 28]",
    );
    check(
        "[_, 2, 2, 3]",
        "depthwise_conv2d(3)",
        "`depthwise_conv2d`: a 3×3 kernel does not fit the 2×2 input",
    );
    weighs(
        "[_, 8, 8, 4]",
        "depthwise_conv2d(3, depth_multiplier = 2)",
        "kernel [3, 3, 4, 2], bias [8]",
        6 * 6 * 9 * 8,
    );

    check("[_, 28, 28, 32]", "separable_conv2d(64, 3, padding = same)", "[_, 28, 28, 64]");
    check(
        "[_, 28, 28, 32]",
        "separable_conv2d(64, 3, depth_multiplier = 0)",
        "`separable_conv2d`: `depth_multiplier` must be at least 1, got 0",
    );
    weighs(
        "[_, 8, 8, 4]",
        "separable_conv2d(5, 3, depth_multiplier = 2)",
        "depthwise_kernel [3, 3, 4, 2], pointwise_kernel [1, 1, 8, 5], bias [5]",
        36 * 8 * 9 + 36 * 8 * 5,
    );

    check("[_, 14, 14, 64]", "conv2d_transpose(32, 2, stride = 2)", "[_, 28, 28, 32]");
    check("[_, 5, 5, 4]", "conv2d_transpose(8, 3, stride = 2)", "[_, 11, 11, 8]");
    check("[_, 5, 5, 4]", "conv2d_transpose(8, 3, stride = 2, padding = same)", "[_, 10, 10, 8]");
    check(
        "[_, 5, 5, 4]",
        "conv2d_transpose(8, 3, stride = 2, padding = 1, output_padding = (1, 0))",
        "[_, 10, 9, 8]",
    );
    check(
        "[_, 5, 5, 4]",
        "conv2d_transpose(8, 3, stride = 2, output_padding = 2)",
        "`conv2d_transpose`: the output padding must be below the stride",
    );
    check(
        "[_, 1, 1, 4]",
        "conv2d_transpose(8, 2, padding = 1)",
        "`conv2d_transpose`: the padding cuts off the whole output",
    );
    weighs(
        "[_, 5, 5, 4]",
        "conv2d_transpose(8, 3, stride = 2)",
        "kernel [3, 3, 8, 4], bias [8]",
        25 * 4 * 9 * 8,
    );
}

#[test]
fn initialisers_scale_by_keras_fans() {
    let check = |inputs, layer, expect: &[(usize, usize)]| {
        let fans: Vec<_> =
            infer(inputs, layer).params.into_iter().map(|param| param.fans).collect();
        let expect: Vec<_> = expect.iter().map(|&(a, b)| (Dim::from(a), Dim::from(b))).collect();
        assert_eq!(fans, expect, "{layer}");
    };
    check("[_, 8, 8, 6]", "conv2d(32, 3, groups = 2)", &[(27, 288), (32, 32)]);
    check("[_, 8, 8, 6]", "depthwise_conv2d(3)", &[(54, 9), (6, 6)]);
    check("[_, 8, 8, 6]", "conv2d_transpose(32, 3)", &[(288, 54), (32, 32)]);
    check("[_, 100]", "dense(10)", &[(100, 10), (10, 10)]);
}

#[test]
fn dense() {
    check("[_, 128]", "dense(10)", "[_, 10]");
    check("[_, 7, 7, 3]", "dense(10)", "[_, 7, 7, 10]");
    check("[_]", "dense(10)", "`dense` needs [batch, …, channels]; `a` is [_]");
    check("[_, 4]", "dense(0)", "`dense`: `units` must be at least 1, got 0");
    weighs("[_, 7, 7, 3]", "dense(10)", "kernel [3, 10], bias [10]", 49 * 30);
}

#[test]
fn pools() {
    check("[_, 28, 28, 32]", "max_pool2d(2)", "[_, 14, 14, 32]");
    check("[_, 112, 112, 64]", "max_pool2d(3, stride = 2, padding = 1)", "[_, 56, 56, 64]");
    check("[_, 112, 112, 64]", "max_pool2d(3, stride = 2)", "[_, 55, 55, 64]");
    check("[_, 112, 112, 64]", "max_pool2d(3, stride = 2, ceil_mode = true)", "[_, 56, 56, 64]");
    check("[_, 3, 3, 1]", "max_pool2d(2, padding = 1, ceil_mode = true)", "[_, 2, 2, 1]");
    check("[_, 1, 1, 8]", "max_pool2d(2)", "`max_pool2d`: a 2×2 window does not fit the 1×1 input");
    check(
        "[_, 8, 8, 8]",
        "max_pool2d(2, padding = 2)",
        "`max_pool2d`: the padding is as large as the window",
    );
    check("[_, 7, 7, 8]", "avg_pool2d(2, padding = same)", "[_, 4, 4, 8]");
    check("[_, 7, 7, 8]", "avg_pool2d(0)", "`avg_pool2d`: `size` must be at least 1, got 0");
    check("[_, 7, 7, 64]", "global_avg_pool2d()", "[_, 64]");
    check("[_, 7, 7, 64]", "global_avg_pool2d(keepdims = true)", "[_, 1, 1, 64]");
    check("[_, 7, 7, 64]", "global_max_pool2d()", "[_, 64]");
    check(
        "[_, 64]",
        "global_max_pool2d()",
        "`global_max_pool2d` needs [batch, height, width, channels]; `a` is [_, 64]",
    );
}

#[test]
fn normalizations() {
    check("[_, 8, 8, 4]", "batch_norm()", "[_, 8, 8, 4]");
    check(
        "[_, 4]",
        "batch_norm(momentum = 1.5)",
        "`batch_norm`: the momentum must be in 0..=1, got 1.5",
    );
    check("[_, 4]", "batch_norm(epsilon = 0)", "`batch_norm`: `epsilon` must be above 0, got 0");
    weighs(
        "[_, 8, 8, 4]",
        "batch_norm(center = false)",
        "gamma [4], moving_mean [4], moving_variance [4]",
        0,
    );
    check("[_, 8, 6, 4]", "layer_norm()", "[_, 8, 6, 4]");
    check(
        "[_, 8, 6, 4]",
        "layer_norm((1, 2))",
        "`layer_norm`: the axes must be the last ones of [_, 8, 6, 4]",
    );
    check("[_, 8, 6, 4]", "layer_norm((3, -1))", "`layer_norm`: axis 3 is named twice");
    weighs("[_, 8, 6, 4]", "layer_norm((-1, -2))", "gamma [6, 4], beta [6, 4]", 0);
    check("[_, 8, 8, 64]", "group_norm()", "[_, 8, 8, 64]");
    check("[_, 8, 8, 48]", "group_norm()", "`group_norm`: 32 groups do not divide 48 channels");
    weighs("[_, 8, 8, 64]", "group_norm(8, scale = false)", "beta [64]", 0);
}

#[test]
fn activations_and_random_layers() {
    for layer in [
        "relu()",
        "relu6()",
        "leaky_relu(0.1)",
        "prelu()",
        "elu()",
        "selu()",
        "gelu()",
        "silu()",
        "sigmoid()",
        "tanh()",
        "softmax()",
        "log_softmax()",
        "softplus()",
        "hard_sigmoid()",
        "hard_swish()",
        "mish()",
        "dropout(0.5)",
        "alpha_dropout(0)",
        "gaussian_noise(1)",
        "gaussian_dropout(0.5)",
        "spatial_dropout2d(0.5)",
        "clip(0, 1)",
        "rescaling(2)",
    ] {
        check("[_, 8, 6, 4]", layer, "[_, 8, 6, 4]");
    }
    check("[_, 8]", "relu(-1)", "`relu`: `max_value` must be at least 0, got -1");
    check("[_, 8]", "softmax(axis = 0)", "`softmax`: axis 0 is the batch");
    check("[_, 8]", "log_softmax(axis = 2)", "`log_softmax`: no axis 2; `a` is [_, 8]");
    check("[_, 8]", "prelu(shared_axes = 3)", "`prelu`: no axis 3; `a` is [_, 8]");
    weighs("[_, 8, 6, 4]", "prelu()", "alpha [8, 6, 4]", 0);
    weighs("[_, 8, 6, 4]", "prelu(shared_axes = (1, 2))", "alpha [1, 1, 4]", 0);
    check("[_, 8]", "dropout(1.5)", "`dropout`: the rate must be in 0..1, got 1.5");
    check("[_, 8]", "gaussian_dropout(1)", "`gaussian_dropout`: the rate must be in 0..1, got 1");
    check(
        "[_, 8]",
        "dropout(0.5, noise_shape = [_, 4])",
        "`dropout`: the noise shape does not fit the input, which is [_, 8]",
    );
    check(
        "[_, 8]",
        "alpha_dropout(0.5, noise_shape = [_])",
        "`alpha_dropout`: the noise shape does not fit the input, which is [_, 8]",
    );
    check("[_, 8]", "gaussian_noise(-1)", "`gaussian_noise`: `stddev` must be at least 0, got -1");
    check(
        "[_, 8]",
        "spatial_dropout2d(0.5)",
        "`spatial_dropout2d` needs [batch, height, width, channels]; `a` is [_, 8]",
    );
    check("[_, 8]", "clip(1, 0)", "`clip`: the maximum 0 is below the minimum 1");
}

#[test]
fn shapes_of_another_form() {
    check("[_, 7, 7, 64]", "flatten()", "[_, 3136]");
    check("[_]", "flatten()", "[_, 1]");
    check("[_, 3136]", "reshape([_, 7, 7, 64])", "[_, 7, 7, 64]");
    check("[_, 7, 7, 64]", "reshape([_, 49, -1])", "[_, 49, 64]");
    check(
        "[_, 7, 7, 64]",
        "reshape([_, 3000])",
        "`reshape`: [_, 7, 7, 64] has 3136 values a sample, [_, 3000] has 3000",
    );
    check(
        "[_, 7, 7, 64]",
        "reshape([_, -1, 100])",
        "`reshape`: [_, 7, 7, 64] has 3136 values a sample, which [_, -1, 100] does not divide",
    );
    check(
        "[_, 7]",
        "reshape([_, -1, 0])",
        "`reshape`: [_, 7] has 7 values a sample, which [_, -1, 0] does not divide",
    );
    check("[_, 8, 16, 3]", "permute((2, 1, 3))", "[_, 16, 8, 3]");
    check(
        "[_, 8, 16, 3]",
        "permute((2, 2, 3))",
        "`permute`: (2, 2, 3) does not order the axes of [_, 8, 16, 3]",
    );
    check(
        "[_, 8, 16, 3]",
        "permute((0, 1, 2, 3))",
        "`permute`: (0, 1, 2, 3) does not order the axes of [_, 8, 16, 3]",
    );
    check("[_, 32, 32, 3]", "slice(1, 0..16)", "[_, 16, 32, 3]");
    check("[_, 32, 32, 3]", "slice(-1, 0..-1)", "[_, 32, 32, 2]");
    check("[_, 32, 32, 3]", "slice(3, -3..-1)", "[_, 32, 32, 2]");
    check(
        "[_, 32, 32, 3]",
        "slice(3, 1..4)",
        "`slice`: 1..4 is no part of axis 3 of `a`, which is 3 long",
    );
    check(
        "[_, 32, 32, 3]",
        "slice(3, 2..2)",
        "`slice`: 2..2 is no part of axis 3 of `a`, which is 3 long",
    );
    check("[_, 32, 32, 3]", "slice(0, 0..1)", "`slice`: axis 0 is the batch");
    check("[_, 28, 28, 3]", "zero_pad2d()", "[_, 30, 30, 3]");
    check("[_, 28, 28, 3]", "zero_pad2d((1, 2))", "[_, 30, 32, 3]");
    check("[_, 28, 28, 3]", "zero_pad2d(((0, 1), (2, 3)))", "[_, 29, 33, 3]");
    check("[_, 28, 28, 3]", "crop2d(((0, 1), (2, 3)))", "[_, 27, 23, 3]");
    check("[_, 28, 8, 3]", "crop2d(4)", "`crop2d`: cropping 4 and 4 leaves nothing of the width 8");
    check("[_, 16, 16, 12]", "depth_to_space(2)", "[_, 32, 32, 3]");
    check(
        "[_, 16, 16, 6]",
        "depth_to_space(2)",
        "`depth_to_space`: blocks of 2×2 do not divide 6 channels",
    );
    check("[_, 32, 32, 3]", "space_to_depth(2)", "[_, 16, 16, 12]");
    check(
        "[_, 32, 31, 3]",
        "space_to_depth(2)",
        "`space_to_depth`: blocks of 2×2 do not divide the 32×31 input",
    );
    check("[_, 14, 14, 8]", "upsample2d()", "[_, 28, 28, 8]");
    check("[_, 14, 14, 8]", "upsample2d((2, 3), interpolation = bilinear)", "[_, 28, 42, 8]");
    check("[_, 14, 14, 8]", "upsample2d(0)", "`upsample2d`: `size` must be at least 1, got 0");
    check("[_, 30, 30, 3]", "resize2d((64, 48))", "[_, 64, 48, 3]");
    check(
        "[_, 8, 8, 3]",
        "resize2d(4, interpolation = nearest, align_corners = true)",
        "`resize2d`: `align_corners` does nothing to the nearest pixel",
    );
}

#[test]
fn splits() {
    let check = |layer: &str, expect: &str| {
        let split = op(layer);
        let parts = call(&split, &[shape("[_, 8, 8, 24]")], |call| {
            // As a layer of its own it is refused, for the same reason where there is one.
            let refused = split.infer(call).expect_err("several tensors");
            let parts = split.parts(call).expect("parts");
            assert!(parts.is_ok() || parts.as_ref() == Err(&refused));
            parts.map(|ops| {
                let shapes = ops.iter().map(|op| op.infer(call).expect("a part").shape.to_string());
                shapes.collect::<Vec<_>>().join(" ")
            })
        });
        assert_eq!(parts.unwrap_or_else(|fault| fault.title), expect);
    };
    check("split(2)", "[_, 8, 8, 12] [_, 8, 8, 12]");
    check("split((8, 16))", "[_, 8, 8, 8] [_, 8, 8, 16]");
    check("split(2, axis = 1)", "[_, 4, 8, 24] [_, 4, 8, 24]");
    check("split(5)", "`split`: 5 parts do not divide axis 3 of `a`, which is 24 long");
    check("split((8, 8))", "`split`: parts of 16 in all; axis 3 of `a` is 24 long");
    check("split((24, 0))", "`split`: parts of 24 in all; axis 3 of `a` is 24 long");
    check("split(0)", "`split`: from 1 to 64 parts, got 0");
    check("split(2, axis = 0)", "`split`: axis 0 is the batch");
}

#[test]
fn reductions() {
    check("[_, 8, 6, 4]", "reduce_mean(-1)", "[_, 8, 6]");
    check("[_, 8, 6, 4]", "reduce_max((1, 2), keepdims = true)", "[_, 1, 1, 4]");
    check("[_, 8, 6, 4]", "reduce_sum((3, 1, 2))", "[_]");
    check("[_, 8, 6, 4]", "reduce_sum((0, 1))", "`reduce_sum`: axis 0 is the batch");
    check("[_, 8, 6, 4]", "reduce_mean(-4)", "`reduce_mean`: axis -4 is the batch");
    check("[_, 8, 6, 4]", "reduce_mean(())", "`reduce_mean`: `axis` names no axis");
}

#[test]
fn merges() {
    check("[_, 8, 8, 4] & [_, 8, 8, 4]", "add()", "[_, 8, 8, 4]");
    check("[_, 1, 1, 4] & [_, 8, 8, 4]", "multiply()", "[_, 8, 8, 4]");
    check("[_, 8, 8, 1] & [_, 1, 1, 4]", "multiply()", "[_, 8, 8, 4]");
    check("[_, 8, 8, 4] & [_, 8, 8, 4]", "subtract()", "[_, 8, 8, 4]");
    check("[_, 8] & [_, 8] & [_, 1]", "average()", "[_, 8]");
    check(
        "[_, 8, 8, 24] & [_, 8, 8, 16]",
        "add()",
        "`add`: channels differ: `a` has 24, `b` has 16",
    );
    check(
        "[_, 1, 8, 4] & [_, 8, 8, 4] & [_, 7, 8, 4]",
        "maximum()",
        "`maximum`: heights differ: `b` has 8, `c` has 7",
    );
    check(
        "[_, 8, 5, 4] & [_, 4]",
        "minimum()",
        "`minimum`: ranks differ: `a` is [_, 8, 5, 4], `b` is [_, 4]",
    );
    check("[_, 8, 8, 4] & [_, 8, 8, 2]", "concat()", "[_, 8, 8, 6]");
    check("[_, 8, 8, 4] & [_, 3, 8, 4] & [_, 1, 8, 4]", "concat(axis = 1)", "[_, 12, 8, 4]");
    check(
        "[_, 8, 8, 4] & [_, 4, 8, 4]",
        "concat()",
        "`concat`: heights differ: `a` has 8, `b` has 4",
    );
    check(
        "[_, 8, 8, 4] & [_, 8, 1, 4]",
        "concat()",
        "`concat`: widths differ: `a` has 8, `b` has 1",
    );
    check(
        "[_, 8, 8, 4] & [_, 4]",
        "concat()",
        "`concat`: ranks differ: `a` is [_, 8, 8, 4], `b` is [_, 4]",
    );
    check("[_, 8] & [_, 8]", "concat(axis = 0)", "`concat`: axis 0 is the batch");
}

#[test]
fn faults_say_how_to_mend_them() {
    let check = |inputs, layer: &str, expect: &str| {
        let fault = call(&op(layer), &shapes(inputs), |call| op(layer).infer(call)).unwrap_err();
        assert_eq!(fault.help.as_deref(), Some(expect), "{layer} of {inputs}");
    };
    check(
        "[_, 784]",
        "conv2d(8, 3)",
        "if each sample is an image, say so: `.reshape([_, 28, 28, 1])`",
    );
    check(
        "[_, 28, 28]",
        "max_pool2d(2)",
        "give a 28×28 greyscale image its channel: `[_, 28, 28, 1]`",
    );
    check("[_, 8, 8, 48]", "group_norm()", "a divisor of 48, such as 24");
    check(
        "[_, 8, 8, 24] & [_, 8, 8, 16]",
        "add()",
        "a 1×1 convolution makes them equal: `conv2d(24, 1)` on `b`",
    );
    check("[_, 24] & [_, 16]", "add()", "`dense(24)` on `b` makes them equal");
    check("[_, 8, 8, 4] & [_, 4, 8, 4]", "concat()", "`b` would fit after `upsample2d(2)`");
    check(
        "[_, 8, 3, 4] & [_, 8, 5, 4]",
        "concat(axis = 1)",
        "sizes part where a stride or pool halves an odd size, or a `valid` convolution trims \
         the border; pad the input, `crop2d` the larger, or use `padding = same`",
    );
    check(
        "[_, 8, 3] & [_, 7, 3]",
        "concat()",
        "only the sizes along the axis that is joined may differ",
    );
    check("[_, 8]", "softmax(axis = 3)", "axes go from 1 to 1; -1 is the last");
}
