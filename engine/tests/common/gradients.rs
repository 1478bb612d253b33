//! Networks in training: gradients are what the loss does, in f64, where a tensor is moved a little.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use formwork_engine::{CompileError, Draw, Given, Isa, Options, Trained, Training};
use formwork_ir::Graph;
use formwork_ir::oracle::Array;

use super::random::Choices;
use super::trained::{Tensors, run};
use super::{numbers, parameter};

fn narrow(values: &[f64]) -> Vec<f32> {
    values.iter().map(|x| *x as f32).collect()
}

fn slices(values: &[Vec<f32>]) -> Vec<&[f32]> {
    values.iter().map(Vec::as_slice).collect()
}

fn slices_mut(values: &mut [Vec<f32>]) -> Vec<&mut [f32]> {
    values.iter_mut().map(Vec::as_mut_slice).collect()
}

/// What a run of a network made: outputs, statistics, and gradients by name.
#[derive(PartialEq)]
struct Made {
    outputs: Vec<Vec<f32>>,
    statistics: Vec<Vec<f32>>,
    gradients: Vec<(String, Vec<f32>)>,
}

/// Runs a network forward and back. Gradients begin with 1, to which they are to be added.
fn train(training: &mut Training, tensors: &Tensors, loss: &[Vec<f32>]) -> Made {
    let of = |name: &str| narrow(&tensors[name]);
    let inputs: Vec<_> = (0..training.inputs().len()).map(|i| of(&format!("input {i}"))).collect();
    let names: Vec<_> = training.params().map(|(name, own)| (name.to_owned(), own)).collect();
    let params: Vec<_> = names.iter().map(|(name, _)| of(name)).collect();
    let masks: Vec<_> = (0..training.masks().len()).map(|i| of(&format!("mask {i}"))).collect();
    let (inputs_of, params_of, masks_of) = (slices(&inputs), slices(&params), slices(&masks));
    let given = Given { inputs: &inputs_of, params: &params_of, masks: &masks_of };
    let room = |count: usize| vec![f32::NAN; count];
    let sizes = |sizes: &Vec<usize>| sizes.iter().product();
    let mut outputs: Vec<_> = training.outputs().iter().map(sizes).map(room).collect();
    let mut statistics: Vec<_> = training.statistics().iter().map(|of| room(of.values())).collect();
    training.forward(given, &mut slices_mut(&mut outputs), &mut slices_mut(&mut statistics));
    let trained = names.iter().zip(&params).filter(|((_, trained), _)| *trained);
    let mut gradients: Vec<(String, Vec<f32>)> =
        trained.map(|((name, _), own)| (name.clone(), vec![1.0; own.len()])).collect();
    let count = gradients.len();
    let input = |(i, own): (usize, &Vec<f32>)| (format!("input {i}"), vec![1.0; own.len()]);
    gradients.extend(inputs.iter().enumerate().map(input));
    let (own, others) = gradients.split_at_mut(count);
    let of = |all: &mut [(String, Vec<f32>)]| -> Vec<Vec<f32>> {
        all.iter_mut().map(|(_, own)| std::mem::take(own)).collect()
    };
    let (mut own, mut others) = (of(own), of(others));
    training.backward(
        given,
        &slices(loss),
        &mut slices_mut(&mut own),
        &mut slices_mut(&mut others),
    );
    for ((_, to), own) in gradients.iter_mut().zip(own.into_iter().chain(others)) {
        *to = own.into_iter().map(|x| x - 1.0).collect();
    }
    Made { outputs, statistics, gradients }
}

/// Checks a network's outputs, statistics and gradients; those within so much of the largest.
pub(crate) fn check(
    graph: &Graph,
    sizes: &[Vec<usize>],
    options: &Options,
    frozen: &[String],
    within: f64,
) {
    let trained = Trained { inputs: true, frozen: frozen.to_vec(), ..Trained::default() };
    let mut training = match Training::new(graph, sizes, options, &trained) {
        Ok(training) => training,
        // Of one sample.
        Err(CompileError::OneValue { .. }) if sizes.iter().all(|sizes| sizes[0] == 1) => return,
        Err(error) => panic!("{error}\n{graph}"),
    };
    let mut tensors: Tensors = HashMap::new();
    let wide = |values: Vec<f32>| values.into_iter().map(f64::from).collect::<Vec<_>>();
    for (i, sizes) in sizes.iter().enumerate() {
        let name = format!("input {i}");
        let values = numbers(&name, sizes.iter().product());
        tensors.insert(name, wide(values));
    }
    for (_, param) in graph.params() {
        let sizes: Vec<_> = param.shape.iter().map(|dim| dim.known().expect("a number")).collect();
        tensors.insert(param.name.clone(), wide(parameter(&param.name, &sizes)));
    }
    for (i, mask) in training.masks().iter().enumerate() {
        let name = format!("mask {i}");
        let value = |x: f32| match mask.draw {
            Draw::Kept { value, .. } if x > 0.0 => value.into(),
            Draw::Normal { mean, deviation } => mean + deviation * f64::from(x),
            _ => 0.0,
        };
        let values = numbers(&name, mask.sizes.iter().product());
        let values: Vec<f64> = values.into_iter().map(value).collect();
        tensors.insert(name, wide(narrow(&values)));
    }
    let expect = run(graph, sizes, &tensors, frozen);
    let loss: Vec<Vec<f64>> = expect
        .iter()
        .enumerate()
        .map(|(i, own)| wide(numbers(&format!("loss {i}"), own.data().len())))
        .collect();
    let value = |tensors: &Tensors| -> f64 {
        let outputs = run(graph, sizes, tensors, frozen);
        let products = |(own, factors): (&Array, &Vec<f64>)| -> f64 {
            own.data().iter().zip(factors).map(|(a, b)| a * b).sum()
        };
        outputs.iter().zip(&loss).map(products).sum()
    };
    let narrowed: Vec<_> = loss.iter().map(|own| narrow(own)).collect();
    let made = train(&mut training, &tensors, &narrowed);
    // Again, since what a run leaves in memory must not matter to the next.
    let again = train(&mut training, &tensors, &narrowed);
    assert!(made == again, "other bits the second time\n{graph}");
    let threads = NonZeroUsize::new(4 - options.threads.map_or(1, NonZeroUsize::get).min(3));
    let mut options = options.clone();
    options.threads = threads;
    let mut other = Training::new(graph, sizes, &options, &trained).expect("as before");
    let other = train(&mut other, &tensors, &narrowed);
    assert!(made == other, "other bits for another number of threads\n{graph}");
    let mut alone =
        Training::new(graph, sizes, &options, &Trained { inputs: false, ..trained.clone() })
            .expect("as before");
    let alone = train(&mut alone, &tensors, &narrowed);
    close(&made, &alone, within, graph);
    let mut checked = graph.clone();
    (0..5).for_each(|block| checked.add_checkpoint(&format!("b{block}")));
    let mut other = Training::new(&checked, sizes, &options, &trained).expect("as before");
    let other = train(&mut other, &tensors, &narrowed);
    assert!(made == other, "other bits where blocks run again\n{graph}");
    for (found, expect) in made.outputs.iter().zip(&expect) {
        let largest = expect.data().iter().fold(1e-3f64, |most, x| most.max(x.abs()));
        for (found, expect) in found.iter().zip(expect.data()) {
            let off = (f64::from(*found) - expect).abs();
            assert!(off <= 1e-4 * largest, "an output is {found}, not {expect}\n{graph}");
        }
    }
    let largest = made.gradients.iter().flat_map(|(_, own)| own).fold(0f32, |a, b| a.max(b.abs()));
    for (name, gradient) in &made.gradients {
        // Some values by themselves, and all at once.
        let len = gradient.len();
        let mut directions: Vec<Vec<f64>> = [0, len / 2, len - 1]
            .map(|at| (0..len).map(|i| f64::from(u8::from(i == at))).collect())
            .into();
        directions.push(wide(numbers(&format!("direction {name}"), len)));
        for direction in directions {
            let step = 1e-7;
            let moved = |step: f64| {
                let mut tensors = tensors.clone();
                let own = tensors.get_mut(name).expect("a tensor");
                own.iter_mut().zip(&direction).for_each(|(x, d)| *x += step * d);
                value(&tensors)
            };
            let expect = (moved(step) - moved(-step)) / (2.0 * step);
            let found: f64 = gradient.iter().zip(&direction).map(|(g, d)| f64::from(*g) * d).sum();
            let length = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
            let tolerance = within * length * f64::from(largest).max(1.0);
            assert!(
                (found - expect).abs() <= tolerance,
                "{name}: {found}, not {expect} (largest {largest})\n{graph}"
            );
        }
    }
}

/// Checks that gradients of parameters are about the same where those of inputs are not made.
fn close(made: &Made, alone: &Made, within: f64, graph: &Graph) {
    assert!(made.outputs == alone.outputs, "other outputs without gradients of inputs\n{graph}");
    let params = made.gradients.iter().zip(&alone.gradients);
    let params = params.filter(|((name, _), _)| !name.starts_with("input "));
    for ((name, made), (_, alone)) in params {
        let largest = made.iter().fold(1f32, |most, x| most.max(x.abs()));
        for (a, b) in made.iter().zip(alone) {
            let off = f64::from((a - b).abs());
            assert!(off <= within * f64::from(largest), "{name}: {a} and {b}\n{graph}");
        }
    }
}

/// Instruction sets, threads and algorithms.
pub(crate) fn options(choices: &mut Choices) -> Options {
    let isas: Vec<_> = Isa::available().collect();
    let mut options = Options::default();
    options.isa = Some(choices.pick(&isas));
    options.exact = choices.below(2) == 0;
    options.threads = NonZeroUsize::new(1 + choices.below(3));
    options
}
