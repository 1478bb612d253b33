//! The kinds of weight files, told by their first bytes.

use std::fmt;

use super::{Problem, Source, Table};
use crate::safetensors;

/// A kind of weight file; told by what a file holds, not by its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Format {
    /// `.safetensors`
    Safetensors,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Format::Safetensors => "safetensors",
        })
    }
}

/// Reads the table of a file, given its length.
pub(crate) type Reader = fn(Box<dyn Source>, u64) -> Result<Table, Problem>;

/// Who reads a file that starts like this.
pub(crate) fn reader(start: &[u8]) -> Option<Reader> {
    safetensors::is(start).then_some(safetensors::table)
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
