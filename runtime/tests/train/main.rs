//! Training, optimisers, checkpoints.

mod fit;
mod kill;
mod optim;
mod parallel;
#[path = "../kernels/random.rs"]
#[allow(dead_code, reason = "shared with the tests of the kernels")]
mod random;
mod support;
