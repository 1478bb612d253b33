//! Declare a convolutional network, have its shapes proved while your crate builds, train it and
//! run it on dfdx tensors.
//!
//! Tensors are `(batch, height, width, channels)` throughout.

#![forbid(unsafe_code)]

mod backend;
mod context;
mod error;
pub mod init;
mod layers;
mod random;
mod typed;
mod var;

pub use backend::{Backend, Matrix, Merge, Table, Vector};
pub use context::Context;
pub use dfdx;
pub use error::Error;
pub use layers::{Accepts, Kernel};
pub use var::Var;

/// What a program that declares and runs models needs.
pub mod prelude {
    pub use crate::{Backend, Error};
    pub use dfdx::prelude::*;
}

/// What the expansion of `model!` names; not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::init::initialize;
    pub use crate::{Backend, Context, Error};
    pub use dfdx::nn::modules::{
        BuildModule, BuildOnDevice, Module, ModuleMut, ModuleVisitor, TensorCollection,
        TensorOptions,
    };
    pub use dfdx::shapes::{Const, Dim, Dtype, Shape};
    pub use dfdx::tensor::{
        Cpu, NoneTape, OwnedTape, PutTape, SplitTape, Storage, Tape, Tensor, Trace, WithEmptyTape,
    };
    pub use dfdx::tensor_ops::Device;
    pub use formwork_ir as ir;
}
