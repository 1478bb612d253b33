//! Ranks that are processes, which `mpirun` starts: what one process makes, and what becomes of a job
//! of which a rank ends early.

mod early;
mod equal;
mod job;
mod model;
