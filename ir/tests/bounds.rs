//! Bounds of values against what the oracles compute, and the heads that follow from them.

mod common;

use common::{Rng, call, layers, op, shape, shapes, values};
use formwork_ir::oracle::Array;
use formwork_ir::{Bounds, Dim, Graph, Head, Op, Shape, Total, heads};

const BATCH: usize = 2;

fn sizes(dims: &[Dim]) -> Vec<usize> {
    dims.iter().map(|dim| dim.known().unwrap_or(BATCH)).collect()
}

/// Values within bounds, often at their ends, that add up to 1 if they say so.
fn sample(rng: &mut Rng, shape: &Shape, bounds: Bounds) -> Array {
    let (least, most) = (bounds.least().max(-9.0), bounds.most().min(9.0));
    let random = Array::build(&sizes(shape.dims()), |_| match rng.below(6) {
        0 => least,
        1 => most,
        _ => least + (most - least) * (rng.number() + 1.0) / 2.0,
    });
    let (axis, log) = match bounds.total() {
        Total::Unknown => return random,
        Total::One(axis) => (axis, false),
        Total::Log(axis) => (axis, true),
    };
    let name = if log { "log_softmax" } else { "softmax" };
    op(&format!("{name}(axis = {axis})")).oracle(&[random], &[])
}

/// Bounds that an input of that shape may have.
fn given(rng: &mut Rng, shape: &Shape) -> Bounds {
    const ENDS: [f64; 7] = [-3.0, -1.5, -1.0, 0.0, 0.5, 1.0, 2.5];
    let [a, b] = [rng.pick(&ENDS), rng.pick(&ENDS)];
    let axis = || 1..shape.rank();
    let axes: Vec<_> = axis().collect();
    match rng.below(8) {
        0 => Bounds::ANY,
        1 => Bounds::between(a, f64::INFINITY),
        2 => Bounds::between(f64::NEG_INFINITY, b),
        3 | 4 if !axes.is_empty() => bounds_of("softmax", rng.pick(&axes), shape),
        5 if !axes.is_empty() => bounds_of("log_softmax", rng.pick(&axes), shape),
        _ => Bounds::between(a.min(b), a.max(b)),
    }
}

fn bounds_of(layer: &str, axis: usize, shape: &Shape) -> Bounds {
    let layer = op(&format!("{layer}(axis = {axis})"));
    call(&layer, std::slice::from_ref(shape), |call| layer.bounds(call, &[Bounds::ANY]))
}

/// Whether values keep the bounds, but for rounding.
fn check(values: &Array, bounds: Bounds, what: &dyn std::fmt::Debug) {
    const CLOSE: f64 = 1e-9;
    for x in values.data() {
        let slack = CLOSE * (1.0 + x.abs());
        let within = bounds.least() - slack <= *x && *x <= bounds.most() + slack;
        assert!(within, "{what:?}: {x} is not within {bounds:?}");
    }
    let (axis, exp): (_, fn(f64) -> f64) = match bounds.total() {
        Total::Unknown => return,
        Total::One(axis) => (axis, |x| x),
        Total::Log(axis) => (axis, f64::exp),
    };
    let sums = values.reduce(&[axis], |row| row.iter().map(|x| exp(*x)).sum());
    let one = sums.data().iter().all(|sum| (sum - 1.0).abs() < CLOSE);
    assert!(one, "{what:?}: along {axis} they add up to {:?}", sums.data());
}

/// Applies a random layer; what it did, if it could be applied.
fn apply(rng: &mut Rng, op: &Op, inputs: &[Shape]) -> Option<Bounds> {
    let inferred = call(op, inputs, |call| op.infer(call)).ok()?;
    let small = |dims: &[Dim]| sizes(dims).iter().product::<usize>() < 20_000;
    let fits =
        small(inferred.shape.dims()) && inferred.params.iter().all(|param| small(&param.shape));
    if !fits || inferred.macs > Dim::Known(100_000) {
        return None;
    }
    let given: Vec<_> = inputs.iter().map(|shape| given(rng, shape)).collect();
    let bounds = call(op, inputs, |call| op.bounds(call, &given));
    let arrays: Vec<_> =
        inputs.iter().zip(&given).map(|(shape, &bounds)| sample(rng, shape, bounds)).collect();
    // Variances are not negative; all else may be.
    let variance = inferred.params.iter().map(|param| param.kind.ends_with("variance"));
    let params: Vec<_> = inferred
        .params
        .iter()
        .zip(variance)
        .map(|(param, variance)| {
            Array::build(&sizes(&param.shape), |_| match variance {
                true => rng.number().abs(),
                false => 3.0 * rng.number(),
            })
        })
        .collect();
    check(&op.oracle(&arrays, &params), bounds, &(op, inputs, &given));
    Some(bounds)
}

#[test]
fn values_stay_within_the_bounds_of_every_layer() {
    let (values, shapes) = (values(), shapes());
    for spec in layers() {
        let mut done = 0;
        for seed in 0..800 {
            let mut rng = Rng::new(seed);
            let Some(op) = rng.op(spec, &values) else { continue };
            let inputs = rng.inputs(spec, &shapes);
            done += usize::from(apply(&mut rng, &op, &inputs).is_some());
        }
        assert!(done >= 20, "{} was tried only {done} times", spec.name);
    }
}

/// What dropout drops and scales lies within, too.
#[test]
fn training_is_within_the_bounds() {
    for (least, most) in [(-2.0, 3.0), (1.0, 3.0), (-2.0, -1.0)] {
        let (dropout, shape) = (op("dropout(0.75)"), shape("[_, 4]"));
        let given = Bounds::between(least, most);
        let bounds = call(&dropout, &[shape], |call| dropout.bounds(call, &[given]));
        for x in [0.0, least, most, 4.0 * least, 4.0 * most] {
            assert!(bounds.has(x), "{x} is not within {bounds:?}");
        }
    }
}

/// The bounds that a layer makes of those of one input.
fn image(layer: &str, [least, most]: [f64; 2], expect: [f64; 2]) {
    let (op, shape) = (op(layer), shape("[_, 2, 2, 4]"));
    let given = Bounds::between(least, most);
    let bounds = call(&op, &[shape], |call| op.bounds(call, &[given]));
    assert_eq!([bounds.least(), bounds.most()], expect, "{layer} of {least}..={most}");
}

#[test]
fn bounds_are_no_wider_than_they_need_be() {
    const ANY: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];
    image("relu()", ANY, [0.0, f64::INFINITY]);
    image("relu(max_value = 2.0)", ANY, [0.0, 2.0]);
    image("relu(threshold = 1.0)", [0.5, 3.0], [0.0, 3.0]);
    image("relu6()", ANY, [0.0, 6.0]);
    image("relu()", [-3.0, -1.0], [0.0, 0.0]);
    image("leaky_relu(0.5)", [-2.0, 1.0], [-1.0, 1.0]);
    image("leaky_relu(-1.0)", [-2.0, 1.0], [0.0, 2.0]);
    image("sigmoid()", ANY, [0.0, 1.0]);
    image("tanh()", ANY, [-1.0, 1.0]);
    image("softplus()", ANY, [0.0, f64::INFINITY]);
    image("hard_sigmoid()", ANY, [0.0, 1.0]);
    image("elu()", ANY, [-1.0, f64::INFINITY]);
    image("softmax()", ANY, [0.0, 1.0]);
    image("log_softmax()", ANY, [f64::NEG_INFINITY, 0.0]);
    image("clip(-1.0, 2.0)", ANY, [-1.0, 2.0]);
    image("clip(-1.0, 2.0)", [0.0, 9.0], [0.0, 2.0]);
    image("rescaling(-2.0, offset = 1.0)", [0.0, 1.0], [-1.0, 1.0]);
    image("rescaling(2.0)", ANY, ANY);
    image("max_pool2d(2)", [-1.0, 2.0], [-1.0, 2.0]);
    image("zero_pad2d()", [1.0, 2.0], [0.0, 2.0]);
    image("dropout(0.5)", [0.0, 1.0], [0.0, 2.0]);
    image("gaussian_noise(0.5)", [0.0, 1.0], ANY);
    image("reduce_sum((1, 2))", [-1.0, 0.5], [-4.0, 2.0]);
    image("conv2d(4, 1)", [0.0, 1.0], ANY);
    image("batch_norm()", [0.0, 1.0], ANY);
    image("silu()", ANY, [-0.2785, f64::INFINITY]);
    image("silu()", [0.0, 3.0], [0.0, 3.0]);
}

/// The head of a graph of layers applied one to the other.
fn check_head(input: &str, layers: &[(&str, &str)], expect: Head) {
    let mut text = format!("model M\nx0 = input() : {input}\n");
    for (i, (layer, shape)) in layers.iter().enumerate() {
        text += &format!("x{} = {} : {shape}\n", i + 1, layer.replace("x,", &format!("x{i}")));
    }
    text += &format!("return x{}\n", layers.len());
    let graph = Graph::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(heads(&graph), [expect], "{text}");
}

#[test]
fn heads_of_outputs() {
    use Head::{LogProbabilities, Logits, Probabilities, Sigmoids, Values};
    const MAP: &str = "[_, 4, 4, 3]";
    let check = |layers: &[(&str, &str)], expect| check_head(MAP, layers, expect);
    let (softmax, log) = (("softmax(x,)", MAP), ("log_softmax(x,)", MAP));
    let sigmoid = ("sigmoid(x,)", MAP);
    check(&[("conv2d(x,; 3, 1)", MAP)], Logits);
    check(&[("batch_norm(x,)", MAP)], Logits);
    check(&[softmax], Probabilities);
    check(&[log], LogProbabilities);
    check(&[sigmoid], Sigmoids);
    check(&[("relu(x,)", MAP)], Values);
    check(&[("tanh(x,)", MAP)], Values);
    check(&[("hard_sigmoid(x,)", MAP)], Sigmoids);
    check(&[("clip(x,; 0.0, 1.0)", MAP)], Sigmoids);
    // Over the rows, not the channels.
    check(&[("softmax(x,; axis = 1)", MAP)], Values);
    check(&[softmax, ("reshape(x,; [_, 16, 3])", "[_, 16, 3]")], Probabilities);
    check(&[softmax, ("reshape(x,; [_, 4, 12])", "[_, 4, 12]")], Sigmoids);
    check(&[softmax, ("flatten(x,)", "[_, 48]")], Sigmoids);
    check(&[softmax, ("permute(x,; (2, 1, 3))", MAP)], Probabilities);
    check(&[softmax, ("permute(x,; (3, 1, 2))", "[_, 3, 4, 4]")], Values);
    check(
        &[("softmax(x,; axis = 1)", MAP), ("permute(x,; (3, 2, 1))", "[_, 3, 4, 4]")],
        Probabilities,
    );
    check(&[softmax, ("upsample2d(x,)", "[_, 8, 8, 3]")], Probabilities);
    check(&[softmax, ("resize2d(x,; (7, 5))", "[_, 7, 5, 3]")], Probabilities);
    check(&[log, ("resize2d(x,; (7, 5))", "[_, 7, 5, 3]")], Values);
    check(&[softmax, ("global_avg_pool2d(x,)", "[_, 3]")], Probabilities);
    check(&[softmax, ("reduce_mean(x,; 1)", "[_, 4, 3]")], Probabilities);
    check(&[softmax, ("reduce_mean(x,; -1)", "[_, 4, 4]")], Sigmoids);
    check(&[softmax, ("max_pool2d(x,; 2)", "[_, 2, 2, 3]")], Sigmoids);
    check(&[softmax, ("crop2d(x,; 1)", "[_, 2, 2, 3]")], Probabilities);
    check(&[softmax, ("slice(x,; -1, 0..2)", "[_, 4, 4, 2]")], Sigmoids);
    check(&[softmax, ("conv2d(x,; 3, 1)", MAP)], Logits);
    check(&[sigmoid, ("dropout(x,; 0.5)", MAP)], Values);
    check(&[sigmoid, ("multiply(x,, x0)", MAP)], Logits);
    check(&[sigmoid, ("multiply(x,, x1)", MAP)], Sigmoids);
    check(&[softmax, ("softmax(x0)", MAP), ("average(x1, x2)", MAP)], Probabilities);
    check(&[softmax, sigmoid, ("average(x1, x2)", MAP)], Sigmoids);
    check(&[softmax, log, ("concat(x1, x2)", "[_, 4, 4, 6]")], Values);
    check(&[softmax, ("concat(x1, x1; axis = 1)", "[_, 8, 4, 3]")], Probabilities);
    check_head(
        "[_, 1, 1, 3]",
        &[("softmax(x,)", "[_, 1, 1, 3]"), ("flatten(x,)", "[_, 3]")],
        Probabilities,
    );
}

#[test]
fn what_another_model_answers_is_left_to_it() {
    let check = |layers: &str, own: bool, expect: Option<Head>| {
        let text = format!(
            "model M\nx = input() : [_, 4, 4, 3]\ny = apply(x; \"N\") as y : [_, 4, 4, 3] asserted\n{layers}"
        );
        let graph = Graph::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let head = heads(&graph)[0];
        assert_eq!(matches!(head, Head::Of(_)), own, "{text}");
        assert!(expect.is_none_or(|expect| head == expect), "{text}: {head:?}");
    };
    check("return y", true, None);
    check("z = reshape(y; [_, 16, 3]) : [_, 16, 3]\nreturn z", true, None);
    check("z = upsample2d(y) : [_, 8, 8, 3]\nreturn z", true, None);
    check("z = flatten(y) : [_, 48]\nreturn z", false, Some(Head::Values));
    check("z = dropout(y; 0.5) : [_, 4, 4, 3]\nreturn z", false, Some(Head::Values));
    check("z = softmax(y) : [_, 4, 4, 3]\nreturn z", false, Some(Head::Probabilities));
    check("z = conv2d(y; 3, 1) : [_, 4, 4, 3]\nreturn z", false, Some(Head::Logits));
    check("z = relu(y) : [_, 4, 4, 3]\nreturn z", false, Some(Head::Values));
}
