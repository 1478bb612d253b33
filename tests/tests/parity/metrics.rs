//! Metrics over three batches, read after each.

use formwork::dfdx::prelude::Cpu;
use formwork::metrics::*;
use serde::Deserialize;

use crate::allowed::METRIC;
use crate::arguments::{Any, Arguments, Given, Pixels, Ranked, Rows, set, tensor};
use crate::golden::{Array, read};

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    metric: String,
    /// What Keras calls it.
    keras: String,
    arguments: Arguments,
    batches: Vec<Batch>,
}

#[derive(Deserialize)]
struct Batch {
    output: Array,
    labels: Given,
    weights: Option<Array>,
    /// Of this batch and those before it.
    value: f64,
}

#[test]
fn metrics_stream_as_those_of_keras() {
    let golden: Golden = read("metrics.json");
    let wrong: Vec<_> = golden.cases.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), golden.cases.len(), wrong.join("\n"));
}

/// What is wrong with a case.
fn check(case: &Case) -> Option<String> {
    let found = match case.batches[0].output.shape.len() {
        2 => run::<Rows>(case),
        _ => run::<Pixels>(case),
    };
    let expected: Vec<_> = case.batches.iter().map(|batch| batch.value).collect();
    let fits = found.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= METRIC);
    let dims = &case.batches[0].output.shape;
    let weighted = case.batches[0].weights.is_some();
    (!fits).then(|| {
        let Case { keras, arguments, .. } = case;
        format!("{keras} {arguments:?} {dims:?} weighted {weighted}: {found:?} for {expected:?}")
    })
}

fn run<O: Ranked>(case: &Case) -> Vec<f64> {
    let mut metric = metric::<O>(case);
    let add = |batch: &Batch| {
        let output = tensor(&batch.output, O::of(&batch.output.shape));
        metric.update(&output, &O::labels(&batch.labels, &batch.weights)).unwrap();
        metric.value()
    };
    case.batches.iter().map(add).collect()
}

fn metric<O: Ranked>(case: &Case) -> Box<dyn Metric<Cpu, O, Any<O>>> {
    let mut args = case.arguments.clone();
    let metric: Box<dyn Metric<Cpu, O, Any<O>>> = match case.metric.as_str() {
        "Accuracy" => Box::new(Accuracy::new()),
        "TopKAccuracy" => Box::new(TopKAccuracy::new(args.take("k").expect("k"))),
        "BinaryAccuracy" => Box::new(set!(args, BinaryAccuracy::from_probabilities(); threshold)),
        "MeanIoU" => Box::new(set!(args, MeanIoU::new(); ignore_class)),
        "BinaryIoU" => {
            Box::new(set!(args, BinaryIoU::from_probabilities(); threshold, target_class))
        }
        "MeanSquaredError" => Box::new(MeanSquaredError::new()),
        "MeanAbsoluteError" => Box::new(MeanAbsoluteError::new()),
        other => panic!("no metric {other}"),
    };
    args.finish();
    metric
}
