//! What moves values without computing: copies of boxes of tensors, transposition, rows of another
//! length, images of another size.

mod inset;
mod layers;
mod moves;
mod regroup;
mod resize;
mod rows;
mod transpose;

pub use moves::{Move, Moves};
pub use regroup::Regroup;
pub use resize::Resize;
pub use transpose::Transpose;

#[cfg(test)]
mod tests;
