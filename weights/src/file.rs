//! One way to look into weight files of every kind.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use safetensors::SafeTensors;

/// A kind of weight file; told by what a file holds, not by its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Format {
    /// `.safetensors`
    Safetensors,
}

/// How the values of a tensor are stored. Displayed as safetensors spells it: `F32`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Dtype {
    F16,
    Bf16,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    Bool,
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}").to_uppercase())
    }
}

/// A tensor in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name, as the file spells it.
    pub name: String,
    /// Its sizes, in the file's layout.
    pub shape: Vec<usize>,
    /// How its values are stored.
    pub dtype: Dtype,
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// The system cannot read it.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not what it seems to be.
    #[error("{}: {message}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}

trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// An open weight file: the table of its tensors; values are read when they are asked for.
pub struct WeightFile {
    path: PathBuf,
    source: Box<dyn Source>,
    entries: Vec<Entry>,
    places: Vec<(u64, u64)>,
}

impl WeightFile {
    /// Opens a file and reads the table of its tensors.
    ///
    /// # Errors
    /// If it cannot be read, or is of no known format.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref().to_owned();
        match File::open(&path) {
            Ok(file) => WeightFile::read(path, BufReader::new(file)),
            Err(source) => Err(FileError::Io { path, source }),
        }
    }

    /// Reads the table of tensors of a file that is open already; `path` names it in errors.
    ///
    /// # Errors
    /// As [`WeightFile::open`].
    pub fn read(
        path: impl Into<PathBuf>,
        mut source: impl Read + Seek + Send + 'static,
    ) -> Result<Self, FileError> {
        let path = path.into();
        let mut bytes = Vec::new();
        let read = source.seek(SeekFrom::Start(0)).and_then(|_| source.read_to_end(&mut bytes));
        read.map_err(|source| FileError::Io { path: path.clone(), source })?;
        let wrong = |message: String| FileError::Format { path: path.clone(), message };
        let file = SafeTensors::deserialize(&bytes).map_err(|e| wrong(e.to_string()))?;
        let (mut entries, mut places) = (Vec::new(), Vec::new());
        for (name, view) in file.tensors() {
            let dtype = match view.dtype() {
                safetensors::Dtype::F32 => Dtype::F32,
                other => return Err(wrong(format!("`{name}` is {other}"))),
            };
            let start = view.data().as_ptr() as usize - bytes.as_ptr() as usize;
            entries.push(Entry { name, shape: view.shape().to_vec(), dtype });
            places.push((start as u64, view.data().len() as u64));
        }
        Ok(WeightFile { path, source: Box::new(source), entries, places })
    }

    /// What the file was called when it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What kind of file it is.
    pub fn format(&self) -> Format {
        Format::Safetensors
    }

    /// The tensors, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The configuration of the model that a Keras file holds besides the weights, as JSON.
    pub fn config(&self) -> Option<&str> {
        None
    }

    /// The values of the tensor at an index of [`WeightFile::entries`], row-major, as f32.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn values(&mut self, index: usize) -> Result<Vec<f32>, FileError> {
        let (start, length) = self.places[index];
        let mut bytes = vec![0; length as usize];
        let read = self.source.seek(SeekFrom::Start(start));
        let read = read.and_then(|_| self.source.read_exact(&mut bytes));
        read.map_err(|source| FileError::Io { path: self.path.clone(), source })?;
        let words = bytes.chunks_exact(4);
        Ok(words.map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect())
    }
}
