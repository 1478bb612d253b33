//! Trains a small network on handwritten digits by several processes, each on a part of every batch:
//!
//! ```sh
//! cargo build --release -p formwork-examples --features mpi --bin digits_mpi
//! mpirun -n 4 target/release/digits_mpi
//! ```
//!
//! It needs an MPI library, on Debian `apt-get install libopenmpi-dev openmpi-bin libclang-dev`.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::metrics::Accuracy;
use formwork::optim::Adam;
use formwork::prelude::*;
use formwork::train::{Fit, Loader, Mpi, Ranks};
use formwork_examples::dataset::{CLASSES, Dataset, SIDE};

model! {
    /// A small convolutional classifier for 28×28 greyscale digits, with batch norms: of few batches
    /// an epoch, whose running statistics follow faster than by default.
    pub struct Digits(image: [_, 28, 28, 1] in 0.0..=1.0) -> [_, 10] {
        image
            .conv2d(16, 3, padding = same, bias = false).batch_norm(momentum = 0.9).relu()
            .max_pool2d(2)
            .conv2d(32, 3, padding = same, bias = false).batch_norm(momentum = 0.9).relu()
            .max_pool2d(2)
            .flatten()
            .dense(64).relu()
            .dense(10)
    }
}

const SEED: u64 = 0;
const EPOCHS: usize = 3;
/// Samples of a batch, of which each process has its part.
const BATCH: usize = 64;
/// The least share of held-out digits that must be read right.
const ENOUGH: f64 = 0.96;

fn main() -> ExitCode {
    match Mpi::job(run) {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => {}
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::FAILURE
}

/// What each process does; says whether enough of the held-out digits were read right.
fn run(ranks: &Mpi) -> Result<bool, Box<dyn Error>> {
    let device = Cpu::seed_from_u64(SEED);
    let batch = |digits| batch(&device, digits);
    let train = Loader::new(Arc::new(Dataset::train()?), BATCH, batch).shuffle(SEED).threads(1);
    let held_out = Loader::new(Arc::new(Dataset::test()?), 250, batch);
    let mut model: Digits = Digits::build(&device);
    let start = Instant::now();
    let history = Fit::new(Adam::default(), SparseCategoricalCrossentropy::from_logits())
        .epochs(EPOCHS)
        .metric(Accuracy::new())
        .progress()
        .ranks(ranks)
        .synchronise_batch_norm()
        .run_with(&mut model, &train.ranks(ranks), &held_out.ranks(ranks))?;
    let accuracy = history.last("val_accuracy").unwrap_or(0.0);
    if ranks.rank() == 0 {
        let (size, seconds) = (ranks.size(), start.elapsed().as_secs_f64());
        println!("{size} ranks trained in {seconds:.1} s, {:.1} % read right", 100.0 * accuracy);
        if accuracy < ENOUGH {
            eprintln!("error: less than {:.1} % read right", 100.0 * ENOUGH);
        }
    }
    Ok(accuracy >= ENOUGH)
}

type Images = Pixels<Between<0, 1>, (usize, Const<SIDE>, Const<SIDE>, Const<1>), Cpu>;
type Labels = Classes<(usize,), CLASSES>;

/// Some digits as the model takes them, and what they are.
fn batch(
    device: &Cpu,
    digits: Vec<(Vec<f32>, usize)>,
) -> Result<(Images, Labels), formwork::Error> {
    let n = digits.len();
    let (pixels, labels): (Vec<_>, Vec<_>) = digits.into_iter().unzip();
    let images = device.tensor_from_vec(pixels.concat(), (n, Const, Const, Const));
    Ok((Pixels::assume(images), Classes::new((n,), labels)?))
}
