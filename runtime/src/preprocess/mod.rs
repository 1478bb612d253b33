//! Pictures as the pixels that a model takes: what `Model::preprocess` is made of.

mod error;
#[cfg(feature = "image")]
mod pictures;
mod resize;

pub use error::PreprocessError;
pub use resize::{Filter, Fit, Resize};

#[cfg(not(feature = "image"))]
use dfdx::prelude::{ConstDim, Dim};
use formwork_ir::Sizes;

use crate::range::Pixels;

/// A picture, of the crate `image`.
#[cfg(feature = "image")]
pub type Picture = image::DynamicImage;

/// There are no pictures without the feature `image`.
#[cfg(not(feature = "image"))]
#[derive(Clone, Copy, Debug)]
pub enum Picture {}

/// Pictures as a model takes them: `(batch, height, width, channels)`, in the range `R`.
pub type Batch<R, H, W, C, D> = Pixels<R, (usize, H, W, C), D>;

/// How the height or the width of an input is come by.
#[derive(Clone, Copy, Debug)]
pub enum Side<'a> {
    /// The model's own.
    Fixed(usize),
    /// The picture's, if it is one of these; the model calls it by that name.
    Kept(&'a str, &'a Sizes),
}

#[cfg(feature = "image")]
pub use pictures::pictures;

/// Without the feature `image`, there is no picture.
#[cfg(not(feature = "image"))]
pub fn pictures<R, H: Dim, W: Dim, C: ConstDim, D: crate::Backend>(
    _: &str,
    _: [Side; 2],
    _: &D,
    images: &[Picture],
    _: Resize,
) -> Result<Batch<R, H, W, C, D>, PreprocessError> {
    match images.first() {
        Some(picture) => match *picture {},
        None => Err(PreprocessError::NoPicture),
    }
}
