//! EfficientNet-Lite0 with the weights that it was trained to in PyTorch, on 20 photographs of
//! ImageNet. `scripts/fetch-data` fetches both.

use std::error::Error;
use std::process::ExitCode;

use formwork::prelude::*;
use formwork::preprocess::Filter;
use formwork_examples::fetched;
use formwork_examples::photos::{self, top};
use formwork_examples::report::{difference, timed};

#[path = "../../generated/efficientnet_lite0.rs"]
mod generated;
use generated::EfficientNetLite0;

/// The first logits of PyTorch for [`pattern`], and the largest.
const FIRST: [f32; 5] = [-0.57153, 0.99097, -0.00036, -1.54381, 0.06244];
const LARGEST: (usize, f32) = (905, 5.86078);

fn main() -> ExitCode {
    match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let device = Cpu::seed_from_u64(0);
    let mut model = EfficientNetLite0::build(&device);
    let loader = fetched::weights("lite0/efficientnet_lite0.pth")?.by_order();
    let report = model.load_with(loader)?;
    println!("{} tensors loaded", report.matched.len());

    let image = device.tensor_from_vec(pattern(), (Const::<1>, Const, Const, Const));
    let logits = model.forward(Pixels::assume(image)).as_vec();
    let apart = difference(&logits[..5], &FIRST);
    let class = top(&logits, 1)[0];
    println!("a pattern: class {class} at {:.5}, as in PyTorch to {apart:.0e}", logits[class]);
    assert!(apart < 1e-4 && class == LARGEST.0 && (logits[class] - LARGEST.1).abs() < 1e-4);

    let photos = photos::load(&fetched::path("photos"), "imagenet")?;
    let pictures: Vec<_> = photos.iter().map(|photo| photo.picture.clone()).collect();
    let resize = Resize::squash().filter(Filter::Bicubic);
    let images = EfficientNetLite0::preprocess_with(&device, &pictures, resize)?;
    let logits = timed("20 photographs", || model.forward(images)).as_vec();
    let (mut first, mut fifth) = (0, 0);
    for (photo, logits) in photos.iter().zip(logits.chunks(1000)) {
        let classes = top(logits, 5);
        first += usize::from(classes[0] == photo.label);
        fifth += usize::from(classes.contains(&photo.label));
        println!("  {:24} {:3}, found {classes:?}", photo.name, photo.label);
    }
    println!("{first} of {} right, {fifth} among the first five", photos.len());
    assert!(first >= 17 && fifth == 20);
    Ok(())
}

/// A picture that is easy to make anywhere: PyTorch's `x[i] = ((i * 7919) % 1000) / 500 - 1`, where
/// `i` counts (channels, height, width), here in (height, width, channels).
fn pattern() -> Vec<f32> {
    const SIDE: usize = 224;
    let value = |i: usize| ((i * 7919) % 1000) as f32 / 500.0 - 1.0;
    let pixels = (0..SIDE * SIDE).flat_map(|pixel| (0..3).map(move |c| c * SIDE * SIDE + pixel));
    pixels.map(value).collect()
}
