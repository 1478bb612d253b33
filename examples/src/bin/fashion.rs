//! Trains a small network on the clothes of Fashion-MNIST, each picture mirrored and moved a bit,
//! and shows which it takes for which. `scripts/fetch-data` fetches the pictures.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use formwork::labels::Classes;
use formwork::losses::SparseCategoricalCrossentropy;
use formwork::metrics::{Accuracy, ConfusionMatrix, Metric};
use formwork::optim::{Adam, CosineDecay};
use formwork::prelude::*;
use formwork::train::{Batches, Dataset, Fit, Loader, Sample};
use formwork_examples::augment::nudge;
use formwork_examples::dataset::{self, SIDE};
use formwork_examples::device;
use rand::{SeedableRng, rngs::StdRng};

model! {
    /// A small convolutional classifier for 28×28 grey pictures of clothes.
    pub struct Fashion(image: [_, 28, 28, 1] in 0.0..=1.0) -> [_, 10] {
        image
            .conv2d(32, 3, padding = same).relu()
            .max_pool2d(2)
            .conv2d(64, 3, padding = same).relu()
            .max_pool2d(2)
            .flatten()
            .dropout(0.25)
            .dense(128).relu()
            .dropout(0.25)
            .dense(10)
    }
}

const CLOTHES: [&str; 10] = [
    "t-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot",
];
const EPOCHS: usize = 4;
const BATCH: usize = 64;
/// The highest learning rate, reached after a tenth of the training; then it falls to 0.
const RATE: f64 = 3e-3;
/// The least share of the test's pictures that must be told right.
const ENOUGH: f64 = 0.9;

type Images = Pixels<Between<0, 1>, (usize, Const<SIDE>, Const<SIDE>, Const<1>), AutoDevice>;
type Labels = Classes<(usize,), 10>;

fn main() -> ExitCode {
    match run() {
        Ok(accuracy) if accuracy >= ENOUGH => return ExitCode::SUCCESS,
        Ok(_) => eprintln!("error: less than {:.0} % told right", 100.0 * ENOUGH),
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::FAILURE
}

fn run() -> Result<f64, Box<dyn Error>> {
    let device = device::seeded(0);
    let batch = |clothes| batch(&device, clothes);
    let train = Loader::new(Arc::new(Nudged(read("train")?)), BATCH, batch).shuffle(0).threads(1);
    let test = Loader::new(Arc::new(read("t10k")?), 250, batch);

    let mut model = Fashion::build(&device);
    let steps = (EPOCHS * train.batches().unwrap_or(0)) as u64;
    Fit::new(Adam::default(), SparseCategoricalCrossentropy::from_logits())
        .epochs(EPOCHS)
        .schedule(CosineDecay {
            initial_learning_rate: 0.0,
            warmup_target: Some(RATE),
            warmup_steps: steps / 10,
            decay_steps: steps - steps / 10,
            alpha: 0.0,
        })
        .metric(Accuracy::new())
        .progress()
        .run(&mut model, &train)?;

    let mut confusion = ConfusionMatrix::new();
    for batch in test.epoch(0, 0) {
        let (images, labels) = batch?;
        confusion.update(&model.try_forward(images)?, &labels)?;
    }
    println!("{confusion}");
    for (i, (name, recall)) in CLOTHES.iter().zip(confusion.recall()).enumerate() {
        let wrong = (0..CLOTHES.len()).filter(|&other| other != i);
        let likely = wrong.max_by(|&a, &b| confusion.count(i, a).total_cmp(&confusion.count(i, b)));
        let likely = likely.map_or("", |other| CLOTHES[other]);
        println!("{name:>9}: {:5.1} % right, else mostly {likely}", 100.0 * recall.unwrap_or(0.0));
    }
    println!("{:.1} % of the held-out pictures told right", 100.0 * confusion.accuracy());
    Ok(confusion.accuracy())
}

/// The pictures of a part, `train` or `t10k`.
fn read(part: &str) -> Result<dataset::Dataset, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/data/fashion");
    let open = |kind: &str| {
        let path = folder.join(format!("{part}-{kind}-ubyte.gz"));
        let absent = |e| format!("{}: {e}; `scripts/fetch-data` fetches it", path.display());
        File::open(&path).map_err(absent)
    };
    Ok(dataset::Dataset::read(open("images-idx3")?, open("labels-idx1")?)?)
}

/// Pictures that are each time mirrored and moved otherwise.
struct Nudged(dataset::Dataset);

impl Dataset for Nudged {
    type Item = (Vec<f32>, usize);

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize, seed: u64) -> Sample<Self::Item> {
        let (picture, label) = self.0.get(index, seed)?;
        Ok((nudge(&picture, SIDE, &mut StdRng::seed_from_u64(seed)), label))
    }
}

/// Some pictures as the model takes them, and what they show.
fn batch(
    device: &AutoDevice,
    clothes: Vec<(Vec<f32>, usize)>,
) -> Result<(Images, Labels), formwork::Error> {
    let n = clothes.len();
    let (pictures, labels): (Vec<_>, Vec<_>) = clothes.into_iter().unzip();
    let images = device.tensor_from_vec(pictures.concat(), (n, Const, Const, Const));
    Ok((Pixels::assume(images), Classes::new((n,), labels)?))
}
