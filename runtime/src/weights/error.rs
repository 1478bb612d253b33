use std::path::PathBuf;

use formwork_weights::FileError;
use formwork_weights::fit::Misfits;

/// Why weights were not saved or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file cannot be read or written, or is no weight file.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file holds other tensors than the model.
    #[error("{} does not fit the model:{misfits}", path.display())]
    Misfits {
        /// The file.
        path: PathBuf,
        /// All that differs.
        misfits: Misfits,
    },
    /// What the model says of its layers cannot be read.
    #[error("the graph of the model: {0}")]
    Graph(#[from] formwork_ir::ParseError),
}

#[cfg(feature = "train")]
impl WeightsError {
    pub(crate) fn of(path: &std::path::Path, error: safetensors::tensor::SafeTensorError) -> Self {
        use safetensors::tensor::SafeTensorError;

        let path = path.to_owned();
        WeightsError::File(match error {
            SafeTensorError::IoError(source) => FileError::Io { path, source },
            error => FileError::Format { path, message: error.to_string() },
        })
    }
}
