//! The oracle against the shape rules, and against values known otherwise.

mod common;

use common::{Rng, call, layers, op, shape, shapes, values};
use formwork_ir::oracle::Array;
use formwork_ir::{Dim, Op, Shape, Value};

const BATCH: usize = 2;

fn random(rng: &mut Rng, dims: &[usize]) -> Array {
    Array::build(dims, |_| rng.number())
}

fn sizes(shape: &Shape) -> Vec<usize> {
    std::iter::once(BATCH).chain(numbers(shape.sample())).collect()
}

fn numbers(dims: &[Dim]) -> Vec<usize> {
    dims.iter().map(|dim| dim.known().expect("a number")).collect()
}

/// The layer on random inputs with random parameters (all in 0..1, as variances must be).
fn run(rng: &mut Rng, op: &Op, inputs: &[Shape]) -> Option<(Shape, Array)> {
    let inferred = call(op, inputs, |call| op.infer(call)).ok()?;
    let values =
        |dims: &[usize]| dims.iter().try_fold(1usize, |product, &n| product.checked_mul(n));
    let small = |dims: &[usize]| values(dims).is_some_and(|n| (1..20_000).contains(&n));
    let fits =
        small(&sizes(&inferred.shape)) && inferred.params.iter().all(|p| small(&numbers(&p.shape)));
    if !fits || inferred.macs > Dim::Known(100_000) {
        return None;
    }
    let inputs: Vec<_> = inputs.iter().map(|shape| random(rng, &sizes(shape))).collect();
    let params: Vec<_> =
        inferred.params.iter().map(|p| random(rng, &numbers(&p.shape)).map(f64::abs)).collect();
    Some((inferred.shape, op.oracle(&inputs, &params)))
}

#[test]
fn the_oracle_returns_the_inferred_shape() {
    let (values, shapes) = (values(), shapes());
    for spec in layers() {
        let mut done = 0;
        for seed in 0..400 {
            let mut rng = Rng::new(seed);
            let Some(op) = rng.op(spec, &values) else { continue };
            let inputs = rng.inputs(spec, &shapes);
            if let Some((shape, array)) = run(&mut rng, &op, &inputs) {
                assert_eq!(array.dims(), sizes(&shape), "{op:?} of {inputs:?}");
                let finite = array.data().iter().all(|x| x.is_finite());
                assert!(finite, "{op:?} of {inputs:?}: {array:?}");
                done += 1;
            }
        }
        assert!(done >= 10, "{} was tried only {done} times", spec.name);
    }
}

#[test]
fn no_shape_rule_panics_at_any_size() {
    let largest = Dim::MAX as i64;
    let mut values = values();
    values.extend([0, 1, 7, largest - 1, largest, largest].map(Value::Int));
    values.extend(
        [(0, largest), (-largest, -1), (i64::MIN, i64::MAX)].map(|(a, b)| Value::Range(a, b)),
    );
    values.push(Value::Tuple(vec![Value::Int(largest), Value::Int(largest)]));
    values.push(Value::Array(vec![Value::Any, Value::Int(largest), Value::Int(-1)]));
    let mut shapes = shapes();
    for sizes in [[Dim::MAX; 3], [1, 1, Dim::MAX], [Dim::MAX, 7, 1], [1, 1, 1]] {
        shapes.push(Shape::batched(sizes));
        shapes.push(Shape::batched([sizes[0], sizes[1]]));
    }
    for spec in formwork_ir::TABLE {
        for seed in 0..600 {
            let mut rng = Rng::new(seed);
            let Some(op) = rng.op(spec, &values) else { continue };
            let inputs = rng.inputs(spec, &shapes);
            call(&op, &inputs, |call| {
                let (inferred, _) = (op.infer(call), op.motion(call));
                if let Err(fault) = &inferred {
                    assert!(fault.title.starts_with(&format!("`{}`", spec.name)), "{fault:?}");
                }
                let _ = op.parts(call);
            });
        }
    }
}

/// Computes the layer on `x`, one sample of `[_, 1, n]`, and compares the values.
fn check(text: &str, x: &[f64], expect: &[f64]) {
    let y = op(text).oracle(&[Array::new(&[1, 1, x.len()], x.to_vec())], &[]);
    let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-12;
    let same = y.len() == expect.len() && y.data().iter().zip(expect).all(close);
    assert!(same, "{text} of {x:?} is {:?}, not {expect:?}", y.data());
}

#[test]
fn activations_have_their_values() {
    let x = [-4.0, -1.0, 0.0, 0.5, 7.0];
    check("relu()", &x, &[0.0, 0.0, 0.0, 0.5, 7.0]);
    check(
        "relu(6.0, negative_slope = 0.1, threshold = 0.75)",
        &x,
        &[-0.47500000000000003, -0.17500000000000002, -0.07500000000000001, -0.025, 6.0],
    );
    check("relu6()", &x, &[0.0, 0.0, 0.0, 0.5, 6.0]);
    check("leaky_relu(0.1)", &x, &[-0.4, -0.1, 0.0, 0.5, 7.0]);
    check("elu(alpha = 0.5)", &x, &[-0.4908421805556329, -0.31606027941427883, 0.0, 0.5, 7.0]);
    check(
        "selu()",
        &x,
        &[-1.7258986281898945, -1.1113307378125625, 0.0, 0.5253504936777402, 7.354906911488364],
    );
    check(
        "gelu()",
        &x,
        &[
            -0.00012668496733247986,
            -0.15865525393145707,
            0.0,
            0.34573123063700656,
            6.999999999991041,
        ],
    );
    check(
        "gelu(approximate = true)",
        &x,
        &[
            -7.024594819227126e-05,
            -0.15880800939172324,
            0.0,
            0.34571400982514394,
            6.999999999999997,
        ],
    );
    check(
        "silu()",
        &x,
        &[-0.07194483984836623, -0.2689414213699951, 0.0, 0.3112296656009273, 6.993622641639195],
    );
    check(
        "sigmoid()",
        &x,
        &[0.01798620996209156, 0.2689414213699951, 0.5, 0.6224593312018546, 0.9990889488055994],
    );
    check(
        "tanh()",
        &x,
        &[-0.999329299739067, -0.7615941559557649, 0.0, 0.46211715726000974, 0.9999983369439447],
    );
    check(
        "softplus()",
        &x,
        &[
            0.018149927917809738,
            0.31326168751822286,
            std::f64::consts::LN_2,
            0.9740769841801067,
            7.000911466453774,
        ],
    );
    check("hard_sigmoid()", &x, &[0.0, 0.33333333333333337, 0.5, 0.5833333333333334, 1.0]);
    check("hard_swish()", &x, &[-0.0, -0.33333333333333337, 0.0, 0.2916666666666667, 7.0]);
    check(
        "mish()",
        &x,
        &[-0.07259174079202535, -0.30340146137410895, 0.0, 0.3752452113048951, 6.999988379809741],
    );
    check("clip(-1.0, 0.25)", &x, &[-1.0, -1.0, 0.0, 0.25, 0.25]);
    check("rescaling(2.0, offset = -1.0)", &x, &[-9.0, -3.0, -1.0, 0.0, 13.0]);
    check(
        "softmax()",
        &x,
        &[
            1.6655606640586908e-05,
            0.00033453680215759813,
            0.0009093653102557976,
            0.001499289929855555,
            0.9972401523510904,
        ],
    );
    check(
        "log_softmax()",
        &x,
        &[-11.00276366305, -8.00276366305, -7.00276366305, -6.50276366305, -0.002763663049999643],
    );
}

/// What the layer computes from `inputs` with `params`.
fn apply(text: &str, inputs: &[&Array], params: &[&Array]) -> Array {
    let owned = |arrays: &[&Array]| arrays.iter().map(|&array| array.clone()).collect::<Vec<_>>();
    op(text).oracle(&owned(inputs), &owned(params))
}

fn image(h: usize, w: usize, c: usize) -> Array {
    let mut n = 0.0;
    Array::build(&[1, h, w, c], |_| {
        n += 1.0;
        n
    })
}

#[test]
fn averages_divide_by_what_they_cover() {
    let check = |text: &str, expect: &[f64]| {
        assert_eq!(apply(text, &[&image(3, 3, 1)], &[]).data(), expect, "{text}");
    };
    check("avg_pool2d(2)", &[3.0]);
    check("avg_pool2d(2, padding = same)", &[3.0, 4.5, 7.5, 9.0]);
    check("avg_pool2d(2, ceil_mode = true)", &[3.0, 4.5, 7.5, 9.0]);
    check("avg_pool2d(2, padding = 1)", &[1.0, 2.5, 5.5, 7.0]);
    check("avg_pool2d(2, padding = 1, count_include_pad = true)", &[0.25, 1.25, 2.75, 7.0]);
    // The row that ceil mode adds is not padding: a divisor of 2, not 4, at the far sides.
    check("avg_pool2d(2, ceil_mode = true, count_include_pad = true)", &[3.0, 4.5, 7.5, 9.0]);
    check("max_pool2d(2, ceil_mode = true)", &[5.0, 6.0, 8.0, 9.0]);
}

#[test]
fn blocks_are_ordered_as_tensorflow_does() {
    let deep = apply("space_to_depth(2)", &[&image(2, 2, 1)], &[]);
    assert_eq!(deep.data(), [1.0, 2.0, 3.0, 4.0]);
    // Two pixels of three channels side by side, then the two below them.
    let deep = apply("space_to_depth(2)", &[&image(2, 4, 3)], &[]);
    let first: Vec<_> = (1..=6).chain(13..=18).map(f64::from).collect();
    assert_eq!(deep.data()[..12], first);
    assert_eq!(apply("depth_to_space(2)", &[&deep], &[]), image(2, 4, 3));
}

#[test]
fn parts_join_to_the_whole() {
    let (x, shape) = (image(3, 4, 6), [shape("[_, 3, 4, 6]")]);
    for (text, axis) in
        [("split(3)", -1), ("split((1, 3), axis = 2)", 2), ("split(3, axis = 1)", 1)]
    {
        let split = op(text);
        let slices = call(&split, &shape, |call| split.parts(call)).expect("parts").expect(text);
        let inputs = [x.clone()];
        let parts: Vec<_> = slices.iter().map(|slice| slice.oracle(&inputs, &[])).collect();
        assert_eq!(op(&format!("concat(axis = {axis})")).oracle(&parts, &[]), x);
    }
}

#[test]
fn a_transposed_convolution_is_the_adjoint_of_the_convolution() {
    let mut rng = Rng::new(7);
    let dot = |a: &Array, b: &Array| -> f64 {
        assert_eq!(a.dims(), b.dims());
        a.data().iter().zip(b.data()).map(|(a, b)| a * b).sum()
    };
    for (kernel, stride, padding, dilation, extra) in
        [(3, 1, 0, 1, 0), (3, 2, 1, 1, 1), (4, 2, 1, 1, 1), (3, 2, 2, 2, 1), (1, 3, 0, 1, 1)]
    {
        let args = format!("stride = {stride}, padding = {padding}, dilation = {dilation}");
        let forward = format!("conv2d(5, {kernel}, {args}, bias = false)");
        let extra = format!("output_padding = ({extra}, {extra})");
        let back = format!("conv2d_transpose(3, {kernel}, {args}, {extra}, bias = false)");
        // [kh, kw, in, out] of the one is [kh, kw, filters, channels] of the other.
        let weights = random(&mut rng, &[kernel, kernel, 3, 5]);
        let y = random(&mut rng, &[2, 4, 5, 5]);
        let back = apply(&back, &[&y], &[&weights]);
        let x = random(&mut rng, back.dims());
        let forward = apply(&forward, &[&x], &[&weights]);
        assert!((dot(&forward, &y) - dot(&x, &back)).abs() < 1e-9, "{kernel}, {args}, {extra}");
    }
}

#[test]
fn convolutions_of_one_kind_agree_with_those_of_another() {
    let mut rng = Rng::new(8);
    let x = random(&mut rng, &[2, 5, 6, 4]);
    let close = |a: &Array, b: &Array| {
        assert_eq!(a.dims(), b.dims());
        assert!(a.data().iter().zip(b.data()).all(|(a, b)| (a - b).abs() < 1e-12));
    };
    // Depthwise is a convolution with as many groups as channels.
    let kernel = random(&mut rng, &[3, 2, 4, 2]);
    let bias = random(&mut rng, &[8]);
    let grouped = Array::build(&[3, 2, 1, 8], |i| kernel.at(&[i[0], i[1], i[3] / 2, i[3] % 2]));
    close(
        &apply(
            "depthwise_conv2d((3, 2), padding = same, depth_multiplier = 2)",
            &[&x],
            &[&kernel, &bias],
        ),
        &apply("conv2d(8, (3, 2), padding = same, groups = 4)", &[&x], &[&grouped, &bias]),
    );
    // Separable is depthwise, then 1×1.
    let (point, bias) = (random(&mut rng, &[1, 1, 8, 3]), random(&mut rng, &[3]));
    let args = "(3, 2), stride = 2, depth_multiplier = 2";
    let depthwise = apply(&format!("depthwise_conv2d({args}, bias = false)"), &[&x], &[&kernel]);
    close(
        &apply(&format!("separable_conv2d(3, {args})"), &[&x], &[&kernel, &point, &bias]),
        &apply("conv2d(3, 1)", &[&depthwise], &[&point, &bias]),
    );
}

#[test]
fn norms_leave_mean_zero_and_variance_one() {
    let mut rng = Rng::new(9);
    let x = random(&mut rng, &[2, 4, 4, 6]);
    for (text, axes) in [
        ("layer_norm(epsilon = 1e-12, center = false, scale = false)", &[3][..]),
        ("layer_norm((1, 2, 3), epsilon = 1e-12, center = false, scale = false)", &[1, 2, 3]),
        ("group_norm(1, epsilon = 1e-12, center = false, scale = false)", &[1, 2, 3]),
        ("group_norm(6, epsilon = 1e-12, center = false, scale = false)", &[1, 2]),
    ] {
        let y = apply(text, &[&x], &[]);
        let means = y.reduce(axes, formwork_ir::oracle::mean);
        let variances = y.reduce(axes, formwork_ir::oracle::variance);
        assert!(means.data().iter().all(|x| x.abs() < 1e-9), "{text}");
        assert!(variances.data().iter().all(|x| (x - 1.0).abs() < 1e-6), "{text}");
    }
}

#[test]
fn layers_have_their_values() {
    let row = |values: &[f64]| Array::new(&[1, 1, values.len(), 1], values.to_vec());
    let check = |text: &str, inputs: &[&Array], params: &[&Array], expect: &[f64]| {
        assert_eq!(apply(text, inputs, params).data(), expect, "{text}");
    };
    let x = image(2, 2, 1);
    let padded = [0.0, 0.0, 1.0, 2.0, 3.0, 4.0];
    check("zero_pad2d(((1, 0), (0, 0)))", &[&x], &[], &padded);
    check("zero_pad2d(((0, 0), (1, 0)))", &[&x], &[], &[0.0, 1.0, 2.0, 0.0, 3.0, 4.0]);
    check("crop2d(((1, 0), (0, 1)))", &[&x], &[], &[3.0]);
    check("permute((2, 1, 3))", &[&x], &[], &[1.0, 3.0, 2.0, 4.0]);
    check("permute((3, 1, 2))", &[&image(1, 2, 2)], &[], &[1.0, 3.0, 2.0, 4.0]);
    check("reduce_mean(1)", &[&x], &[], &[2.0, 3.0]);
    check("reduce_max(2)", &[&x], &[], &[2.0, 4.0]);
    check("reduce_sum((1, 2))", &[&x], &[], &[10.0]);
    check("global_avg_pool2d()", &[&image(2, 2, 2)], &[], &[4.0, 5.0]);
    check("global_max_pool2d()", &[&image(2, 2, 2)], &[], &[7.0, 8.0]);

    let (a, b, one) = (row(&[1.0, 5.0]), row(&[4.0, 2.0]), row(&[10.0]));
    check("add()", &[&a, &b, &one], &[], &[15.0, 17.0]);
    check("subtract()", &[&one, &a], &[], &[9.0, 5.0]);
    check("multiply()", &[&a, &one, &b], &[], &[40.0, 100.0]);
    check("average()", &[&a, &b, &one], &[], &[5.0, 17.0 / 3.0]);
    check("maximum()", &[&a, &b], &[], &[4.0, 5.0]);
    check("minimum()", &[&a, &b], &[], &[1.0, 2.0]);

    let half = Array::new(&[1, 1, 1], vec![0.5]);
    check("prelu(shared_axes = (1, 2))", &[&row(&[-2.0, 3.0])], &[&half], &[-1.0, 3.0]);
    let [gamma, beta, mean, variance] = [2.0, 1.0, 3.0, 4.0].map(|n| Array::new(&[1], vec![n]));
    let params = [&gamma, &beta, &mean, &variance];
    check("batch_norm(epsilon = 5.0)", &[&row(&[3.0, 6.0])], &params, &[1.0, 3.0]);
    let pair = row(&[2.0, 4.0]).reshape(&[1, 1, 1, 2]);
    let [gamma, shift] = [[1.0, 2.0], [5.0, 6.0]].map(|two| Array::new(&[2], two.to_vec()));
    check("layer_norm(epsilon = 3.0)", &[&pair], &[&gamma, &shift], &[4.5, 7.0]);
    check("group_norm(1, epsilon = 3.0)", &[&pair], &[&gamma, &shift], &[4.5, 7.0]);
    check("group_norm(2, scale = false)", &[&pair], &[&shift], &[5.0, 6.0]);
    check("dense(1)", &[&row(&[2.0])], &[&row(&[3.0]).reshape(&[1, 1]), &beta], &[7.0]);

    let ramp = row(&[0.0, 4.0]);
    check("upsample2d((1, 2))", &[&ramp], &[], &[0.0, 0.0, 4.0, 4.0]);
    check("upsample2d((1, 2), interpolation = bilinear)", &[&ramp], &[], &[0.0, 1.0, 3.0, 4.0]);
    check("resize2d((2, 3), align_corners = true)", &[&ramp], &[], &[0.0, 2.0, 4.0, 0.0, 2.0, 4.0]);
    check("resize2d((1, 1))", &[&x], &[], &[2.5]);
    check("resize2d((1, 2), interpolation = nearest)", &[&x], &[], &[3.0, 4.0]);
}
