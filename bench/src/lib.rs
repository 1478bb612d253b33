//! formwork against other frameworks: the same networks with the same weights, outputs checked
//! before anything is timed, timings interleaved. `scripts/bench` runs it.

pub mod campaign;
pub mod formwork;
pub mod list;
pub mod machine;
pub mod models;
pub mod peak;
pub mod peers;
pub mod prepare;
pub mod process;
pub mod random;
pub mod reference;
pub mod report;
pub mod results;
pub mod scale;
pub mod svg;
pub mod task;
pub mod training;

pub use formwork_bench_worker::Result;
