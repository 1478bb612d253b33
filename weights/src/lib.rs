//! Weight files of formwork, Keras and PyTorch: what they hold, and how it fits a graph.

#![forbid(unsafe_code)]

mod file;
#[cfg(feature = "fit")]
pub mod fit;

pub use file::{Dtype, Entry, FileError, Format, WeightFile};
