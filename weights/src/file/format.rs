//! The kinds of weight files, told by what they hold.

use std::fmt;
use std::path::Path;

use super::{FileError, Problem, Source, Table};
use crate::safetensors;
#[cfg(feature = "formats")]
use crate::{keras, npy, npz, torch, zip};

/// A kind of weight file; told by what a file holds, not by its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Format {
    /// `.safetensors`
    Safetensors,
    /// `.npz`
    #[cfg(feature = "formats")]
    Npz,
    /// PyTorch's `.pth`, `.pt`: archives, and what came before them.
    #[cfg(feature = "formats")]
    Pytorch,
    /// Keras 3's `.keras`.
    #[cfg(feature = "formats")]
    Keras,
    /// Keras 3's `.weights.h5`.
    #[cfg(feature = "formats")]
    KerasWeights,
    /// `.h5`, of Keras 2 and of Keras 3 for its sake.
    #[cfg(feature = "formats")]
    KerasH5,
}

impl Format {
    /// The format in which a file of that name is to be written: npz if it ends so, otherwise
    /// safetensors.
    ///
    /// # Errors
    /// If the name is that of another format.
    pub fn to_write(path: &Path) -> Result<Self, FileError> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let refused = |message: &str| {
            Err(FileError::Format { path: path.to_owned(), message: message.to_owned() })
        };
        match extension.as_str() {
            #[cfg(feature = "formats")]
            "npz" => Ok(Format::Npz),
            #[cfg(not(feature = "formats"))]
            "npz" => refused("npz is written by the feature `formats` alone"),
            "pth" | "pt" | "h5" | "hdf5" | "keras" => {
                refused("files of this kind are only read; write .safetensors or .npz")
            }
            "npy" | "onnx" | "pkl" | "pickle" | "ckpt" | "bin" | "tar" | "zip" | "gz" | "pb"
            | "tflite" => refused("files of this kind are not written; write .safetensors or .npz"),
            _ => Ok(Format::Safetensors),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Format::Safetensors => "safetensors",
            #[cfg(feature = "formats")]
            Format::Npz => "npz",
            #[cfg(feature = "formats")]
            Format::Pytorch => "PyTorch",
            #[cfg(feature = "formats")]
            Format::Keras => "Keras",
            #[cfg(feature = "formats")]
            Format::KerasWeights => "Keras (weights.h5)",
            #[cfg(feature = "formats")]
            Format::KerasH5 => "Keras (h5)",
        })
    }
}

/// The table of a file, given its length and first bytes; `None` if its format is not known.
pub(crate) fn table(
    source: Box<dyn Source>,
    length: u64,
    start: &[u8],
) -> Result<Option<Table>, Problem> {
    if start.starts_with(b"version https://") {
        return Err("it is a pointer of Git LFS: `git lfs pull` fetches the file itself".into());
    }
    // First: the length that it starts with may look like the beginning of any other.
    if safetensors::is(start) {
        return safetensors::table(source, length).map(Some);
    }
    #[cfg(feature = "formats")]
    if start.starts_with(npy::MAGIC) {
        return Err("it is one array without a name: expected an npz, \
                    `numpy.savez(path, name=array)` writes one"
            .into());
    } else if start.starts_with(b"PK") {
        return zipped(source, length).map(Some);
    } else if start.starts_with(keras::MAGIC) {
        return keras::hdf5(source, length).map(Some);
    } else if torch::is_legacy(start) {
        return torch::legacy(source, length).map(Some);
    }
    Ok(None)
}

/// The table of what is in a zip archive.
#[cfg(feature = "formats")]
fn zipped(source: Box<dyn Source>, length: u64) -> Result<Table, Problem> {
    let (source, members) = zip::members(source, length)?;
    if torch::is_zipped(&members) {
        torch::zipped(source, &members)
    } else if keras::is_zipped(&members) {
        keras::zipped(source, &members)
    } else if members.iter().any(|member| member.name.ends_with(".npy")) {
        npz::table(source, &members)
    } else {
        let names: Vec<_> = members.iter().take(5).map(|member| member.name.as_str()).collect();
        let expected = "PyTorch's data.pkl, Keras' model.weights.h5 or NumPy's .npy in the archive";
        Err(format!("expected {expected}, found {}", names.join(", ")).into())
    }
}

#[cfg(not(feature = "formats"))]
pub(crate) const KNOWN: &str = "safetensors";
#[cfg(feature = "formats")]
pub(crate) const KNOWN: &str =
    "safetensors, npz, PyTorch's .pth or .pt, Keras' .keras, .weights.h5 or .h5";

/// First bytes, for a person.
pub(crate) fn shown(start: &[u8]) -> String {
    match start {
        [] => "nothing: it is empty".into(),
        start => format!("\"{}\"", start.escape_ascii()),
    }
}
