//! Networks in training: gradients are what the loss does, in f64, where a tensor is moved a little.

mod common;

use std::collections::HashMap;
use std::num::NonZeroUsize;

use common::random::{Choices, graph};
use common::{numbers, parameter};
use formwork_engine::{CompileError, Given, Isa, Options, Trained, Training};
use formwork_ir::oracle::Array;
use formwork_ir::{Graph, NodeId, Op, Source};

/// The values of a network's tensors, by name; inputs have names too.
type Tensors = HashMap<String, Vec<f64>>;

/// What a network makes of a batch while it is trained, in f64.
fn run(graph: &Graph, sizes: &[Vec<usize>], given: &Tensors) -> Vec<Array> {
    let mut values: HashMap<NodeId, Array> = HashMap::new();
    let (mut inputs, mut masks) = (sizes.iter().enumerate(), 0..);
    for (id, node) in graph.nodes() {
        let value = match &node.source {
            Source::Input => {
                let (index, sizes) = inputs.next().expect("an input");
                Array::new(sizes, given[&format!("input {index}")].clone())
            }
            Source::Model(model) => panic!("no model `{model}`"),
            Source::Layer(op) => {
                let own: Vec<_> = node.inputs.iter().map(|id| values[id].clone()).collect();
                let params = node.params.iter().map(|&id| graph.param(id)).map(|param| {
                    let sizes: Vec<_> =
                        param.shape.iter().map(|dim| dim.known().expect("a number")).collect();
                    Array::new(&sizes, given[&param.name].clone())
                });
                let mut params: Vec<_> = params.collect();
                if let Op::BatchNorm(_) = op {
                    let [.., mean, variance] = &mut params[..] else { panic!("statistics") };
                    [*mean, *variance] = moments(&own[0]);
                }
                match op {
                    Op::Dropout(_) | Op::SpatialDropout2d(_) => {
                        let name = format!("mask {}", masks.next().expect("another"));
                        let mut sizes = own[0].dims().to_vec();
                        if let Op::SpatialDropout2d(_) = op {
                            sizes[1..3].fill(1);
                        }
                        let mask = Array::new(&sizes, given[&name].clone());
                        Array::broadcast(&[own[0].clone(), mask], |a, b| a * b)
                    }
                    op => op.oracle(&own, &params),
                }
            }
        };
        values.insert(id, value);
    }
    graph.outputs().iter().map(|id| values[id].clone()).collect()
}

/// The mean and the variance of each channel.
fn moments(x: &Array) -> [Array; 2] {
    let channels = *x.dims().last().expect("channels");
    let rows = x.data().len() / channels;
    let mean_of = |of: &dyn Fn(usize, f64) -> f64| {
        Array::build(&[channels], |at| {
            let own = (0..rows).map(|row| of(at[0], x.data()[row * channels + at[0]]));
            own.sum::<f64>() / rows as f64
        })
    };
    let mean = mean_of(&|_, x| x);
    let variance = mean_of(&|c, x| (x - mean.data()[c]).powi(2));
    [mean, variance]
}

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
    let mut statistics: Vec<_> =
        training.statistics().iter().map(|of| room(2 * of.channels)).collect();
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

/// Checks a network's outputs, statistics and gradients; says whether it can be trained so.
fn check(graph: &Graph, sizes: &[Vec<usize>], options: &Options) -> bool {
    let trained = Trained { inputs: true, ..Trained::default() };
    let mut training = match Training::new(graph, sizes, options, &trained) {
        Ok(training) => training,
        Err(CompileError::Training { .. }) => return false,
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
        let values = numbers(&name, mask.sizes.iter().product());
        let kept = values.into_iter().map(|x| if x > 0.0 { 2.0 } else { 0.0 }).collect();
        tensors.insert(name, kept);
    }
    let expect = run(graph, sizes, &tensors);
    let loss: Vec<Vec<f64>> = expect
        .iter()
        .enumerate()
        .map(|(i, own)| wide(numbers(&format!("loss {i}"), own.data().len())))
        .collect();
    let value = |tensors: &Tensors| -> f64 {
        let outputs = run(graph, sizes, tensors);
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
            let tolerance = 2e-4 * length * f64::from(largest).max(1.0);
            assert!(
                (found - expect).abs() <= tolerance,
                "{name}: {found}, not {expect} (largest {largest})\n{graph}"
            );
        }
    }
    true
}

#[test]
fn gradients_of_random_networks_are_differences() {
    let count = if cfg!(miri) { 2 } else { 600 };
    let mut trained = 0;
    for seed in 1..=count as u64 {
        let mut choices = Choices(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let graph = graph(&mut choices);
        let batch = choices.pick(&[2, 3, 5]);
        let sizes: Vec<Vec<usize>> = graph
            .inputs()
            .map(|(_, node)| {
                let sample = node.shape.sample().iter().map(|dim| dim.known().expect("a number"));
                std::iter::once(batch).chain(sample).collect()
            })
            .collect();
        let isas: Vec<_> = Isa::available().collect();
        let mut options = Options::default();
        options.isa = Some(choices.pick(&isas));
        options.exact = choices.below(2) == 0;
        options.threads = NonZeroUsize::new(1 + choices.below(3));
        trained += usize::from(check(&graph, &sizes, &options));
    }
    println!("{trained} of {count} networks");
    assert!(cfg!(miri) || trained > count / 6, "only {trained} of {count} networks are trained");
}
