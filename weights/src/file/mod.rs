//! One way to look into weight files of every kind.

#[cfg(feature = "formats")]
mod checked;
mod entry;
mod error;
mod format;
mod places;
mod strided;
mod table;
mod values;

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

pub use entry::{Dtype, Entry};
pub use error::FileError;
pub(crate) use error::Problem;
pub use format::Format;
pub(crate) use places::{Place, Places, Span};
pub(crate) use table::{Source, Table, Values};
pub(crate) use values::Order;
#[cfg(feature = "formats")]
pub(crate) use values::read;

/// An open weight file: the table of its tensors; values are read when they are asked for.
pub struct WeightFile {
    path: PathBuf,
    table: Table,
}

impl WeightFile {
    /// Opens a file and reads the table of its tensors.
    ///
    /// # Errors
    /// If it cannot be read, is of no known format, or holds no tensors.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|e| Problem::Io(e).in_file(path))?;
        WeightFile::read(path, file)
    }

    /// Reads the table of tensors of a file that is open already; `path` names it in errors.
    ///
    /// # Errors
    /// As [`WeightFile::open`].
    pub fn read(
        path: impl Into<PathBuf>,
        source: impl Read + Seek + Send + 'static,
    ) -> Result<Self, FileError> {
        let path = path.into();
        match table(Box::new(source)) {
            Ok(Ok(table)) => Ok(WeightFile { path, table }),
            Ok(Err(start)) => Err(FileError::Unknown { path, found: format::shown(&start) }),
            Err(problem) => Err(problem.in_file(&path)),
        }
    }

    /// What the file was called when it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What kind of file it is.
    #[must_use]
    pub fn format(&self) -> Format {
        self.table.format
    }

    /// The tensors: of safetensors in the order of their values, of npz in the archive's, of
    /// PyTorch in the state dict's, of Keras in the layers', or in the alphabet's if no
    /// configuration tells that.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.table.entries
    }

    /// The configuration of the model that a Keras file holds besides the weights, as JSON.
    #[must_use]
    pub fn config(&self) -> Option<&str> {
        self.table.config.as_deref()
    }

    /// The version of Keras that wrote a file, where that says so: `2.15.0`.
    #[must_use]
    pub fn keras_version(&self) -> Option<&str> {
        self.table.version.as_deref()
    }

    /// What the file holds besides [`WeightFile::entries`], and why it is none of them: a line
    /// each.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.table.left_out
    }

    /// The values of the tensor at an index of [`WeightFile::entries`], row-major, as f32.
    ///
    /// # Errors
    /// If they cannot be read.
    ///
    /// # Panics
    /// If there is no such tensor.
    pub fn values(&mut self, index: usize) -> Result<Vec<f32>, FileError> {
        let entry = &self.table.entries[index];
        self.table.values.values(index, entry).map_err(|e| e.in_file(&self.path))
    }
}

/// The table of a file, or its first bytes if its format is not known.
fn table(mut source: Box<dyn Source>) -> Result<Result<Table, Vec<u8>>, Problem> {
    let length = source.seek(SeekFrom::End(0))?;
    source.seek(SeekFrom::Start(0))?;
    let mut start = Vec::new();
    source.by_ref().take(16).read_to_end(&mut start)?;
    let Some(table) = format::table(source, length, &start)? else { return Ok(Err(start)) };
    if table.entries.is_empty() {
        let left_out: String = table.left_out.iter().map(|line| format!("\n  {line}")).collect();
        return Err(format!("no tensors are in it{left_out}").into());
    }
    if let Some(entry) = table.entries.iter().find(|entry| entry.count().is_none()) {
        let Entry { name, shape, .. } = entry;
        return Err(format!("`{name}` is said to be {shape:?}: more than can be addressed").into());
    }
    let mut names = HashSet::new();
    if let Some(twice) = table.entries.iter().find(|entry| !names.insert(&entry.name)) {
        return Err(format!("two of its tensors are called `{}`", twice.name).into());
    }
    Ok(Ok(table))
}
