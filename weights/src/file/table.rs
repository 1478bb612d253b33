//! What a reader of a format makes of a file.

use std::io::{Read, Seek};

use super::{Entry, Format, Problem};

/// A file, or bytes in memory.
pub(crate) trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// The tensors of a file, and how to read their values.
pub(crate) struct Table {
    pub(crate) format: Format,
    pub(crate) entries: Vec<Entry>,
    pub(crate) config: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) left_out: Vec<String>,
    pub(crate) values: Box<dyn Values>,
}

/// Reads values of a file.
pub(crate) trait Values: Send {
    /// The values of a tensor, row-major, given its index in the table and its entry.
    fn values(&mut self, index: usize, entry: &Entry) -> Result<Vec<f32>, Problem>;
}
