//! Declare a convolutional network, have its shapes proved while your crate builds, train it and
//! run it on dfdx tensors.
//!
//! Tensors are `(batch, height, width, channels)` throughout.

#![forbid(unsafe_code)]

#[doc(hidden)]
pub mod __private;
mod backend;
mod context;
mod entry;
mod error;
pub mod init;
mod layers;
mod random;
mod record;
pub mod size;
mod submodel;
mod typed;
mod var;
mod weights;

pub use backend::{Backend, Matrix, Merge, Normalized, Table, Vector};
pub use context::Context;
pub use dfdx;
pub use error::{Error, SizeError};
pub use layers::{Accepts, Kernel};
pub use record::Record;
pub use submodel::{Fits, Statistics, Submodel};
pub use var::Var;
pub use weights::{Misfit, Misfits, Weights, WeightsError};

/// What a program that declares and runs models needs.
pub mod prelude {
    pub use crate::{Backend, Error, Weights, model};
    pub use dfdx::prelude::*;
}

/// Declares convolutional networks; their shapes are proved while your crate builds.
#[macro_export]
macro_rules! model {
    ($($tokens:tt)*) => { $crate::__private::model! { @crate $crate; $($tokens)* } };
}
