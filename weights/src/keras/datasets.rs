//! The datasets of an HDF5 file that are weights.

use hdf5_pure::{Dataset, File, Group, Layout};

use super::hdf5;
use crate::file::{self, Entry, Format, Order, Problem, Table, Values};
use crate::zip::EXPANSION;

/// A file, and those of its datasets that were found to be weights.
pub(super) struct Datasets {
    file: File,
    /// How many bytes it has.
    pub(super) length: u64,
    entries: Vec<Entry>,
    /// Path and byte order of each.
    places: Vec<(String, Order)>,
    pub(super) left_out: Vec<String>,
}

impl Datasets {
    pub(super) fn new((file, length): (File, u64)) -> Self {
        Datasets { file, length, entries: Vec::new(), places: Vec::new(), left_out: Vec::new() }
    }

    pub(super) fn root(&self) -> Group {
        self.file.root()
    }

    /// Takes a dataset as a weight.
    pub(super) fn push(&mut self, name: String, path: String) -> Result<(), Problem> {
        let dataset = self.file.dataset(&path)?;
        let (dtype, order) = match hdf5::dtype(&dataset)? {
            Ok(dtype) => dtype,
            Err(dtype) => {
                self.left_out.push(format!("`{name}`: its values are {dtype}"));
                return Ok(());
            }
        };
        let sizes = dataset.shape()?.into_iter().map(usize::try_from);
        let shape =
            sizes.collect::<Result<_, _>>().map_err(|_| format!("`{name}` is too large"))?;
        let entry = Entry { name, shape, dtype };
        self.check(&dataset, &entry)?;
        self.entries.push(entry);
        self.places.push((path, order));
        Ok(())
    }

    /// Refuses a dataset with more values than the file can hold.
    fn check(&self, dataset: &Dataset, entry: &Entry) -> Result<(), Problem> {
        let bytes = entry.count().and_then(|count| count.checked_mul(entry.dtype.bytes()));
        let held = match dataset.layout()? {
            Layout::Chunked { .. } if !dataset.filters().is_empty() => {
                self.length.saturating_mul(EXPANSION)
            }
            _ => self.length,
        };
        if bytes.is_none_or(|bytes| bytes as u64 > held) {
            return Err(format!(
                "`{}` is said to be {:?}: more values than fit into a file of {} bytes",
                entry.name, entry.shape, self.length
            )
            .into());
        }
        Ok(())
    }

    /// All that was taken.
    pub(super) fn table(mut self, format: Format, config: Option<String>) -> Table {
        let entries = std::mem::take(&mut self.entries);
        let left_out = std::mem::take(&mut self.left_out);
        Table { format, entries, config, left_out, values: Box::new(self) }
    }
}

impl Values for Datasets {
    fn values(&mut self, index: usize, entry: &Entry) -> Result<Vec<f32>, Problem> {
        let (path, order) = &self.places[index];
        let dataset = self.file.dataset(path)?;
        self.check(&dataset, entry)?;
        let bytes = dataset.read_raw()?;
        let count = entry.count().unwrap_or_default();
        file::read(&mut bytes.as_slice(), entry.dtype, *order, count, bytes.len())
    }
}
