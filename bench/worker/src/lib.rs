//! What the process of one peer needs: the network as a list of layers, its weights and its
//! input, and the protocol that the bench drives it by. `bench/python` speaks the same.

mod files;
mod layers;
mod order;
mod protocol;
mod training;

pub use files::Files;
pub use layers::{Layer, Network, Op, Weight};
pub use order::{nchw, nhwc, permuted};
pub use protocol::{Peer, Running, peak_memory, serve};
pub use training::{Rule, Training};

/// What goes wrong is said, and ends up beside the peer in the table.
pub type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;
