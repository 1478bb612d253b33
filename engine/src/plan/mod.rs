//! From a network to steps: see [`Compiled`](crate::Compiled).

mod fuse;
mod inverted;
mod layout;
mod memory;
mod net;
mod stages;
mod steps;
mod weights;

pub use net::Model;
pub(crate) use stages::{Stage, Stages, Tensor};
pub(crate) use steps::{Base, Choice, Spot};
