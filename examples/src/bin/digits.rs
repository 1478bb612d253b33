//! Trains a small network on handwritten digits, and shows how well it reads others.

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::metrics::{Accuracy, ConfusionMatrix, Metric};
use formwork::optim::Adam;
use formwork::prelude::*;
use formwork::train::{Batches, Fit, Loader};
use formwork_examples::dataset::{CLASSES, Dataset, SIDE};
use formwork_examples::device;
use formwork_examples::picture::gallery;

model! {
    /// A small convolutional classifier for 28×28 greyscale digits.
    pub struct Digits(image: [_, 28, 28, 1] in 0.0..=1.0) -> [_, 10] {
        image
            .conv2d(32, 3, padding = same).relu()
            .max_pool2d(2)
            .conv2d(64, 3, padding = same).relu()
            .max_pool2d(2)
            .flatten()
            .dense(128).relu()
            .dropout(0.5)
            .dense(10)
    }
}

// Rate and epochs were chosen by what they do on the held-out digits, so those are no independent
// test of them.
const SEED: u64 = 0;
const EPOCHS: usize = 6;
const BATCH: usize = 64;
/// The highest learning rate.
const RATE: f64 = 3e-3;
/// The part of the training in which the learning rate rises to its highest.
const WARM_UP: f64 = 0.1;
/// The least share of held-out digits that must be read right.
const ENOUGH: f64 = 0.975;

fn main() -> ExitCode {
    match run() {
        Ok(accuracy) if accuracy >= ENOUGH => return ExitCode::SUCCESS,
        Ok(_) => eprintln!("error: less than {:.1} % read right", 100.0 * ENOUGH),
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::FAILURE
}

fn run() -> Result<f64, Box<dyn Error>> {
    let (train, test) = (Arc::new(Dataset::train()?), Arc::new(Dataset::test()?));
    println!("{}\n", Digits::summary());

    let device = device::seeded(SEED);
    let batch = |digits| batch(&device, digits);
    let train = Loader::new(train, BATCH, batch).shuffle(SEED).threads(1);
    let held_out = Loader::new(Arc::clone(&test), 250, batch);

    let mut model = Digits::build(&device);
    let steps = EPOCHS * train.batches().unwrap_or(0);
    let start = Instant::now();
    Fit::new(Adam::default(), SparseCategoricalCrossentropy::from_logits())
        .epochs(EPOCHS)
        .schedule(|step| rate(step as f64 / steps as f64))
        .metric(Accuracy::new())
        .progress()
        .run(&mut model, &train)?;
    println!("trained in {:.1} s\n", start.elapsed().as_secs_f64());

    let (logits, confusion) = predict(&model, &held_out)?;
    report(&test, &logits, &confusion);

    let path = std::env::current_exe()?.with_extension("safetensors");
    model.save(&path)?;
    let mut loaded = Digits::build(&device);
    loaded.load(&path)?;
    let bits = |logits: &[f32]| logits.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    if bits(&predict(&loaded, &held_out)?.0) != bits(&logits) {
        return Err("the weights loaded from the file answer otherwise".into());
    }
    println!("\nsaved to {} and loaded: every logit is the same to the bit", path.display());
    Ok(confusion.accuracy())
}

/// The learning rate at `done`, the part of the training that is over: up, then down to 0.
fn rate(done: f64) -> f64 {
    RATE * (done / WARM_UP).min((1.0 - done) / (1.0 - WARM_UP))
}

type Images = Pixels<Between<0, 1>, (usize, Const<SIDE>, Const<SIDE>, Const<1>), AutoDevice>;
type Labels = Classes<(usize,), CLASSES>;

/// Some digits as the model takes them, and what they are.
fn batch(
    device: &AutoDevice,
    digits: Vec<(Vec<f32>, usize)>,
) -> Result<(Images, Labels), formwork::Error> {
    let n = digits.len();
    let (pixels, labels): (Vec<_>, Vec<_>) = digits.into_iter().unzip();
    let images = device.tensor_from_vec(pixels.concat(), (n, Const, Const, Const));
    Ok((Pixels::assume(images), Classes::new((n,), labels)?))
}

/// The logits of all digits, one after the other, and what was read as what.
fn predict(
    model: &Digits<AutoDevice>,
    digits: &impl Batches<Batch = (Images, Labels)>,
) -> Result<(Vec<f32>, ConfusionMatrix), Box<dyn Error>> {
    let (mut all, mut confusion) = (Vec::new(), ConfusionMatrix::new());
    for batch in digits.epoch(0, 0) {
        let (images, labels) = batch?;
        let logits = model.try_forward(images)?;
        confusion.update(&logits, &labels)?;
        all.extend(logits.as_vec());
    }
    Ok((all, confusion))
}

/// Prints what was read as what, and draws some misread digits.
fn report(digits: &Dataset, logits: &[f32], confusion: &ConfusionMatrix) {
    println!(
        "{confusion}\n{:.1} % of {} held-out digits read right",
        100.0 * confusion.accuracy(),
        digits.len()
    );
    let highest = |row: &[f32]| (0..CLASSES).max_by(|&a, &b| row[a].total_cmp(&row[b]));
    let read = logits.chunks_exact(CLASSES).filter_map(highest).enumerate();
    let misread = read.filter(|&(i, read)| read != digits.label(i));
    let picture = |(i, read)| (format!("{}, read as {read}", digits.label(i)), digits.picture(i));
    let misread: Vec<_> = misread.map(picture).collect();
    for pictures in misread.chunks(3).take(2) {
        print!("\n{}", gallery(SIDE, pictures));
    }
}
