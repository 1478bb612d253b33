//! What the examples share: reading and changing pictures, and showing results in a terminal.
//! The models are the programs in `src/bin`, one a file.

pub mod augment;
pub mod dataset;
pub mod device;
pub mod eyes;
pub mod fetched;
pub mod idx;
pub mod letterbox;
pub mod overlay;
pub mod photos;
pub mod picture;
pub mod report;
