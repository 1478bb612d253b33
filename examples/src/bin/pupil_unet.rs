//! Finds the pupils in 32 pictures of mouse eyes with a U-Net that was trained in PyTorch, on 615
//! of which they may be a part: what is measured is whether the answers are PyTorch's.
//! `scripts/fetch-data` fetches both.

use std::error::Error;
use std::process::ExitCode;

use formwork::prelude::*;
use formwork_examples::{eyes, fetched};
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage};

#[path = "../../generated/pupil_unet.rs"]
mod generated;
use generated::PupilUnet;

/// Height and width of the pictures that it was trained on.
const SIDE: u32 = 148;
/// The mean IoU that PyTorch reaches.
const REFERENCE: f64 = 0.892;

fn main() -> ExitCode {
    match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let device = Cpu::seed_from_u64(0);
    let mut model = PupilUnet::build(&device);
    let loader = fetched::weights("unet/pupil_unet.pth")?.by_order();
    let report = model.load_with(loader)?;
    println!("{} tensors loaded", report.matched.len());

    let eyes = eyes::load_as_they_are(&fetched::path("pupils"))?;
    let mut ious = Vec::new();
    for eye in &eyes {
        let picture = padded(&eye.picture, FilterType::Triangle);
        let mask = padded(&eye.mask, FilterType::Nearest);
        let image = PupilUnet::preprocess(&device, &[DynamicImage::from(picture)])?;
        let logits = model.forward(image).as_vec();
        let (mut both, mut either) = (0.0, 0.0);
        for (logit, truth) in logits.iter().zip(mask.as_raw()) {
            both += f64::from(*logit > 0.0 && *truth > 0);
            either += f64::from(*logit > 0.0 || *truth > 0);
        }
        ious.push(both / f64::max(either, 1.0));
    }
    let mean = ious.iter().sum::<f64>() / ious.len() as f64;
    println!("mean IoU {mean:.4} of {} pictures; PyTorch's is {REFERENCE}", ious.len());
    assert!((mean - REFERENCE).abs() < 2e-3);
    Ok(())
}

/// The picture as large as fits into a square, in the middle, black around it.
fn padded(picture: &GrayImage, filter: FilterType) -> GrayImage {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    let along = |n: u32| (f64::from(n * SIDE) / f64::from(longer)).round() as u32;
    let small = imageops::resize(picture, along(width), along(height), filter);
    let mut square = GrayImage::new(SIDE, SIDE);
    let [left, top] = [small.width(), small.height()].map(|n| i64::from((SIDE - n) / 2));
    imageops::replace(&mut square, &small, left, top);
    square
}
