//! The types that layer arguments have, each with how it is read from a [`Value`].

mod activation;
mod axis;
mod initializer;
mod plain;
mod sizes;

pub use activation::Activation;
pub use axis::{Axes, Axis, Ends, Parts};
pub use initializer::Initializer;
pub use plain::Interpolation;
pub use sizes::{Extent, NewShape, NoiseShape};

use crate::Value;

/// A type that an argument can have.
pub trait ArgType: Sized {
    /// What Rust code gives for it: sizes are numbers there.
    type Given: Into<Self>;
    /// What it takes, with an article, for messages and documentation.
    const EXPECTS: &'static str;

    /// Reads a value; the error is an optional hint beyond [`Self::EXPECTS`].
    fn read(value: &Value) -> Result<Self, Option<String>>;
    /// The value as it would be written in a model.
    fn write(&self) -> Value;
    /// A Rust expression for it, in terms of the items of this crate.
    fn rust(&self) -> String;
}
