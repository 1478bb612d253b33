//! Training: [`Fit`] runs a model over batches until it is good, and can be killed at any moment.
//!
//! ```
//! use std::sync::Arc;
//! use formwork::labels::Classes;
//! use formwork::losses::SparseCategoricalCrossentropy;
//! use formwork::metrics::Accuracy;
//! use formwork::optim::Adam;
//! use formwork::prelude::*;
//! use formwork::train::{Fit, Loader};
//!
//! model! {
//!     struct Sides(point: [_, 2]) -> [_, 2] {
//!         point.dense(8).relu().dropout(0.1).dense(2)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Points, and on which side of a line they lie.
//! let points: Vec<([f32; 2], usize)> = (0..64u8)
//!     .map(|i| ([f32::from(i % 8) - 4.0, f32::from(i / 8) - 4.0], usize::from(i % 8 > i / 8)))
//!     .collect();
//! let device = Cpu::seed_from_u64(0);
//! let loader = Loader::new(Arc::new(points), 16, |points| {
//!     let n = points.len();
//!     let (points, sides): (Vec<_>, Vec<_>) = points.into_iter().unzip();
//!     let points = device.tensor_from_vec(points.concat(), (n, Const::<2>));
//!     Ok((points, Classes::<_, 2>::new((n,), sides)?))
//! })
//! .shuffle(1)
//! .threads(2);
//!
//! let mut model = Sides::build(&device);
//! let history = Fit::new(Adam::new(0.03), SparseCategoricalCrossentropy::from_logits())
//!     .epochs(20)
//!     .seed(2)
//!     .metric(Accuracy::new())
//!     .run(&mut model, &loader)?;
//! assert!(history.last("accuracy").unwrap() > 0.9);
//! # Ok(())
//! # }
//! ```
//!
//! [`parallel`] trains by several processes: with the feature `mpi`, on any number of machines.

mod batches;
mod callback;
mod checkpoint;
mod csv;
mod error;
mod fit;
mod history;
mod input;
mod loader;
pub mod parallel;
#[cfg(feature = "plot")]
mod plot;
mod progress;
mod seed;
mod watch;

pub use batches::Batches;
pub use callback::{Callback, EarlyStopping, Moment, ReduceLrOnPlateau};
pub use checkpoint::{CheckpointError, Checkpoints, Saved};
pub use csv::CsvLog;
pub use error::TrainError;
pub use fit::Fit;
pub use history::{History, Row};
pub use input::{Input, Takes};
pub use loader::{Dataset, Loader, Sample};
#[cfg(feature = "mpi")]
pub use parallel::Mpi;
pub use parallel::{Ranks, RanksError, Share};
#[cfg(feature = "plot")]
pub use plot::Plot;
pub use watch::{Cause, NotFinite};
