use crate::SizeError;

/// Why pictures are not what a model takes.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreprocessError {
    /// A batch holds at least one picture.
    #[error("there is no picture; a batch holds at least one")]
    NoPicture,
    /// A picture of no pixels.
    #[error("picture {index} is {width}×{height}: it has no pixels")]
    Empty {
        /// Which picture, from 0.
        index: usize,
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// The model keeps the picture's size, and does not take that one.
    #[error(transparent)]
    Size(Box<SizeError>),
    /// The model keeps the pictures' sizes, and they differ: they make no batch.
    #[error(
        "picture {index} is {}×{} (width×height), picture 0 is {}×{}; the pictures of a batch have \
         one size",
        found[0], found[1], first[0], first[1]
    )]
    Differ {
        /// Which picture, from 0.
        index: usize,
        /// Its width and height.
        found: [usize; 2],
        /// Those of the first picture.
        first: [usize; 2],
    },
    /// No picture has that number of channels.
    #[error("`{input}` has {channels} channels; a picture has 1 (grey), 3 (RGB) or 4 (RGBA)")]
    Channels {
        /// The input.
        input: String,
        /// Its number of channels.
        channels: usize,
    },
    /// The device failed, most often because its memory is used up.
    #[error("the device failed: {0}")]
    Device(String),
}
