//! The folder of a network.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::{Network, Result, Weight};

/// The folder of a network: what `formwork-bench prepare` writes.
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

    /// Reads the list of layers.
    ///
    /// # Errors
    /// If there is none.
    pub fn network(&self) -> Result<Network> {
        Ok(serde_json::from_reader(std::io::BufReader::new(File::open(self.layers())?))?)
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
}

fn floats(path: &Path, offset: u64, count: usize) -> Result<Vec<f32>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut values = vec![0.0; count];
    let mut bytes = vec![0; 1 << 16];
    for values in values.chunks_mut(bytes.len() / 4) {
        let bytes = &mut bytes[..4 * values.len()];
        file.read_exact(bytes)?;
        for (value, bytes) in values.iter_mut().zip(bytes.chunks_exact(4)) {
            *value = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
    }
    Ok(values)
}
