//! Declare a convolutional network, have its shapes proved while your crate builds, train it and
//! run it on dfdx tensors.
//!
//! Tensors are `(batch, height, width, channels)` throughout.

#![deny(unsafe_code)]

#[doc(hidden)]
pub mod __private;
mod arguments;
mod backend;
pub mod compiled;
mod context;
mod entry;
mod error;
mod fold;
mod freeze;
pub mod head;
pub mod init;
pub mod labels;
mod layers;
mod live;
pub mod losses;
pub mod metrics;
pub mod optim;
pub mod preprocess;
mod random;
pub mod range;
mod record;
pub mod size;
mod submodel;
#[cfg(feature = "train")]
pub mod train;
mod typed;
mod var;
mod weights;

pub use backend::{Backend, Matrix, Merge, Normalized, Table, Vector};
pub use compiled::{Algorithm, At, Compile, Compiled};
pub use context::Context;
pub use dfdx;
pub use error::{Error, SizeError};
pub use formwork_weights::FileError;
pub use formwork_weights::fit::{
    Framework, How, Loader, Matched, Misfit, Misfits, Network, Report,
};
pub use freeze::{Freeze, FreezeError, Frozen, HasFrozen};
pub use layers::{Accepts, Kernel};
pub use record::Record;
pub use submodel::{Fits, One, Statistics, Submodel};
pub use var::Var;
pub use weights::{HasGraph, Named, Weights, WeightsError};

/// What a program that declares and runs models needs.
pub mod prelude {
    pub use crate::preprocess::Resize;
    pub use crate::range::{Between, Caffe, Imagenet, Pixels};
    pub use crate::{At, Backend, Compile, Error, Freeze, Frozen, Weights, model};
    pub use dfdx::prelude::*;
}

/// Declares convolutional networks; their shapes are proved while your crate builds.
///
/// ```
/// use formwork::prelude::*;
///
/// model! {
///     /// Halves a picture of any even size and doubles it again.
///     struct Hourglass<H, W, const CLASSES: usize>(image: [_, H, W, 3]) -> [_, H, W, CLASSES]
///     where H % 2 == 0, W % 2 == 0, CLASSES >= 2
///     {
///         let half = image.conv2d(8, 3, padding = same).relu().max_pool2d(2);
///         half.conv2d_transpose(CLASSES, 2, stride = 2)
///     }
/// }
///
/// let device = Cpu::seed_from_u64(0);
/// let model: Hourglass<4> = Hourglass::build(&device);
/// let image = device.zeros_like(&(1, 6, 10, Const::<3>));
/// assert_eq!(model.forward(image).shape(), &(1, 6, 10, Const::<4>));
/// ```
///
/// What a `where` says of a `const` parameter is checked by rustc:
///
/// ```compile_fail,E0080
/// # use formwork::prelude::*;
/// # model! {
/// #     struct Hourglass<H, W, const CLASSES: usize>(image: [_, H, W, 3]) -> [_, H, W, CLASSES]
/// #     where CLASSES >= 2
/// #     {
/// #         image.conv2d(CLASSES, 1)
/// #     }
/// # }
/// // `Hourglass`: CLASSES must be at least 2
/// let model: Hourglass<1> = Hourglass::build(&Cpu::default());
/// ```
#[macro_export]
macro_rules! model {
    ($($tokens:tt)*) => { $crate::__private::model! { @crate $crate; $($tokens)* } };
}
