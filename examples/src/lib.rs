//! What the examples share: reading digits, and showing progress and results in a terminal.
//! The models are the programs in `src/bin`, one a file.

pub mod augment;
pub mod confusion;
pub mod dataset;
pub mod eyes;
pub mod idx;
pub mod letterbox;
pub mod overlay;
pub mod picture;
pub mod progress;
pub mod report;
