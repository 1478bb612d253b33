//! Several ranks, here threads, train as one process does.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use formwork::Named;
use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::metrics::{Accuracy, ConfusionMatrix};
use formwork::optim::Sgd;
use formwork::prelude::*;
use formwork::train::parallel::Sum;
use formwork::train::{
    Batches, Callback, Checkpoints, Fit, History, Loader, Moment, Ranks, RanksError, Share,
    TrainError,
};

use crate::support::{Batch, Collate, Directory, Pictures, collate};

model! {
    /// Norms over pixels and over samples.
    struct Norms(image: [_, 6, 6, 1]) -> [_, 3] {
        let stem = image.conv2d(4, 3).batch_norm(momentum = 0.9).relu();
        let deep = stem.conv2d(6, 3, padding = same).batch_norm(unbiased = true).relu();
        deep.flatten().dense(8).batch_norm().relu().dense(3)
    }

    /// Norms over pixels alone, so that one sample does.
    struct Pixelwise(image: [_, 6, 6, 1]) -> [_, 3] {
        image.conv2d(4, 3).batch_norm(momentum = 0.9).relu().flatten().dense(3)
    }

    /// Without norms.
    struct Plain(image: [_, 6, 6, 1]) -> [_, 3] {
        image.conv2d(4, 3).relu().flatten().dense(8).relu().dense(3)
    }
}

/// What ranks lay down for each other.
struct Table {
    places: Mutex<Places>,
    changed: Condvar,
}

#[derive(Default)]
struct Places {
    bytes: Vec<Vec<u8>>,
    arrived: usize,
    rounds: usize,
}

/// A thread as a rank.
#[derive(Clone)]
struct Thread {
    rank: usize,
    size: usize,
    table: Arc<Table>,
}

impl Thread {
    /// What each of them lays down.
    fn exchange(&self, own: Vec<u8>) -> Vec<Vec<u8>> {
        self.table.places.lock().unwrap().bytes[self.rank] = own;
        self.meet();
        let all = self.table.places.lock().unwrap().bytes.clone();
        self.meet();
        all
    }

    fn meet(&self) {
        let mut places = self.table.places.lock().unwrap();
        places.arrived += 1;
        if places.arrived == self.size {
            (places.arrived, places.rounds) = (0, places.rounds + 1);
            self.table.changed.notify_all();
            return;
        }
        let round = places.rounds;
        let waits = |places: &mut Places| places.rounds == round;
        let waited = self.table.changed.wait_timeout_while(places, Duration::from_secs(60), waits);
        assert!(!waited.unwrap().1.timed_out(), "rank {} is alone", self.rank);
    }
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks().0.iter().map(|word| f32::from_le_bytes(*word))
}

impl Ranks for Thread {
    fn rank(&self) -> usize {
        self.rank
    }

    fn size(&self) -> usize {
        self.size
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        *bytes = self.exchange(std::mem::take(bytes)).swap_remove(0);
    }

    fn gather(&self, values: &[f32]) -> Vec<f32> {
        self.exchange(bytes(values)).iter().flat_map(|own| floats(own)).collect()
    }

    fn sum(&self, values: &mut [f64]) {
        let own = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        values.fill(0.0);
        for all in self.exchange(own) {
            let words = all.as_chunks().0.iter().map(|word| f64::from_le_bytes(*word));
            values.iter_mut().zip(words).for_each(|(value, word)| *value += word);
        }
    }

    fn start_sum(&self, values: Vec<f32>) -> Box<dyn Sum> {
        let mut sum = vec![0.0; values.len()];
        for all in self.exchange(bytes(&values)) {
            assert_eq!(all.len(), 4 * sum.len(), "ranks add up the same");
            sum.iter_mut().zip(floats(&all)).for_each(|(value, own)| *value += own);
        }
        Box::new(Done(sum))
    }
}

struct Done(Vec<f32>);

impl Sum for Done {
    fn progress(&mut self) -> bool {
        true
    }

    fn wait(self: Box<Self>) -> Vec<f32> {
        self.0
    }
}

/// What each of so many ranks makes.
fn together<R: Send>(size: usize, work: impl Fn(&Thread) -> R + Sync) -> Vec<R> {
    let places = Places { bytes: vec![Vec::new(); size], ..Places::default() };
    let table = Arc::new(Table { places: Mutex::new(places), changed: Condvar::new() });
    std::thread::scope(|scope| {
        let start = |rank| {
            let (table, work) = (Arc::clone(&table), &work);
            scope.spawn(move || work(&Thread { rank, size, table }))
        };
        let threads: Vec<_> = (0..size).map(start).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Keeps the weights of the end.
#[derive(Clone, Default)]
struct Keep(Rc<RefCell<Vec<Named>>>);

impl Callback for Keep {
    fn epoch(&mut self, _: &mut Moment) -> Result<(), TrainError> {
        Ok(())
    }

    fn end(&mut self, moment: &mut Moment) -> Result<(), TrainError> {
        self.0.replace(moment.weights());
        Ok(())
    }
}

/// What comes of a training.
type Trained = Result<(Vec<Named>, History), TrainError>;
type Asked =
    Fit<'static, Cpu, (usize, Const<3>), Classes<(usize,), 3>, SparseCategoricalCrossentropy>;

fn pictures(count: usize) -> Loader<Pictures, Collate> {
    let collate: Collate = collate;
    Loader::new(Arc::new(Pictures(count)), 8, collate).shuffle(7)
}

/// Trains a model on batches, asked for as a function says. Ranks begin with weights of their own.
macro_rules! train {
    ($Model:ident, $batches:expr, $seed:expr, $asked:expr) => {{
        let mut model: $Model<Cpu, f32> = $Model::build(&Cpu::seed_from_u64($seed as u64));
        let (kept, asked) = (Keep::default(), $asked);
        let loss = SparseCategoricalCrossentropy::from_logits();
        let fit: Asked = Fit::new(Sgd::new(0.03).momentum(0.9), loss).epochs(2).seed(5);
        let fit = fit.metric(Accuracy::new()).metric(ConfusionMatrix::new());
        let history = asked(fit.callback(kept.clone())).run(&mut model, $batches);
        let trained: Trained = history.map(|history| (kept.0.take(), history));
        trained
    }};
}

fn assert_close((found, history): &(Vec<Named>, History), expect: &(Vec<Named>, History)) {
    let expect_history = &expect.1;
    for (found, expect) in found.iter().zip(&expect.0) {
        assert_eq!(found.name, expect.name);
        for (x, y) in found.values.iter().zip(&expect.values) {
            assert!((x - y).abs() <= 1e-5 * y.abs().max(1.0), "{}: {x}, not {y}", found.name);
        }
    }
    assert_eq!(history.rows.len(), expect_history.rows.len());
    for (found, expect) in history.rows.iter().zip(&expect_history.rows) {
        assert_eq!(found.step, expect.step);
        for ((name, x), (_, y)) in found.values.iter().zip(&expect.values) {
            assert!((x - y).abs() <= 1e-5 * y.abs().max(1.0), "{name}: {x}, not {y}");
        }
    }
}

/// The same weights and history on all ranks, to the bit.
fn alike(mut trained: Vec<Trained>) -> (Vec<Named>, History) {
    let first = trained.remove(0).unwrap();
    for other in trained {
        assert!(other.unwrap() == first, "ranks differ");
    }
    first
}

/// Trains a model alone and by ranks, whose weights and history are to be the same.
macro_rules! check {
    ($Model:ident, $sizes:expr, $count:expr, $asked:expr) => {{
        let alone = train!($Model, &pictures($count), 0, $asked).unwrap();
        for size in $sizes {
            let trained = together(size, |ranks| {
                let asked = |fit: Asked| ($asked)(fit.ranks(ranks).synchronise_batch_norm());
                train!($Model, &pictures($count).ranks(ranks), ranks.rank, asked)
            });
            assert_close(&alike(trained), &alone);
        }
    }};
}

#[test]
fn with_synchronised_norms() {
    // The last batch has two samples.
    check!(Norms, [1, 2, 3, 4], 50, |fit: Asked| fit);
}

#[test]
fn without_norms() {
    check!(Plain, [2, 4], 50, |fit: Asked| fit);
}

#[test]
fn without_a_plan() {
    check!(Plain, [2, 4], 50, |fit: Asked| fit.portable());
}

#[test]
fn batches_that_are_accumulated() {
    check!(Norms, [2], 50, |fit: Asked| fit.accumulate(3));
    check!(Plain, [3], 50, |fit: Asked| fit.portable().accumulate(3));
}

#[test]
fn validated_by_parts_or_by_all() {
    let run = |fit: Asked, loader: &Loader<_, _>, validation: &Loader<Pictures, Collate>| {
        let mut model: Plain<Cpu, f32> = Plain::build(&Cpu::seed_from_u64(0));
        fit.run_with(&mut model, loader, validation).unwrap()
    };
    let fit = || -> Asked {
        let loss = SparseCategoricalCrossentropy::from_logits();
        Fit::new(Sgd::new(0.03), loss).metric(ConfusionMatrix::new()).epochs(2)
    };
    let alone = run(fit(), &pictures(50), &pictures(21));
    for parted in [false, true] {
        let histories = together(4, |ranks| {
            let validation = pictures(21);
            let validation = if parted { validation.ranks(ranks) } else { validation };
            run(fit().ranks(ranks), &pictures(50).ranks(ranks), &validation)
        });
        for history in &histories {
            assert_eq!(*history, histories[0]);
        }
        assert!(alone.last("val_loss").unwrap() > 0.0);
        assert_close(&(Vec::new(), histories[0].clone()), &(Vec::new(), alone.clone()));
    }
}

#[test]
fn parts_of_equal_size_from_a_function() {
    let alone = train!(Norms, &pictures(48), 0, |fit: Asked| fit).unwrap();
    let trained = together(2, |ranks| {
        let loader = pictures(48).ranks(ranks);
        let source = |epoch: usize| loader.epoch(epoch, 0).collect::<Vec<_>>();
        let asked = |fit: Asked| fit.ranks(ranks).synchronise_batch_norm();
        train!(Norms, &source, ranks.rank, asked)
    });
    assert_close(&alike(trained), &alone);
}

#[test]
fn norms_of_each_rank() {
    let once = |fit: Asked| fit.epochs(1);
    let (alone, _) = train!(Norms, &pictures(8), 0, once).unwrap();
    let trained = together(2, |ranks| {
        train!(Norms, &pictures(8).ranks(ranks), ranks.rank, |fit: Asked| once(fit).ranks(ranks))
    });
    let (weights, _) = alike(trained);
    let portable = together(3, |ranks| {
        let asked = |fit: Asked| fit.portable().ranks(ranks);
        train!(Pixelwise, &pictures(50).ranks(ranks), ranks.rank, asked)
    });
    alike(portable);
    let of = |weights: &[Named], name: &str| {
        weights.iter().find(|own| own.name == name).expect("a tensor").values.clone()
    };
    let both = |name: &str| of(&weights, name).into_iter().zip(of(&alone, name));
    // After one step, whose means are those of the whole batch, and variances are less.
    for (mean, whole) in both("stem.batch_norm.moving_mean") {
        assert!((mean - whole).abs() < 1e-5, "{mean}, not {whole}");
    }
    let variances: Vec<_> = both("stem.batch_norm.moving_variance").collect();
    assert!(variances.iter().all(|(own, whole)| own < whole), "{variances:?}");
}

#[test]
fn resumed_in_the_middle_of_an_epoch() {
    let directory = Directory::new("ranks");
    let checkpoints = || Checkpoints::new(&directory.0).every_steps(3).keep(100);
    let run = |size| {
        alike(together(size, |ranks| {
            let fit = |fit: Asked| fit.checkpoints(checkpoints()).resume().ranks(ranks);
            let asked = |asked| fit(asked).synchronise_batch_norm();
            train!(Pixelwise, &pictures(50).ranks(ranks), ranks.rank, asked)
        }))
    };
    let calm = run(3);
    let back = || {
        let all = checkpoints().list().unwrap();
        assert_eq!(all.len(), 6);
        // Steps 3, 6, 7, 9, 12 and 14.
        all[4..].iter().for_each(|path| std::fs::remove_file(path).unwrap());
    };
    back();
    assert!(run(3) == calm);
    back();
    assert_close(&run(2), &calm);
}

#[test]
fn what_cannot_be_synchronised_is_named() {
    let errors = together(2, |ranks| {
        let asked = |fit: Asked| fit.portable().ranks(ranks).synchronise_batch_norm();
        let trained = train!(Pixelwise, &pictures(16).ranks(ranks), 0, asked);
        trained.unwrap_err().to_string()
    });
    let expect = "batch norms cannot be synchronised: the layers run one by one, not by \
                  a plan; without `synchronise_batch_norm` each rank takes its own statistics";
    assert_eq!(errors, [expect, expect]);
}

#[test]
fn a_loader_that_was_not_told_of_ranks() {
    let errors = together(2, |ranks| {
        train!(Plain, &pictures(16), 0, |fit: Asked| fit.ranks(ranks)).unwrap_err()
    });
    for error in errors {
        assert!(matches!(error, TrainError::Ranks(RanksError::Parts { found: 2.0 })), "{error}");
    }
}

/// A rank whose rank 0 trains something else.
#[derive(Clone)]
struct Astray;

impl Ranks for Astray {
    fn rank(&self) -> usize {
        1
    }

    fn size(&self) -> usize {
        2
    }

    fn broadcast(&self, bytes: &mut Vec<u8>) {
        *bytes = if bytes.is_empty() { Vec::new() } else { b"something else".to_vec() };
    }

    fn gather(&self, values: &[f32]) -> Vec<f32> {
        values.repeat(2)
    }

    fn sum(&self, values: &mut [f64]) {
        values.iter_mut().for_each(|value| *value *= 2.0);
    }

    fn start_sum(&self, values: Vec<f32>) -> Box<dyn Sum> {
        Box::new(Done(values))
    }
}

#[test]
fn ranks_that_train_something_else() {
    let error = train!(Plain, &pictures(16).ranks(&Astray), 0, |fit: Asked| fit.ranks(&Astray));
    assert_eq!(
        error.unwrap_err().to_string(),
        "rank 1 trains 587 values for 2 epochs of 2 batches, from step 0 on, 1 to a step, by sgd, \
         seed 5, metrics [accuracy, confusion_matrix], 1 callbacks, checkpoints an epoch, \
         expected, as on rank 0, something else"
    );
}

#[test]
fn parts_make_up_the_batches() {
    let pixels = |batch: Result<Batch, TrainError>| -> Vec<f32> { batch.unwrap().0.as_vec() };
    let whole: Vec<_> = pictures(50).epoch(1, 0).map(pixels).collect();
    for size in [1, 2, 3, 4] {
        let loaders = together(size, |ranks| {
            let loader = pictures(50).threads(ranks.rank()).ranks(ranks);
            let shares: Vec<Share> = (0..7).filter_map(|batch| loader.share(batch)).collect();
            (loader.epoch(1, 0).map(pixels).collect::<Vec<_>>(), shares)
        });
        for (number, whole) in whole.iter().enumerate() {
            let parts = loaders.iter().filter(|(_, shares)| shares[number].samples > 0);
            let joined: Vec<f32> = parts.flat_map(|(parts, _)| parts[number].clone()).collect();
            assert!(joined == *whole, "batch {number} of {size} ranks");
            let samples = loaders.iter().map(|(_, shares)| shares[number].samples);
            assert_eq!(samples.sum::<usize>(), whole.len() / 36);
            assert!(loaders.iter().all(|(_, shares)| shares[number].of == whole.len() / 36));
            assert!(loaders.iter().all(|(parts, _)| !parts[number].is_empty()));
        }
    }
}
