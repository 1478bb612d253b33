//! Training by several processes, each on a part of every batch.
//!
//! Each rank has a copy of the model. It runs its part of a batch, gradients are added up over all
//! ranks while the rest of the way back runs, and all take the same step: weights stay the same to
//! the bit, and are those of one process with the same batches but for the order of sums. With MPI
//! (feature `mpi`) ranks are processes on any number of machines:
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use formwork::labels::Classes;
//! # use formwork::losses::SparseCategoricalCrossentropy;
//! # use formwork::optim::Adam;
//! # use formwork::prelude::*;
//! # use formwork::train::{Checkpoints, Fit, Loader, TrainError};
//! # model! {
//! #     struct Sides(point: [_, 2]) -> [_, 2] { point.dense(8).batch_norm().relu().dense(2) }
//! # }
//! # type Point = ([f32; 2], usize);
//! # type Batch = (Tensor<(usize, Const<2>), f32, Cpu>, Classes<(usize,), 2>);
//! # fn collate(points: Vec<Point>) -> Result<Batch, Error> {
//! #     let n = points.len();
//! #     let (points, sides): (Vec<_>, Vec<_>) = points.into_iter().unzip();
//! #     let points = Cpu::default().tensor_from_vec(points.concat(), (n, Const::<2>));
//! #     Ok((points, Classes::new((n,), sides)?))
//! # }
//! # #[cfg(feature = "mpi")]
//! # fn main() -> Result<(), TrainError> {
//! use formwork::train::{Mpi, Ranks};
//!
//! // mpirun -n 4 target/release/program
//! Mpi::job(|ranks| {
//! #   let points: Vec<Point> = vec![];
//!     let mut model = Sides::build(&Cpu::seed_from_u64(0));
//!     // Batches of 64, of which each rank makes its part.
//!     let loader = Loader::new(Arc::new(points), 64, collate).shuffle(1).ranks(ranks);
//!     let history = Fit::new(Adam::new(0.03), SparseCategoricalCrossentropy::from_logits())
//!         .epochs(20)
//!         .checkpoints(Checkpoints::new("run/checkpoints"))
//!         .resume()
//!         .progress()
//!         .ranks(ranks)
//!         .synchronise_batch_norm()
//!         .run(&mut model, &loader)?;
//!     if ranks.rank() == 0 {
//!         println!("{:?}", history.last("loss"));
//!     }
//!     Ok(())
//! })
//! # }
//! # #[cfg(not(feature = "mpi"))]
//! # fn main() {}
//! ```
//!
//! What differs from one process:
//!
//! - **Loss**: a rank's loss counts by the part of the batch's samples that it has, so the whole is
//!   what one process has if the loss is a mean over samples. Where a loss is divided by something
//!   else that differs between ranks (places that are not void, weights), ranks still count by
//!   samples. A loss that is a sum is divided by the number of ranks.
//! - **Batch norm** takes the statistics of each rank's own part, as PyTorch's does, and running
//!   statistics are averaged; [`Fit::synchronise_batch_norm`](super::Fit::synchronise_batch_norm)
//!   takes those of the whole batch, forward and back.
//! - **Dropout and noise** draw other values on each rank.
//! - **Metrics** are added up by their [state](crate::metrics::Metric::state).
//! - **Callbacks** run on all ranks, on the same history. Only rank 0 writes files and shows
//!   progress, and only what rank 0's callbacks say of the rate and of the end counts.
//! - **Checkpoints** are written and read by rank 0; another number of ranks can go on from them.
//! - **Threads**: ranks that may run on the same cores of a machine share them out.

#[cfg(feature = "mpi")]
mod mpi;
mod reduce;
mod share;

#[cfg(feature = "mpi")]
pub use mpi::Mpi;
pub(super) use reduce::Reducer;
pub use share::Share;

/// Processes that train a model together, as one of them sees them. All call the same methods in the
/// same order with as many values, and wait for each other.
pub trait Ranks {
    /// Which one this is, from 0 on.
    fn rank(&self) -> usize;

    /// How many there are.
    fn size(&self) -> usize;

    /// Gives all the bytes of rank 0.
    fn broadcast(&self, bytes: &mut Vec<u8>);

    /// The values of all ranks, one rank after the other.
    fn gather(&self, values: &[f32]) -> Vec<f32>;

    /// Adds values up over all ranks: to the same bits on each.
    fn sum(&self, values: &mut [f64]);

    /// Begins to add values up: as [`Ranks::sum`], while this process does other things.
    fn start_sum(&self, values: Vec<f32>) -> Box<dyn Sum>;
}

/// A sum over all ranks that is under way.
pub trait Sum {
    /// Lets it go on; whether it is done.
    fn progress(&mut self) -> bool;

    /// Waits until it is done.
    fn wait(self: Box<Self>) -> Vec<f32>;
}

/// Why ranks cannot train a model together.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RanksError {
    /// MPI was started before.
    #[error("MPI was started in this process before, expected `Mpi::job` to do so, once")]
    Started,
    /// A rank was asked for another training than rank 0.
    #[error("rank {rank} trains {found}, expected, as on rank 0, {expected}")]
    Differs {
        /// Which rank.
        rank: usize,
        /// What it was asked for.
        found: String,
        /// What rank 0 was asked for.
        expected: String,
    },
    /// The parts of batches that ranks have are not whole batches together.
    #[error(
        "the ranks' batches are {found} batches together, expected 1: `Loader::ranks` gives each \
         rank its part"
    )]
    Parts {
        /// How many batches they are.
        found: f64,
    },
    /// Batch norms can be synchronised by plans alone.
    #[error(
        "batch norms cannot be synchronised: {reason}; without `synchronise_batch_norm` each rank \
         takes its own statistics"
    )]
    Synchronised {
        /// Why there is none.
        reason: String,
    },
    /// What a metric counted on all ranks is no state of it.
    #[error("what `{metric}` counted on several ranks cannot be added up: its state is no sum")]
    NoSum {
        /// Its name.
        metric: String,
    },
}
