//! Trains a U-Net to find the pupils of mouse eyes, each time on all recordings but one, and shows
//! how well it finds those of that one. `scripts/fetch-data` fetches the pictures.
//!
//! `pupils 2` holds out the first two recordings only.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use formwork::labels::Classes;
use formwork::losses::{BinaryCrossentropy, Dice};
use formwork::metrics::{BinaryIoU, Metric};
use formwork::optim::{Adam, CosineDecay};
use formwork::prelude::*;
use formwork::train::{Batches, Dataset, Fit, Loader, Sample};
use formwork_examples::eyes::{self, Eye};
use formwork_examples::letterbox::{Letterbox, Map};
use formwork_examples::{augment, device, overlay};
use image::{DynamicImage, GrayImage, Luma, RgbImage};
use rand::{SeedableRng, rngs::StdRng};

model! {
    /// A small U-Net (Ronneberger et al., 2015) for grey pictures of any size that can be halved
    /// four times: for each pixel, how likely it is that it is one of the pupil.
    pub struct Pupils<H, W>(image: [_, H, W, 1] in 0.0..=1.0) -> [_, H, W, 1]
    where
        H % 16 == 0,
        W % 16 == 0,
    {
        let e1 = image.double_conv(8);
        let e2 = e1.max_pool2d(2).double_conv(16);
        let e3 = e2.max_pool2d(2).double_conv(32);
        let e4 = e3.max_pool2d(2).double_conv(64);
        let bottom = e4.max_pool2d(2).double_conv(64);
        let d4 = concat(bottom.upsample2d(2), e4).double_conv(32);
        let d3 = concat(d4.upsample2d(2), e3).double_conv(16);
        let d2 = concat(d3.upsample2d(2), e2).double_conv(8);
        let d1 = concat(d2.upsample2d(2), e1).double_conv(8);
        d1.conv2d(1, 1)
    }

    fn double_conv(mut x, filters: usize) {
        for _ in 0..2 {
            x = x.conv2d(filters, 3, padding = same, bias = false).batch_norm(momentum = 0.9).relu();
        }
        x
    }
}

/// Height and width of what the network sees: pictures are made to fit.
const SIDE: usize = 96;
const BATCH: usize = 4;
const EPOCHS: usize = 120;
/// The highest learning rate, reached after a tenth of the training; then it falls to 0.
const RATE: f64 = 3e-3;
/// The least mean IoU of pictures that were held out.
const ENOUGH: f64 = 0.45;

type Shape = (usize, usize, usize, Const<1>);
type Images = Pixels<Between<0, 1>, Shape, AutoDevice>;

fn main() -> ExitCode {
    match run() {
        Ok(iou) if iou >= ENOUGH => return ExitCode::SUCCESS,
        Ok(iou) => eprintln!("error: a mean IoU of {iou:.3} is less than {ENOUGH}"),
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::FAILURE
}

fn run() -> Result<f64, Box<dyn Error>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/data/pupils");
    let eyes = eyes::load(&data)?;
    let mut sessions: Vec<_> = eyes.iter().map(|eye| &eye.session).collect();
    sessions.dedup();
    if let Some(count) = std::env::args().nth(1) {
        sessions.truncate(count.parse().map_err(|_| format!("`{count}` is no number"))?);
    }
    let pictures = data.with_file_name("pupils-found");
    println!("{} pictures; held out, one recording after the other:", eyes.len());
    let mut all = Vec::new();
    for session in sessions {
        let (test, train): (Vec<_>, Vec<_>) =
            eyes.iter().cloned().partition(|eye| eye.session == *session);
        let start = Instant::now();
        let model = fit(train)?;
        let found = test.iter().map(|eye| find(&model, eye)).collect::<Result<Vec<_>, _>>()?;
        let ious: Vec<_> = found.iter().map(|(iou, _)| *iou).collect();
        let (mean, seconds) = (mean(&ious), start.elapsed().as_secs_f64());
        println!("  IoU {mean:.3} of {:2}  {session} ({seconds:.0} s)", test.len());
        for (eye, (_, drawn)) in test.iter().zip(&found) {
            save(&pictures.join(session), &eye.name, drawn)?;
        }
        all.extend(ious);
    }
    println!("  IoU {:.3} of {:2}  together", mean(&all), all.len());
    println!("what was found (red) and what is there (green): {}", pictures.display());
    Ok(mean(&all))
}

/// Pictures, each time another view of them.
struct Views(Vec<Eye>);

/// A picture and its labels as squares.
impl Dataset for Views {
    type Item = (GrayImage, GrayImage);

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, index: usize, seed: u64) -> Sample<Self::Item> {
        let mut random = StdRng::seed_from_u64(seed);
        let eye = &self.0[index];
        let (picture, mask) = augment::view(&eye.picture, &eye.mask, &mut random);
        let letterbox = Letterbox::new(SIDE as u32, picture.dimensions());
        let mut picture = letterbox.picture(&picture);
        augment::tone(&mut picture, &mut random);
        Ok((picture, letterbox.labels(&mask)))
    }
}

/// Trains on some pictures.
fn fit(eyes: Vec<Eye>) -> Result<Pupils<AutoDevice>, Box<dyn Error>> {
    let device = device::seeded(0);
    let batch = |squares: Vec<(GrayImage, GrayImage)>| {
        let (pictures, masks): (Vec<_>, Vec<_>) = squares.into_iter().unzip();
        let labels = masks.into_iter().flat_map(GrayImage::into_raw);
        let labels: Classes<_, 2> = Classes::new((pictures.len(), SIDE, SIDE), labels)?;
        Ok((images(&pictures, &device), labels))
    };
    let views = Loader::new(Arc::new(Views(eyes)), BATCH, batch).shuffle(0).threads(1);
    let steps = (EPOCHS * views.batches().unwrap_or(0)) as u64;
    let mut model = Pupils::build(&device);
    // Pupils are small: of each pixel by itself, "no pupil" is nearly always right.
    let loss = BinaryCrossentropy::from_logits() + Dice::from_logits().smooth(1.0);
    Fit::new(Adam::default(), loss)
        .epochs(EPOCHS)
        .schedule(CosineDecay {
            initial_learning_rate: 0.0,
            warmup_target: Some(RATE),
            warmup_steps: steps / 10,
            decay_steps: steps - steps / 10,
            alpha: 0.0,
        })
        .run(&mut model, &views)?;
    Ok(model)
}

/// Squares as the network takes them, values in 0..=1.
fn images(squares: &[GrayImage], device: &AutoDevice) -> Images {
    let values = squares.iter().flat_map(|square| square.as_raw());
    let values = values.map(|&value| f32::from(value) / 255.0).collect();
    Pixels::assume(device.tensor_from_vec(values, (squares.len(), SIDE, SIDE, Const)))
}

/// Finds the pupil: the IoU in the picture's own pixels, and a drawing.
fn find(model: &Pupils<AutoDevice>, eye: &Eye) -> Result<(f64, RgbImage), Box<dyn Error>> {
    let device = AutoDevice::default();
    let (width, height) = eye.picture.dimensions();
    let letterbox = Letterbox::new(SIDE as u32, (width, height));
    let logits = model.try_forward(images(&[letterbox.picture(&eye.picture)], &device))?;
    let square = Map::from_raw(SIDE as u32, SIDE as u32, logits.sigmoid().as_vec());
    let likely = letterbox.back(&square.ok_or("a probability for each pixel")?);
    let found =
        GrayImage::from_fn(width, height, |x, y| Luma([u8::from(likely[(x, y)][0] >= 0.5)]));

    let sizes = (1, height as usize, width as usize);
    let labels: Classes<_, 2> = Classes::new(sizes, eye.mask.as_raw().iter().copied())?;
    let likely: Tensor<Shape, f32, _> =
        device.tensor_from_vec(likely.into_raw(), (sizes.0, sizes.1, sizes.2, Const));
    let mut iou = BinaryIoU::from_probabilities().target_class(true);
    iou.update(&likely, &labels)?;
    let bare = DynamicImage::from(eye.picture.clone()).into_rgb8();
    let drawn = overlay::overlay(&eye.picture, &eye.mask, &found);
    Ok((iou.value(), overlay::strip(&[bare, drawn])))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn save(folder: &Path, name: &str, picture: &RgbImage) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    Ok(picture.save(folder.join(format!("{name}.png")))?)
}
