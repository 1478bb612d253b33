//! What the examples share: reading digits, and showing results in a terminal.
//! The models are the programs in `src/bin`, one a file.

pub mod dataset;
pub mod idx;
pub mod picture;
pub mod report;
