//! Writes what the peers read: a folder for each network.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use formwork_bench_worker::Files;
use formwork_weights::{Format, Tensor};

use crate::list::{Offsets, list};
use crate::models::Model;
use crate::{Result, random, reference};

/// A batch has these many images, again and again: as many as the reference is computed for.
pub const IMAGES: usize = 2;

/// Writes the folder of a network, unless it is there already.
///
/// `exporter` is the binary `formwork`, `sources` the folder of the networks' sources.
///
/// # Errors
/// If a file cannot be written, or `formwork export` fails.
pub fn prepare(model: &Model, exporter: &Path, sources: &Path, folder: &Path) -> Result<Files> {
    let files = Files::new(folder);
    let declared = model.declared();
    let key = format!("{declared}\nseed {}\nimages {IMAGES}\n", random::SEED);
    let done = folder.join("done");
    if fs::read_to_string(&done).is_ok_and(|found| found == key) {
        return Ok(files);
    }
    eprintln!("{}: weights, ONNX, and the outputs in 64 bits …", model.title);
    fs::create_dir_all(folder)?;
    let (weights, images) = write_network(model, &files)?;
    export(model, exporter, sources, &files)?;
    let image = images.len() / IMAGES;
    let expected = expected(model, &weights, images.chunks(image))?;
    write(&reference_file(&files), expected.iter().flat_map(|value| value.to_le_bytes()))?;
    fs::write(done, key)?;
    Ok(files)
}

/// Writes the weights, the list of layers and the images of a network. Returns the weights of the
/// network with its batch norms, and the different images.
///
/// # Errors
/// If a file cannot be written.
pub fn write_network(model: &Model, files: &Files) -> Result<(Vec<Tensor>, Vec<f32>)> {
    let weights = random::weights(&model.declared())?;
    let declared = files.folder().join("declared.safetensors");
    formwork_weights::write(&declared, Format::Safetensors, &weights)?;
    model.fold(&declared, &files.weights())?;
    fs::remove_file(declared)?;
    let network = list(&model.graph(), &offsets(&files.weights())?)?;
    fs::write(files.layers(), serde_json::to_vec_pretty(&network)?)?;
    let image: usize = network.layers[0].shape.iter().product();
    let images = random::images(IMAGES * image);
    let most = model.batches.iter().max().copied().unwrap_or(1);
    let batch = images.iter().cycle().take(most * image);
    write(&files.input(), batch.flat_map(|value| value.to_le_bytes()))?;
    Ok((weights, images))
}

/// What the network is defined to make of the first `batch` images.
///
/// # Errors
/// If the file cannot be read.
pub fn expectation(files: &Files, batch: usize) -> Result<Vec<f64>> {
    let bytes = fs::read(reference_file(files))?;
    let values = bytes.chunks_exact(8);
    let values = values.map(|bytes| f64::from_le_bytes(bytes.try_into().expect("eight bytes")));
    let values: Vec<_> = values.collect();
    let count = values.len() / IMAGES * batch;
    Ok(values.into_iter().cycle().take(count).collect())
}

fn reference_file(files: &Files) -> PathBuf {
    files.folder().join("expected.f64")
}

/// The outputs of the network with its batch norms, in 64 bits, each image on a thread.
fn expected<'a>(
    model: &Model,
    weights: &[Tensor],
    images: impl Iterator<Item = &'a [f32]>,
) -> Result<Vec<f64>> {
    let graph = &model.declared();
    thread::scope(|scope| {
        let compute = |image| {
            scope.spawn(move || reference::output(graph, weights, image).map_err(|e| e.to_string()))
        };
        let threads: Vec<_> = images.map(compute).collect();
        let outputs = threads.into_iter().map(|thread| match thread.join() {
            Ok(output) => Ok(output?),
            Err(_) => Err("the definition of a layer panicked".into()),
        });
        Ok(outputs.collect::<Result<Vec<_>>>()?.concat())
    })
}

fn export(model: &Model, exporter: &Path, sources: &Path, files: &Files) -> Result<()> {
    let source = sources.join(model.name).with_extension("rs");
    let mut command = Command::new(exporter);
    command.arg("export").arg(source).args(["--model", model.net]);
    command.arg("--weights").arg(files.weights()).arg("-o").arg(files.onnx());
    let output = command.output().map_err(|error| format!("{}: {error}", exporter.display()))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// Where the tensors of a safetensors file begin.
pub(crate) fn offsets(path: &Path) -> Result<Offsets> {
    let mut file = File::open(path)?;
    let mut length = [0; 8];
    file.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let header: serde_json::Value = serde_json::from_reader(file.take(length))?;
    let tensors = header.as_object().into_iter().flatten();
    let offset = |entry: &serde_json::Value| Some(8 + length + entry["data_offsets"][0].as_u64()?);
    Ok(tensors.filter_map(|(name, entry)| Some((name.clone(), offset(entry)?))).collect())
}

pub(crate) fn write(path: &Path, bytes: impl Iterator<Item = u8>) -> Result<()> {
    Ok(fs::write(path, bytes.collect::<Vec<_>>())?)
}
