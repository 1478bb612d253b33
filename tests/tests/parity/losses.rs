//! Every loss: its value, and its gradient with respect to the output.

use formwork::dfdx::prelude::{Backward, Cpu, Tensor, Trace};
use formwork::labels::Output;
use formwork::losses::*;
use serde::Deserialize;

use crate::allowed::{LOSS, SLOPE};
use crate::arguments::{Any, Arguments, Given, Pixels, Ranked, Rows, set, tensor};
use crate::golden::{Array, Framework, read};

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    framework: Framework,
    loss: String,
    arguments: Arguments,
    /// What the output is: logits, probabilities …
    form: String,
    output: Array,
    labels: Given,
    weights: Option<Array>,
    value: f64,
    gradient: Array,
}

#[test]
fn losses_and_their_gradients_are_the_frameworks() {
    let golden: Golden = read("losses.json");
    let wrong: Vec<_> = golden.cases.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), golden.cases.len(), wrong.join("\n"));
}

/// What is wrong with a case.
fn check(case: &Case) -> Option<String> {
    let (value, gradient) = match case.output.shape.len() {
        2 => run::<Rows>(case),
        _ => run::<Pixels>(case),
    };
    let off = (f64::from(value) - case.value).abs() / case.value.abs().max(1.0);
    let slope = case.gradient.deviation(&gradient);
    let Case { framework, loss, arguments, form, output, .. } = case;
    let fits = off <= LOSS && slope <= SLOPE;
    (!fits).then(|| {
        let weighted = case.weights.is_some();
        format!(
            "{framework:?} {loss} {form} {:?} {arguments:?} weighted {weighted}: {value} for {}, \
             off {off:.1e}, gradient {slope:.1e}",
            output.shape, case.value
        )
    })
}

/// A loss of outputs of shape `O`, whichever its type.
trait Differentiate<O: Output> {
    fn run(&self, output: &Tensor<O, f32, Cpu>, labels: &Any<O>) -> (f32, Vec<f32>);
}

impl<O: Output, L: Loss<Cpu, O, Any<O>>> Differentiate<O> for L {
    fn run(&self, output: &Tensor<O, f32, Cpu>, labels: &Any<O>) -> (f32, Vec<f32>) {
        let loss = self.loss(output.leaky_trace(), labels).unwrap();
        let value = loss.as_vec()[0];
        (value, loss.backward().get(output).as_vec())
    }
}

fn run<O: Ranked>(case: &Case) -> (f32, Vec<f32>) {
    let output = tensor(&case.output, O::of(&case.output.shape));
    let labels = O::labels(&case.labels, &case.weights);
    loss::<O>(case).run(&output, &labels)
}

/// The loss that a case names, with its arguments.
fn loss<O: Ranked>(case: &Case) -> Box<dyn Differentiate<O>> {
    let mut args = case.arguments.clone();
    let reduction = match args.take::<String>("reduction").as_deref() {
        None => Reduction::SumOverBatchSize,
        Some("mean_with_sample_weight") => Reduction::MeanWithSampleWeight,
        Some("sum") => Reduction::Sum,
        Some(other) => panic!("no reduction {other}"),
    };
    macro_rules! loss {
        ($loss:expr; $($name:ident),*) => {
            Box::new(set!(args, $loss.reduction(reduction); $($name),*))
        };
    }
    /// Of logits or probabilities, with class weights or without.
    macro_rules! categorical {
        ($Loss:ident; $($name:ident),*) => {
            match (case.form.as_str(), args.take::<[f32; 3]>("class_weight")) {
                ("logits", None) => loss!($Loss::from_logits(); $($name),*),
                ("logits", Some(weights)) => {
                    loss!($Loss::from_logits().class_weight(weights); $($name),*)
                }
                (_, None) => loss!($Loss::from_probabilities(); $($name),*),
                (_, Some(weights)) => {
                    loss!($Loss::from_probabilities().class_weight(weights); $($name),*)
                }
            }
        };
    }
    macro_rules! binary {
        ($Loss:ident; $($name:ident),*) => {
            match case.form.as_str() {
                "logits" => loss!($Loss::from_logits(); class_weight, $($name),*),
                _ => loss!($Loss::from_probabilities(); class_weight, $($name),*),
            }
        };
    }
    let axis = args.take::<Vec<isize>>("axis");
    macro_rules! region {
        ($Loss:ident; $($name:ident),*) => {
            match (case.form.as_str(), axis) {
                ("logits", None) => loss!($Loss::from_logits(); $($name),*),
                ("logits", Some(axis)) => loss!($Loss::from_logits().axis(axis); $($name),*),
                (_, None) => loss!($Loss::from_probabilities(); $($name),*),
                (_, Some(axis)) => loss!($Loss::from_probabilities().axis(axis); $($name),*),
            }
        };
    }
    let loss: Box<dyn Differentiate<O>> = match case.loss.as_str() {
        "SparseCategoricalCrossentropy" => {
            categorical!(SparseCategoricalCrossentropy; ignore_class)
        }
        "CategoricalCrossentropy" => categorical!(CategoricalCrossentropy; label_smoothing),
        "CategoricalFocalCrossentropy" => {
            categorical!(CategoricalFocalCrossentropy; alpha, gamma, label_smoothing)
        }
        "BinaryCrossentropy" => binary!(BinaryCrossentropy; label_smoothing),
        "BinaryFocalCrossentropy" => {
            binary!(BinaryFocalCrossentropy; alpha, gamma, apply_class_balancing, label_smoothing)
        }
        "Dice" => region!(Dice;),
        "Tversky" => region!(Tversky; alpha, beta),
        "MeanSquaredError" => loss!(MeanSquaredError::new();),
        "MeanAbsoluteError" => loss!(MeanAbsoluteError::new();),
        "Huber" => loss!(Huber::new(); delta),
        "LogCosh" => loss!(LogCosh::new();),
        "KLDivergence" => loss!(KLDivergence::from_probabilities();),
        "Poisson" => loss!(Poisson::new();),
        other => panic!("no loss {other}"),
    };
    args.finish();
    loss
}
