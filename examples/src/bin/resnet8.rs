//! ResNet-8 of MLPerf Tiny with the weights that it was trained to in Keras, on 20 pictures of
//! CIFAR-10. `scripts/fetch-data` fetches both.

use std::error::Error;
use std::process::ExitCode;

use formwork::prelude::*;
use formwork_examples::fetched;
use formwork_examples::photos::{self, top};

#[path = "../../generated/resnet8.rs"]
mod generated;
use generated::ResNet8;

const CLASSES: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

fn main() -> ExitCode {
    match run() {
        Ok(()) => return ExitCode::SUCCESS,
        Err(error) => eprintln!("error: {error}"),
    }
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let device = Cpu::seed_from_u64(0);
    let mut model = ResNet8::build(&device);
    let loader = fetched::weights("resnet8/resnet8.h5")?
        // The file has the layers of a shortcut behind those that it passes by.
        .map("conv2d_5", "x.residual_1.y.conv2d")
        .map("conv2d_8", "x.residual_2.y.conv2d")
        .by_order();
    let report = model.load_with(loader)?;
    println!("{} tensors loaded", report.matched.len());

    let photos = photos::load(&fetched::path("photos"), "cifar10")?;
    let pictures: Vec<_> = photos.iter().map(|photo| photo.picture.clone()).collect();
    let images = ResNet8::preprocess(&device, &pictures)?;
    let scores = model.forward(images).as_vec();
    let mut right = 0;
    for (photo, scores) in photos.iter().zip(scores.chunks(CLASSES.len())) {
        let found = top(scores, 1)[0];
        right += usize::from(found == photo.label);
        let mark = if found == photo.label { ' ' } else { '✗' };
        println!("{mark} {:20} {:10}  {}", photo.name, CLASSES[photo.label], CLASSES[found]);
    }
    println!("{right} of {} right", photos.len());
    assert!(right >= 18);
    Ok(())
}
