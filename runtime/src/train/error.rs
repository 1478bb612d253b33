use std::error::Error as StdError;
use std::path::PathBuf;

use super::{CheckpointError, NotFinite, RanksError};
use crate::Error;

/// Why a training stopped before its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// The model, the loss or a metric does not take what it is given, or the device failed.
    #[error(transparent)]
    Model(#[from] Error),
    /// The data cannot be read.
    #[error("sample {index}: {source}")]
    Data {
        /// Which sample.
        index: usize,
        /// What the data set says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A thread of the loader panicked.
    #[error("a thread of the loader panicked while it prepared batch {batch}")]
    Loader {
        /// Which batch of the epoch.
        batch: usize,
    },
    /// The loss or a gradient is not finite.
    #[error(transparent)]
    NotFinite(Box<NotFinite>),
    /// A checkpoint was not written or read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Several ranks cannot train the model together.
    #[error(transparent)]
    Ranks(#[from] RanksError),
    /// A callback watches what is not measured.
    #[error("`{monitor}` is not measured; what is: {measured}")]
    Monitor {
        /// What the callback watches.
        monitor: String,
        /// What there is.
        measured: String,
    },
    /// An argument makes no sense.
    #[error("{what} is {found}, expected {expected}")]
    Argument {
        /// Which argument.
        what: &'static str,
        /// What it is.
        found: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A file of a callback cannot be written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
