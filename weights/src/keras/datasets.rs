//! The datasets of an HDF5 file that are weights.

use std::sync::atomic::Ordering;

use hdf5_pure::{Dataset, Group, Layout};

use super::hdf5::{self, Opened};
use crate::file::{self, Entry, Format, Order, Problem, Table, Values};
use crate::zip::EXPANSION;

/// A file, and those of its datasets that were found to be weights.
pub(super) struct Datasets {
    opened: Opened,
    entries: Vec<Entry>,
    /// The dataset of each, and its byte order.
    places: Vec<(Dataset, Order)>,
    pub(super) left_out: Vec<String>,
}

impl Datasets {
    pub(super) fn new(opened: Opened) -> Self {
        Datasets { opened, entries: Vec::new(), places: Vec::new(), left_out: Vec::new() }
    }

    pub(super) fn root(&self) -> Group {
        self.opened.file.root()
    }

    /// How many bytes the file has.
    pub(super) fn length(&self) -> u64 {
        self.opened.length
    }

    /// Takes a dataset as a weight.
    pub(super) fn push(&mut self, name: String, dataset: Dataset) -> Result<(), Problem> {
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
        self.places.push((dataset, order));
        Ok(())
    }

    /// Refuses a dataset with more values than the file can hold, in all or in a chunk.
    fn check(&self, dataset: &Dataset, entry: &Entry) -> Result<(), Problem> {
        let size = entry.dtype.bytes();
        let mut bytes = entry.count().and_then(|count| count.checked_mul(size));
        let mut held = self.length();
        if let Layout::Chunked { chunk_shape, .. } = dataset.layout()? {
            let sizes = chunk_shape.into_iter().map(usize::try_from);
            let chunk =
                sizes.map(Result::ok).try_fold(size, |chunk, size| chunk.checked_mul(size?));
            bytes = bytes.zip(chunk).map(|(all, chunk)| all.max(chunk));
            if !dataset.filters().is_empty() {
                held = held.saturating_mul(EXPANSION);
            }
        }
        if bytes.is_none_or(|bytes| bytes as u64 > held) {
            return Err(format!(
                "`{}` is said to be {:?}: more values than fit into a file of {} bytes",
                entry.name,
                entry.shape,
                self.length()
            )
            .into());
        }
        Ok(())
    }

    /// All that was taken.
    pub(super) fn table(
        mut self,
        format: Format,
        config: Option<String>,
        version: Option<String>,
    ) -> Table {
        let entries = std::mem::take(&mut self.entries);
        let left_out = std::mem::take(&mut self.left_out);
        self.opened.budget.store(u64::MAX, Ordering::Relaxed);
        Table { format, entries, config, version, left_out, values: Box::new(self) }
    }
}

impl Values for Datasets {
    fn values(&mut self, index: usize, entry: &Entry) -> Result<Vec<f32>, Problem> {
        let (dataset, order) = &self.places[index];
        if dataset.is_chunked() {
            // The reader takes memory for a chunk before it sees that the file ends.
            let chunks = dataset.chunks()?;
            if chunks.iter().any(|chunk| chunk.storage_size > self.length()) {
                return Err(
                    format!("`{}` has a chunk that is larger than the file", entry.name).into()
                );
            }
        }
        let bytes = dataset.read_raw()?;
        let count = entry.count().unwrap_or_default();
        file::read(&mut bytes.as_slice(), entry.dtype, *order, count, bytes.len())
    }
}
