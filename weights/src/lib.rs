//! Weight files of formwork, Keras and PyTorch: what they hold.

#![forbid(unsafe_code)]

mod file;

pub use file::{Dtype, Entry, FileError, Format, WeightFile};
