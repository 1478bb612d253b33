//! Runs a network on the CPU: a plan made once for its sizes, one block of memory, kernels for the
//! instruction set at hand.

mod buffer;
pub mod kernels;
pub mod simd;
pub mod team;

pub use buffer::Buffer;
