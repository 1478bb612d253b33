//! Weight files of formwork, Keras and PyTorch: what they hold.
//!
//! [`WeightFile::open`] tells by a file's content what it is, reads the table of its tensors, and
//! reads a tensor's values when they are asked for. No file makes it run code, panic, or allocate
//! more than the file's length justifies. [`write()`] writes safetensors and npz.

#![forbid(unsafe_code)]

mod file;
#[cfg(feature = "formats")]
mod keras;
#[cfg(feature = "formats")]
mod npy;
#[cfg(feature = "formats")]
mod npz;
#[cfg(feature = "formats")]
mod pickle;
mod safetensors;
#[cfg(feature = "formats")]
mod torch;
mod write;
#[cfg(feature = "formats")]
mod zip;

pub use file::{Dtype, Entry, FileError, Format, WeightFile};
pub use write::{Tensor, write, write_each};
