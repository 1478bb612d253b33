//! Initialisers: mean, deviation and bounds of many values of each kernel.

use formwork::dfdx::prelude::{Cpu, Tensor, ZerosTensor};
use formwork::init::initialize;
use formwork_ir::{Call, Dim, Domain, Initializer, Operand, Shape, Value, find};
use serde::Deserialize;

use crate::allowed::{BOUNDS, ERRORS, TAILS};
use crate::golden::read;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    initializer: String,
    arguments: Vec<f64>,
    /// The layer whose first parameter is the kernel, and its input.
    layer: String,
    input: Vec<usize>,
    shape: Vec<usize>,
    count: usize,
    mean: f64,
    deviation: f64,
    least: f64,
    greatest: f64,
}

#[test]
fn kernels_start_as_those_of_keras() {
    let golden: Golden = read("initializers.json");
    let wrong: Vec<_> = golden.cases.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), golden.cases.len(), wrong.join("\n"));
}

/// What is wrong with a case.
fn check(case: &Case) -> Option<String> {
    let mut tensor: Tensor<(usize,), f32, Cpu> = Cpu::seed_from_u64(1).zeros_like(&(case.count,));
    initialize(&mut tensor, initializer(case), fans(case)).unwrap();
    let values: Vec<_> = tensor.as_vec().into_iter().map(f64::from).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);

    let error = case.deviation * (1.0 / n + 1.0 / case.count as f64).sqrt();
    let extremes = match case.initializer.as_str() {
        "RandomNormal" => TAILS * case.deviation,
        _ => BOUNDS * (case.greatest - case.least),
    };
    let fits = (mean - case.mean).abs() <= ERRORS * error
        && (deviation - case.deviation).abs() <= ERRORS * error / 2f64.sqrt()
        && (least - case.least).abs() <= extremes
        && (greatest - case.greatest).abs() <= extremes;
    let Case { initializer, layer, .. } = case;
    (!fits).then(|| {
        format!(
            "{initializer} of {layer}: {mean} ± {deviation} in {least}..={greatest} for {} ± {} \
             in {}..={}",
            case.mean, case.deviation, case.least, case.greatest
        )
    })
}

fn initializer(case: &Case) -> Initializer {
    use Initializer::*;
    match (case.initializer.as_str(), &case.arguments[..]) {
        ("GlorotUniform", []) => GlorotUniform,
        ("GlorotNormal", []) => GlorotNormal,
        ("HeUniform", []) => HeUniform,
        ("HeNormal", []) => HeNormal,
        ("LecunUniform", []) => LecunUniform,
        ("LecunNormal", []) => LecunNormal,
        ("RandomUniform", &[low, high]) => RandomUniform(low, high),
        ("RandomNormal", &[mean, deviation]) => RandomNormal(mean, deviation),
        ("TruncatedNormal", &[mean, deviation]) => TruncatedNormal(mean, deviation),
        other => panic!("no initialiser {other:?}"),
    }
}

/// The fans of the layer's kernel, which has the golden's shape.
fn fans(case: &Case) -> (usize, usize) {
    let (layer, args) = case.layer.split_once('(').expect("layer(…)");
    let args = Value::parse_args(args.strip_suffix(')').expect("layer(…)"), None).unwrap();
    let spec = find(layer).unwrap();
    let op = spec.call(&args).unwrap();
    let shape = Shape::batched(case.input.iter().copied());
    let inputs = [Operand { name: "x", shape: &shape }];
    let inferred = op.infer(&Call::new(spec.name, &inputs, &Domain::default())).unwrap();
    let kernel = &inferred.params[0];
    let known = |dim: &Dim| match dim {
        Dim::Known(n) => *n as usize,
        other => panic!("a size that is not known: {other}"),
    };
    assert_eq!(kernel.shape.iter().map(known).collect::<Vec<_>>(), case.shape, "{layer}");
    (known(&kernel.fans.0), known(&kernel.fans.1))
}
