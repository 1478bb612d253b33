//! Where kernels are compiled: once for each device and kind of tape, in this crate, so that a
//! model's own crate only compiles calls of them.

#[cfg(feature = "cuda")]
use dfdx::tensor::Cuda;
use dfdx::tensor::{Cpu, Merge, NoneTape, OwnedTape, Tape};
use formwork_ir::{Op, with_layer};

use crate::{Backend, Context, Error, Kernel, Var};

/// What a model runs with: a tape, or none.
pub trait Record<D: Backend>: Tape<f32, D> {
    /// Applies a layer: see [`Kernel::forward`].
    ///
    /// # Errors
    /// If the device fails, or a size is not what the layer needs.
    fn run(
        op: &Op,
        cx: &mut Context<D>,
        inputs: Vec<Var<D, Self>>,
        params: &[Var<D>],
    ) -> Result<Var<D, Self>, Error>;

    /// Applies a layer that no gradient flows through: the tape passes it by.
    ///
    /// # Errors
    /// As [`Record::run`].
    fn run_apart(
        op: &Op,
        cx: &mut Context<D>,
        inputs: Vec<Var<D, Self>>,
        params: &[Var<D>],
    ) -> Result<Var<D, Self>, Error>;
}

macro_rules! record {
    ($($Tape:ty, $Device:ty;)*) => {
        $(impl Record<$Device> for $Tape {
            fn run(
                op: &Op,
                cx: &mut Context<$Device>,
                inputs: Vec<Var<$Device, Self>>,
                params: &[Var<$Device>],
            ) -> Result<Var<$Device, Self>, Error> {
                with_layer!(op, layer => layer.forward(cx, inputs, params))
            }

            fn run_apart(
                op: &Op,
                cx: &mut Context<$Device>,
                inputs: Vec<Var<$Device, Self>>,
                params: &[Var<$Device>],
            ) -> Result<Var<$Device, Self>, Error> {
                let mut tape = <$Tape>::default();
                let inputs = inputs.into_iter().map(|input| {
                    let (input, own) = input.split();
                    tape = std::mem::take(&mut tape).merge(own);
                    input
                });
                let inputs = inputs.collect();
                let output = <NoneTape as Record<$Device>>::run(op, cx, inputs, params)?;
                Ok(output.with_tape(tape))
            }
        })*
    };
}

record! {
    NoneTape, Cpu;
    OwnedTape<f32, Cpu>, Cpu;
}

#[cfg(feature = "cuda")]
record! {
    NoneTape, Cuda;
    OwnedTape<f32, Cuda>, Cuda;
}
