//! From a network to steps: see [`Compiled`](crate::Compiled).

mod choice;
mod cut;
mod fuse;
mod inverted;
mod layout;
mod memory;
mod net;
mod stages;
mod steps;
mod training;
mod weights;

pub(crate) use choice::Choice;
pub use net::Model;
pub(crate) use stages::{Stage, Stages, Tensor};
pub(crate) use steps::{Base, Spot, Step};
pub(crate) use training::{Again, Told, TrainingPlan};
pub use training::{Draw, Mask, Statistic};
