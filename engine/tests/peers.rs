//! Networks trained by several at once, each on a part of a batch: what one makes of the whole batch.

mod common;

use std::num::NonZeroUsize;
use std::sync::{Barrier, Mutex};

use common::random::{Choices, graph};
use common::{numbers, parameter};
use formwork_engine::{Given, Options, Peers, Trained, Training};
use formwork_ir::Graph;

/// What several threads that stand for processes put together.
struct Table {
    places: Mutex<Vec<Vec<f32>>>,
    barrier: Barrier,
}

/// One of them.
struct Seat<'a> {
    table: &'a Table,
    rank: usize,
    /// The parts of the batch that each has.
    parts: &'a [usize],
    /// Gradients that are complete, in order.
    complete: Complete,
}

/// Parameters and their gradients.
type Complete = Vec<(usize, Vec<f32>)>;

impl Seat<'_> {
    /// What each of them has.
    fn gather(&self, own: &[f32]) -> Vec<Vec<f32>> {
        self.table.places.lock().unwrap()[self.rank] = own.to_vec();
        self.table.barrier.wait();
        let all = self.table.places.lock().unwrap().clone();
        self.table.barrier.wait();
        all
    }

    fn share(&self, rank: usize) -> f64 {
        self.parts[rank] as f64 / self.parts.iter().sum::<usize>() as f64
    }
}

impl Peers for Seat<'_> {
    fn moments(&mut self, own: &mut [f32]) {
        let all = self.gather(own);
        let channels = own.len() / 2;
        let mean_of = |of: &dyn Fn(&[f32]) -> f64| {
            (0..all.len()).map(|rank| self.share(rank) * of(&all[rank])).sum::<f64>()
        };
        for channel in 0..channels {
            let mean = mean_of(&|all| f64::from(all[channel]));
            own[channels + channel] = mean_of(&|all| {
                f64::from(all[channels + channel]) + (f64::from(all[channel]) - mean).powi(2)
            }) as f32;
            own[channel] = mean as f32;
        }
    }

    fn sums(&mut self, own: &mut [f32]) {
        let all = self.gather(own);
        for (index, value) in own.iter_mut().enumerate() {
            let sum: f64 = all.iter().map(|all| f64::from(all[index])).sum();
            *value = (self.share(self.rank) * sum) as f32;
        }
    }

    fn complete(&mut self, param: usize, gradient: &[f32]) {
        self.complete.push((param, gradient.to_vec()));
    }
}

/// Tensors that a run reads, by rows of a batch: inputs, parameters, masks, gradients of the outputs.
struct Batch {
    inputs: Vec<Vec<f32>>,
    params: Vec<Vec<f32>>,
    masks: Vec<Vec<f32>>,
    loss: Vec<Vec<f32>>,
}

/// What a run makes.
struct Made {
    outputs: Vec<Vec<f32>>,
    statistics: Vec<Vec<f32>>,
    gradients: Vec<Vec<f32>>,
}

fn slices(values: &[Vec<f32>]) -> Vec<&[f32]> {
    values.iter().map(Vec::as_slice).collect()
}

fn slices_mut(values: &mut [Vec<f32>]) -> Vec<&mut [f32]> {
    values.iter_mut().map(Vec::as_mut_slice).collect()
}

impl Batch {
    fn new(training: &Training, graph: &Graph) -> Self {
        let count = |sizes: &Vec<usize>| sizes.iter().product();
        let several = |what: &str, sizes: &[Vec<usize>]| -> Vec<Vec<f32>> {
            let each = sizes.iter().enumerate();
            each.map(|(i, sizes)| numbers(&format!("{what} {i}"), count(sizes))).collect()
        };
        let sizes_of = |name: &str| -> Vec<usize> {
            let (_, param) = graph.params().find(|(_, own)| own.name == name).expect("its own");
            param.shape.iter().map(|dim| dim.known().expect("a number")).collect()
        };
        let masks: Vec<_> = training.masks().iter().map(|mask| mask.sizes.clone()).collect();
        let kept = |x: f32| if x > 0.0 { 2.0 } else { 0.0 };
        let masks = several("mask", &masks).into_iter();
        Batch {
            inputs: several("input", training.inputs()),
            params: training.params().map(|(name, _)| parameter(name, &sizes_of(name))).collect(),
            masks: masks.map(|mask| mask.into_iter().map(kept).collect()).collect(),
            loss: several("loss", training.outputs()),
        }
    }

    /// The samples from one on, of so many.
    fn part(&self, first: usize, count: usize, all: usize) -> Self {
        let cut = |tensors: &[Vec<f32>]| -> Vec<Vec<f32>> {
            let cut = |tensor: &Vec<f32>| {
                let each = tensor.len() / all;
                tensor[first * each..(first + count) * each].to_vec()
            };
            tensors.iter().map(cut).collect()
        };
        let (inputs, masks, loss) = (cut(&self.inputs), cut(&self.masks), cut(&self.loss));
        Batch { inputs, params: self.params.clone(), masks, loss }
    }

    fn run(&self, training: &mut Training, mut peers: Option<&mut dyn Peers>) -> Made {
        let room = |sizes: &Vec<usize>| vec![f32::NAN; sizes.iter().product()];
        let mut outputs: Vec<_> = training.outputs().iter().map(room).collect();
        let statistics = training.statistics().iter();
        let mut statistics: Vec<_> = statistics.map(|of| vec![f32::NAN; 2 * of.channels]).collect();
        let trained = training.params().map(|(_, trained)| trained).zip(&self.params);
        let mut gradients: Vec<_> =
            trained.filter(|(trained, _)| *trained).map(|(_, own)| vec![0.0; own.len()]).collect();
        let (inputs, params, masks) =
            (slices(&self.inputs), slices(&self.params), slices(&self.masks));
        let given = Given { inputs: &inputs, params: &params, masks: &masks };
        let (to, and) = (&mut slices_mut(&mut outputs), &mut slices_mut(&mut statistics));
        match &mut peers {
            None => training.forward(given, to, and),
            Some(peers) => training.forward_among(&mut **peers, given, to, and),
        }
        let (loss, to) = (slices(&self.loss), &mut slices_mut(&mut gradients));
        match peers {
            None => training.backward(given, &loss, to, &mut []),
            Some(peers) => training.backward_among(peers, given, &loss, to, &mut []),
        }
        Made { outputs, statistics, gradients }
    }
}

fn assert_close(found: &[f32], expect: &[f32], largest: f32, what: &str, graph: &Graph) {
    for (found, expect) in found.iter().zip(expect) {
        let off = (found - expect).abs();
        assert!(off <= 1e-4 * largest, "{what}: {found}, not {expect} (of {largest})\n{graph}");
    }
}

fn largest<'a>(values: impl IntoIterator<Item = &'a Vec<f32>>) -> f32 {
    values.into_iter().flatten().fold(1e-2, |most, x| most.max(x.abs()))
}

/// Whether the network has a norm.
fn check(graph: &Graph, parts: &[usize], threads: usize) -> bool {
    let sizes = |batch: usize| -> Vec<Vec<usize>> {
        let sample = |shape: &formwork_ir::Shape| -> Vec<usize> {
            let dims = shape.sample().iter().map(|dim| dim.known().expect("a number"));
            std::iter::once(batch).chain(dims).collect()
        };
        graph.inputs().map(|(_, node)| sample(&node.shape)).collect()
    };
    let mut options = Options::default();
    options.threads = NonZeroUsize::new(threads);
    let training = |batch: usize, synchronised: bool| {
        let trained = Trained { synchronised, ..Trained::default() };
        let training = Training::new(graph, &sizes(batch), &options, &trained);
        training.unwrap_or_else(|error| panic!("{error}\n{graph}"))
    };
    let all = parts.iter().sum();
    let mut whole = training(all, false);
    let batch = Batch::new(&whole, graph);
    let expect = batch.run(&mut whole, None);
    let table = Table {
        places: Mutex::new(vec![Vec::new(); parts.len()]),
        barrier: Barrier::new(parts.len()),
    };
    let made: Vec<(Made, Complete)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..parts.len())
            .map(|rank| {
                let first = parts[..rank].iter().sum();
                let part = batch.part(first, parts[rank], all);
                let mut own = training(parts[rank], true);
                let mut seat = Seat { table: &table, rank, parts, complete: Vec::new() };
                scope.spawn(move || (part.run(&mut own, Some(&mut seat)), seat.complete))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (index, expected) in expect.outputs.iter().enumerate() {
        let found: Vec<_> =
            made.iter().flat_map(|(made, _)| made.outputs[index].iter().copied()).collect();
        assert_close(&found, expected, largest([expected]), "an output", graph);
    }
    for (made, _) in &made {
        for (found, expect) in made.statistics.iter().zip(&expect.statistics) {
            assert_close(found, expect, largest([expect]), "statistics", graph);
        }
    }
    let most = largest(&expect.gradients);
    for (index, expect) in expect.gradients.iter().enumerate() {
        let sum = |at: usize| made.iter().map(|(made, _)| made.gradients[index][at]).sum();
        let found: Vec<f32> = (0..expect.len()).map(sum).collect();
        assert_close(&found, expect, most, "a gradient", graph);
    }
    // Each gradient was complete when it was said to be; those not told of are 0.
    let order = |of: &[(usize, Vec<f32>)]| of.iter().map(|(param, _)| *param).collect::<Vec<_>>();
    for (made_here, complete) in &made {
        assert_eq!(order(complete), order(&made[0].1), "another order\n{graph}");
        for (param, gradient) in made_here.gradients.iter().enumerate() {
            let told: Vec<_> = complete.iter().filter(|(own, _)| *own == param).collect();
            assert!(told.len() <= 1, "told of twice\n{graph}");
            match told.first() {
                Some((_, then)) => assert_eq!(then, gradient, "added to later\n{graph}"),
                None => assert!(gradient.iter().all(|x| *x == 0.0), "not told of\n{graph}"),
            }
        }
    }
    !whole.statistics().is_empty()
}

#[test]
fn parts_of_a_batch_are_as_the_whole() {
    let count = if cfg!(miri) { 1 } else { 300 };
    let mut with_norms = 0;
    for seed in 1..=count as u64 {
        let mut choices = Choices(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let graph = graph(&mut choices);
        let parts: &[usize] = choices.pick(&[&[2, 2][..], &[1, 3], &[3, 1, 2], &[1, 1, 1, 1]]);
        let threads = 1 + choices.below(2);
        with_norms += usize::from(check(&graph, parts, threads));
    }
    println!("{with_norms} of {count} networks have norms");
    assert!(cfg!(miri) || with_norms > count / 12, "only {with_norms} of {count} have norms");
}
