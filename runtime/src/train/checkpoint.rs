use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use safetensors::{SafeTensors, serialize};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::History;
use crate::WeightsError;
use crate::weights::Named;

pub(super) const VERSION: u32 = 2;
const KEY: &str = "formwork.training";

/// Where and when checkpoints are written, and how many are kept.
///
/// A checkpoint is a safetensors file with the model's weights, which
/// [`Weights::load`](crate::Weights::load) reads, the optimiser's moments, and as metadata where
/// the training was. It is written to another name, synced, and then renamed: a file of the name
/// `step-….safetensors` is always whole.
#[derive(Clone, Debug)]
pub struct Checkpoints {
    pub(super) directory: PathBuf,
    pub(super) every_steps: Option<u64>,
    pub(super) keep: usize,
    pub(super) best: Option<String>,
}

impl Checkpoints {
    /// In that directory, which is made: one at the end of each epoch, the last two are kept.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Checkpoints { directory: directory.into(), every_steps: None, keep: 2, best: None }
    }

    /// Also every `steps` updates of the weights.
    #[must_use]
    pub fn every_steps(mut self, steps: u64) -> Self {
        self.every_steps = Some(steps.max(1));
        self
    }

    /// Keeps the last `keep`, at least one.
    #[must_use]
    pub fn keep(mut self, keep: usize) -> Self {
        self.keep = keep.max(1);
        self
    }

    /// Also writes `best.safetensors`, the weights of the epoch in which `monitor` was best.
    #[must_use]
    pub fn best(mut self, monitor: &str) -> Self {
        self.best = Some(monitor.to_owned());
        self
    }

    /// All checkpoints, the oldest first.
    ///
    /// # Errors
    /// If the directory cannot be read; that there is none is no error.
    pub fn list(&self) -> Result<Vec<PathBuf>, CheckpointError> {
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|source| self.failed(source))?,
        };
        let mut paths = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| self.failed(source))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with("step-") && name.ends_with(".safetensors") {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }

    pub(super) fn write(&self, saved: &Saved) -> Result<(), CheckpointError> {
        let path = self.directory.join(format!("step-{:012}.safetensors", saved.state.step));
        let bytes = saved.to_bytes(&path)?;
        replace(&path, &bytes).map_err(|source| CheckpointError::File { path, source })?;
        let all = self.list()?;
        for path in &all[..all.len().saturating_sub(self.keep)] {
            fs::remove_file(path).map_err(|source| self.failed(source))?;
        }
        Ok(())
    }

    fn failed(&self, source: io::Error) -> CheckpointError {
        CheckpointError::File { path: self.directory.clone(), source }
    }
}

/// Replaces a file by another that is written first, and is on the disk before it has its name; its
/// directory is made.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    let directory = path.parent().filter(|path| !path.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    #[cfg(unix)]
    File::open(directory)?.sync_all()?;
    Ok(())
}

/// Where a training is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct State {
    pub version: u32,
    pub seed: u64,
    pub optimizer: String,
    /// Epochs done.
    pub epoch: usize,
    /// Batches done of the next.
    pub batch: usize,
    /// Updates of the weights.
    pub step: u64,
    /// Of the epoch that runs: sum of the losses.
    pub loss: f64,
    /// Of the epoch that runs: the names of the metrics, and what they counted, as bits.
    pub metrics: Vec<(String, Vec<u64>)>,
    pub rate_factor: f64,
    pub stopped: bool,
    pub best: Value,
    pub history: History,
    pub callbacks: Vec<Value>,
}

/// A checkpoint, read.
#[derive(Clone, Debug)]
pub struct Saved {
    pub(super) state: State,
    pub(super) weights: Vec<Named>,
    pub(super) moments: BTreeMap<String, Vec<Vec<f32>>>,
    pub(super) callbacks: Vec<Vec<Named>>,
}

impl Saved {
    /// Reads a checkpoint and checks that it is whole.
    ///
    /// # Errors
    /// If it cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Self, CheckpointError> {
        let file = |source| CheckpointError::File { path: path.to_owned(), source };
        Self::of_bytes(path, &fs::read(path).map_err(file)?)
    }

    /// The same of what the file holds.
    pub(super) fn of_bytes(path: &Path, bytes: &[u8]) -> Result<Self, CheckpointError> {
        let format = |message: String| CheckpointError::Format { path: path.to_owned(), message };
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| format(e.to_string()))?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| format(e.to_string()))?;
        let text = header.metadata().as_ref().and_then(|metadata| metadata.get(KEY));
        let text = text.ok_or_else(|| format("it says nothing of a training".to_owned()))?;
        let state: State = serde_json::from_str(text).map_err(|e| format(e.to_string()))?;
        if state.version != VERSION {
            return Err(format(format!("version {}, expected {VERSION}", state.version)));
        }
        let mut saved = Saved {
            callbacks: vec![Vec::new(); state.callbacks.len()],
            state,
            weights: Vec::new(),
            moments: BTreeMap::new(),
        };
        for (name, view) in tensors.iter() {
            let named = Named::of(name, &view).ok_or_else(|| format(format!("`{name}`")))?;
            saved.sort_in(named).ok_or_else(|| format(format!("unknown tensor `{name}`")))?;
        }
        Ok(saved)
    }

    /// Puts a tensor where its name says.
    fn sort_in(&mut self, mut named: Named) -> Option<()> {
        let Some((kind, rest)) = named.name.split_once('/') else {
            self.weights.push(named);
            return Some(());
        };
        let (index, name) = rest.split_once('/')?;
        let (index, name): (usize, _) = (index.parse().ok()?, name.to_owned());
        match kind {
            "optimizer" if index < 16 => {
                let moments = self.moments.entry(name).or_default();
                moments.resize_with(moments.len().max(index + 1), Vec::new);
                moments[index] = named.values;
            }
            "callback" => {
                named.name = name;
                self.callbacks.get_mut(index)?.push(named);
            }
            _ => return None,
        }
        Some(())
    }

    fn to_bytes(&self, path: &Path) -> Result<Vec<u8>, CheckpointError> {
        let format = |message: String| CheckpointError::Format { path: path.to_owned(), message };
        let mut tensors = self.weights.clone();
        for (name, moments) in &self.moments {
            for (i, values) in moments.iter().enumerate() {
                let name = format!("optimizer/{i}/{name}");
                let sizes = vec![values.len()];
                tensors.push(Named { name, sizes, values: values.clone() });
            }
        }
        for (i, callback) in self.callbacks.iter().enumerate() {
            for tensor in callback {
                let name = format!("callback/{i}/{}", tensor.name);
                tensors.push(Named { name, ..tensor.clone() });
            }
        }
        let state = serde_json::to_string(&self.state).map_err(|e| format(e.to_string()))?;
        let metadata = HashMap::from([(KEY.to_owned(), state)]);
        let tensors = tensors.into_iter().map(|tensor| (tensor.name.clone(), tensor));
        serialize(tensors, Some(metadata)).map_err(|e| format(e.to_string()))
    }
}

/// Why a checkpoint was not written or not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file or the directory cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is no checkpoint.
    #[error("{} is not a checkpoint: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// It is a checkpoint of another training.
    #[error("{}: {what} is {found} in the checkpoint, {expected} here", path.display())]
    Other {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the checkpoint says.
        found: String,
        /// What the training is.
        expected: String,
    },
    /// Its weights do not fit the model.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}
