//! Trains a small network on the clothes of Fashion-MNIST, each picture mirrored and moved a bit,
//! and shows which it takes for which. `scripts/fetch-data` fetches the pictures.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use formwork::dfdx::optim::{Adam, AdamConfig};
use formwork::labels::Classes;
use formwork::losses::{Loss, SparseCategoricalCrossentropy};
use formwork::metrics::{Accuracy, ConfusionMatrix, Metric};
use formwork::prelude::*;
use formwork_examples::augment::nudge;
use formwork_examples::dataset::{Dataset, SIDE};
use formwork_examples::progress::Progress;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

model! {
    /// A small convolutional classifier for 28×28 grey pictures of clothes.
    pub struct Fashion(image: [_, 28, 28, 1]) -> [_, 10] {
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
/// The highest learning rate; it rises in the first tenth of the training, then falls to 0.
const RATE: f64 = 3e-3;
/// The least share of the test's pictures that must be told right.
const ENOUGH: f64 = 0.9;

type Images = Tensor<(usize, Const<SIDE>, Const<SIDE>, Const<1>), f32, AutoDevice>;
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
    let (train, test) = (read("train")?, read("t10k")?);
    let device = AutoDevice::seed_from_u64(0);
    device.enable_cache();
    let mut model = Fashion::build(&device);
    fit(&mut model, &train, &device)?;

    let mut confusion = ConfusionMatrix::new();
    let all: Vec<_> = (0..test.len()).collect();
    for batch in all.chunks(250) {
        let images = images(test.batch(batch), &device);
        confusion.update(&model.try_forward(images)?, &labels(&test, batch)?)?;
    }
    println!("{confusion}");
    for (i, (name, recall)) in CLOTHES.iter().zip(confusion.recall()).enumerate() {
        let wrong = (0..CLOTHES.len()).filter(|&other| other != i);
        let likely = wrong.max_by(|&a, &b| confusion.count(i, a).total_cmp(&confusion.count(i, b)));
        let likely = likely.map_or("", |other| CLOTHES[other]);
        println!("{name:>9}: {:5.1} % right, else mostly {likely}", 100.0 * recall.unwrap_or(0.0));
    }
    println!("{:.1} % of {} told right", 100.0 * confusion.accuracy(), test.len());
    Ok(confusion.accuracy())
}

/// The pictures of a part, `train` or `t10k`.
fn read(part: &str) -> Result<Dataset, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/data/fashion");
    let open = |kind: &str| {
        let path = folder.join(format!("{part}-{kind}-ubyte.gz"));
        let absent = |e| format!("{}: {e}; `scripts/fetch-data` fetches it", path.display());
        File::open(&path).map_err(absent)
    };
    Ok(Dataset::read(open("images-idx3")?, open("labels-idx1")?)?)
}

/// Trains on all pictures, each epoch in a new order and a bit changed.
fn fit(
    model: &mut Fashion<AutoDevice>,
    clothes: &Dataset,
    device: &AutoDevice,
) -> Result<(), Box<dyn Error>> {
    let loss = SparseCategoricalCrossentropy::from_logits();
    let mut adam = Adam::new(model, AdamConfig::default());
    let mut gradients = model.alloc_grads();
    let mut order: Vec<_> = (0..clothes.len()).collect();
    let mut random = StdRng::seed_from_u64(0);
    let mut progress = Progress::new(EPOCHS, clothes.len());
    let steps = EPOCHS * clothes.len().div_ceil(BATCH);
    let mut step = 0;
    for _ in 0..EPOCHS {
        order.shuffle(&mut random);
        for batch in order.chunks(BATCH) {
            let done = step as f64 / steps as f64;
            adam.cfg.lr = RATE * (done / 0.1).min((1.0 - done) / 0.9);
            step += 1;
            let pictures = clothes.batch(batch);
            let pictures = pictures.chunks(SIDE * SIDE).flat_map(|p| nudge(p, SIDE, &mut random));
            let images = images(pictures.collect(), device);
            let labels = labels(clothes, batch)?;
            let logits = model.try_forward_mut(images.traced(gradients))?;
            let mut accuracy = Accuracy::new();
            accuracy.update(&logits.retaped(), &labels)?;
            let loss = loss.loss(logits, &labels)?;
            let right = (accuracy.value() * batch.len() as f64).round() as usize;
            progress.batch(batch.len(), loss.array(), right);
            gradients = loss.backward();
            adam.update(model, &gradients)?;
            model.zero_grads(&mut gradients);
        }
        progress.epoch();
    }
    Ok(())
}

/// Pictures as the model takes them.
fn images(values: Vec<f32>, device: &AutoDevice) -> Images {
    let n = values.len() / (SIDE * SIDE);
    device.tensor_from_vec(values, (n, Const, Const, Const))
}

/// What some pictures show.
fn labels(clothes: &Dataset, batch: &[usize]) -> Result<Labels, formwork::Error> {
    Classes::new((batch.len(),), clothes.labels(batch).into_iter().map(|label| label as u32))
}
