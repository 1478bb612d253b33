//! Writes what the peers read to train a network: a folder for each.

use std::fs;
use std::path::{Path, PathBuf};

use formwork_bench_worker::Files;
use formwork_weights::Format;

use super::Trained;
use crate::list::list;
use crate::prepare::{offsets, write};
use crate::{Result, random};

/// How far pixels are from 0. Adam's first steps move each weight by the rate, whatever its
/// gradient is: by bright pixels a dense layer without batch norm would shoot far over.
const DEVIATION: f32 = 0.1;

/// Writes the folder of a training, unless it is there already.
///
/// # Errors
/// If a file cannot be written, or the network cannot be trained.
pub fn prepare(trained: &Trained, folder: &Path) -> Result<Files> {
    let files = Files::new(folder);
    let training = serde_json::to_string(&trained.training)?;
    let key =
        format!("{}\nseed {}\ndeviation {DEVIATION}\n{training}\n", trained.graph(), random::SEED);
    let done = folder.join("done");
    if fs::read_to_string(&done).is_ok_and(|found| found == key) {
        return Ok(files);
    }
    eprintln!("{}: weights, and the losses of the first steps …", trained.title);
    fs::create_dir_all(folder)?;
    write_training(trained, &files)?;
    let losses = trained.losses(&files)?;
    fs::write(losses_file(&files), serde_json::to_vec(&losses)?)?;
    fs::write(done, key)?;
    Ok(files)
}

/// Writes the weights, the list of layers, the rule, the images and the classes.
///
/// # Errors
/// If a file cannot be written.
pub fn write_training(trained: &Trained, files: &Files) -> Result<()> {
    let (graph, training) = (trained.graph(), &trained.training);
    formwork_weights::write(files.weights(), Format::Safetensors, &random::weights(&graph)?)?;
    let network = list(&graph, &offsets(&files.weights())?)?;
    fs::write(files.layers(), serde_json::to_vec_pretty(&network)?)?;
    fs::write(files.rule(), serde_json::to_vec_pretty(training)?)?;
    let image: usize = network.layers[0].shape.iter().product();
    let images = random::images(training.batch * image).into_iter().map(|x| DEVIATION * x);
    write(&files.input(), images.flat_map(f32::to_le_bytes))?;
    let output = &network.layers.last().ok_or("no layers")?.shape;
    let (classes, places) = output.split_last().ok_or("no classes")?;
    let places = training.batch * places.iter().product::<usize>();
    let classes = random::classes(places, *classes);
    write(&files.labels(), classes.iter().flat_map(|class| class.to_le_bytes()))
}

/// The losses of the first steps.
///
/// # Errors
/// If the file cannot be read.
pub fn expected_losses(files: &Files) -> Result<Vec<f64>> {
    Ok(serde_json::from_slice(&fs::read(losses_file(files))?)?)
}

fn losses_file(files: &Files) -> PathBuf {
    files.folder().join("losses.json")
}
