//! The folder of a network.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::{Network, Result, Training, Weight};

/// The folder of a network that runs, or of one that is trained: what `formwork-bench prepare`
/// writes.
#[derive(Clone, Debug)]
pub struct Files(PathBuf);

impl Files {
    /// Those of a folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Files(folder.into())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The network without batch norm, as ONNX.
    pub fn onnx(&self) -> PathBuf {
        self.0.join("net.onnx")
    }

    /// The list of its layers.
    pub fn layers(&self) -> PathBuf {
        self.0.join("net.json")
    }

    /// Its weights.
    pub fn weights(&self) -> PathBuf {
        self.0.join("net.safetensors")
    }

    /// Images, (batch, height, width, channels).
    pub fn input(&self) -> PathBuf {
        self.0.join("input.f32")
    }

    /// How it is trained.
    pub fn rule(&self) -> PathBuf {
        self.0.join("train.json")
    }

    /// The class of each place of a batch, 32 bits each.
    pub fn labels(&self) -> PathBuf {
        self.0.join("labels.u32")
    }

    /// Reads the list of layers.
    ///
    /// # Errors
    /// If there is none.
    pub fn network(&self) -> Result<Network> {
        json(&self.layers())
    }

    /// Reads how it is trained.
    ///
    /// # Errors
    /// If it is not.
    pub fn training(&self) -> Result<Training> {
        json(&self.rule())
    }

    /// Reads a weight.
    ///
    /// # Errors
    /// If the file ends before it does.
    pub fn weight(&self, weight: &Weight) -> Result<Vec<f32>> {
        floats(&self.weights(), weight.offset, weight.len())
    }

    /// Reads the first images.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn images(&self, network: &Network, batch: usize) -> Result<Vec<f32>> {
        let image: usize = network.layers[0].shape.iter().product();
        floats(&self.input(), 0, batch * image)
    }

    /// Reads the classes of the first images, one for each place of the output.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn classes(&self, network: &Network, batch: usize) -> Result<Vec<u32>> {
        let output = &network.layers.last().ok_or("no layers")?.shape;
        let places: usize = output[..output.len() - 1].iter().product();
        words(&self.labels(), 0, batch * places, u32::from_le_bytes)
    }
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    Ok(serde_json::from_reader(std::io::BufReader::new(File::open(path)?))?)
}

fn floats(path: &Path, offset: u64, count: usize) -> Result<Vec<f32>> {
    words(path, offset, count, f32::from_le_bytes)
}

/// Values of four bytes each.
fn words<T>(path: &Path, offset: u64, count: usize, read: fn([u8; 4]) -> T) -> Result<Vec<T>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut values = Vec::with_capacity(count);
    let mut bytes = vec![0; 1 << 16];
    while values.len() < count {
        let most = bytes.len().min(4 * (count - values.len()));
        file.read_exact(&mut bytes[..most])?;
        let words = bytes[..most].chunks_exact(4);
        values.extend(words.map(|bytes| read([bytes[0], bytes[1], bytes[2], bytes[3]])));
    }
    Ok(values)
}
