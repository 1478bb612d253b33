//! Runs a network on the CPU: a plan made once for its sizes, one block of memory, kernels for the
//! instruction set at hand.

mod buffer;
mod compiled;
mod error;
mod explain;
pub mod kernels;
mod peers;
mod plan;
mod same;
pub mod simd;
pub mod team;
mod training;

pub use buffer::Buffer;
pub use compiled::{Compiled, Options};
pub use error::{CompileError, RunError};
pub use kernels::Algorithm;
pub use peers::Peers;
pub use plan::{Draw, Mask, Model, Statistic};
pub use same::same_bytes;
pub use simd::{Isa, IsaError, wide};
pub use training::{Given, Trained, Training};
