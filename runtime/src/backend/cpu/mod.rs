//! The operations of [`Backend`] on slices: what dfdx's CPU kernels do value by value is done
//! here row by row, on all cores.

mod merge;
mod rows;
mod window;

use dfdx::nn::modules::TensorCollection;
use dfdx::prelude::{
    Cpu, CpuError, Gradients, HasShape, Shape, Storage, Tape, Tensor, TensorFromVec,
};
use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSlice, ParallelSliceMut};

use crate::compiled::{Feed, Made, Plans};
use crate::{Context, Error, HasFrozen, HasGraph, Record};

use super::{Backend, Matrix, Merge, Normalized, Table, Vector};

type Buffer = <Cpu as Storage<f32>>::Vec;

impl Backend for Cpu {
    fn infer<M, I, O>(
        model: &M,
        plans: &Plans,
        inputs: I,
        portable: impl FnOnce(I) -> Result<O, Error>,
    ) -> Result<O, Error>
    where
        M: HasGraph + TensorCollection<f32, Cpu>,
        I: Feed<Cpu>,
        O: Made<Cpu>,
    {
        if I::TAPED {
            return portable(inputs);
        }
        // Inputs that cannot be compiled for are refused by the layers, who say why.
        plans.run(model, &inputs).unwrap_or_else(|| portable(inputs))
    }

    fn train<M, T, I, O>(
        model: &M,
        plans: &Plans,
        cx: &mut Context<Cpu>,
        inputs: I,
        portable: impl FnOnce(&mut Context<Cpu>, I) -> Result<O, Error>,
    ) -> Result<O, Error>
    where
        M: HasGraph + HasFrozen + TensorCollection<f32, Cpu>,
        T: Record<Cpu>,
        I: Feed<Cpu, Tape = T>,
        O: Made<Cpu, Tape = T>,
    {
        if !cx.is_planned() {
            return portable(cx, inputs);
        }
        match plans.train(model, cx, inputs) {
            Ok(outputs) => outputs,
            Err(inputs) => portable(cx, inputs),
        }
    }

    fn take_gradient<S: Shape>(
        gradients: &mut Gradients<f32, Cpu>,
        of: &Tensor<S, f32, Cpu>,
    ) -> Result<Vec<f32>, CpuError> {
        Ok(std::mem::take(&mut **gradients.get_or_alloc_mut(of)?))
    }

    fn clear_gradient<S: Shape>(
        gradients: &mut Gradients<f32, Cpu>,
        of: &Tensor<S, f32, Cpu>,
        zeros: Vec<f32>,
    ) -> Result<(), CpuError> {
        **gradients.get_or_alloc_mut(of)? = zeros;
        Ok(())
    }

    fn gather<T: Tape<f32, Cpu>>(
        x: Matrix<Cpu, T>,
        table: &Table,
        fill: f32,
    ) -> Result<Matrix<Cpu, T>, CpuError> {
        window::gather(x, table, fill)
    }

    fn gather_max<T: Tape<f32, Cpu>>(
        x: Matrix<Cpu, T>,
        table: &Table,
    ) -> Result<Matrix<Cpu, T>, CpuError> {
        window::gather_max(x, table)
    }

    fn gather_sum<T: Tape<f32, Cpu>>(
        x: Matrix<Cpu, T>,
        table: &Table,
        weights: &[f32],
    ) -> Result<Matrix<Cpu, T>, CpuError> {
        window::gather_sum(x, table, weights)
    }

    fn depthwise<T: Tape<f32, Cpu>>(
        x: Matrix<Cpu, T>,
        kernel: Matrix<Cpu>,
        table: &Table,
    ) -> Result<Matrix<Cpu, T>, CpuError> {
        window::depthwise(x, kernel, table)
    }

    fn affine<T: Tape<f32, Cpu>>(
        x: Matrix<Cpu, T>,
        scale: Option<Vector<Cpu, T>>,
        shift: Option<Vector<Cpu, T>>,
    ) -> Result<Matrix<Cpu, T>, CpuError> {
        rows::affine(x, scale, shift)
    }

    fn normalize<T: Tape<f32, Cpu>>(
        x: Vector<Cpu, T>,
        view: [usize; 4],
        epsilon: f64,
    ) -> Result<Normalized<Cpu, T>, CpuError> {
        rows::normalize(x, view, epsilon)
    }

    fn merge<T: Tape<f32, Cpu>>(
        op: Merge,
        a: Vector<Cpu, T>,
        b: Vector<Cpu, T>,
    ) -> Result<Vector<Cpu, T>, CpuError> {
        merge::merge(op, a, b)
    }

    fn concat<T: Tape<f32, Cpu>>(parts: Vec<Matrix<Cpu, T>>) -> Result<Matrix<Cpu, T>, CpuError> {
        merge::concat(parts)
    }
}

/// The least number of values that is worth a thread.
const GRAIN: usize = 1 << 13;

/// Room for `len` values, from the device's cache if it has one.
fn buffer(device: &Cpu, len: usize) -> Result<Buffer, CpuError> {
    Storage::<f32>::try_alloc_len(device, len)
}

/// A copy of a tensor's values.
fn read<S: Shape>(tensor: &Tensor<S, f32, Cpu>) -> Result<Buffer, CpuError> {
    let mut values = buffer(tensor.device(), tensor.shape().num_elements())?;
    tensor.copy_into(&mut values);
    Ok(values)
}

/// A tensor of shape `shape` made of the values in a buffer.
fn tensor<S: Shape>(
    device: &Cpu,
    mut values: Buffer,
    shape: S,
) -> Result<Tensor<S, f32, Cpu>, CpuError> {
    device.try_tensor_from_vec(std::mem::take(&mut *values), shape)
}

/// Finds the gradient of a tensor without keeping its values.
fn gradient<S: Shape>(
    tensor: &Tensor<S, f32, Cpu>,
) -> impl Fn(&mut Gradients<f32, Cpu>) -> Result<&mut Buffer, CpuError> + use<S> {
    let ghost = tensor.ghost();
    move |gradients| gradients.get_or_alloc_mut(&ghost)
}

/// Records `backward`, which adds to the gradient of `x` what that of `y` says.
fn record<S: Shape, T: Tape<f32, Cpu>>(
    tape: &mut T,
    x: &Tensor<S, f32, Cpu>,
    y: &Tensor<S, f32, Cpu>,
    backward: impl FnOnce(&mut [f32], &[f32]) + 'static,
) {
    let (gx, gy) = (gradient(x), gradient(y));
    tape.add_backward_op(move |gradients| {
        let upstream = std::mem::take(&mut **gy(gradients)?);
        backward(gx(gradients)?, &upstream);
        **gy(gradients)? = upstream;
        Ok(())
    });
}

/// Runs `f` on each row of length `n` with its number, on all cores.
fn each_row(rows: &mut [f32], n: usize, f: impl Fn(usize, &mut [f32]) + Sync) {
    rows.par_chunks_exact_mut(n)
        .with_min_len(GRAIN.div_ceil(n))
        .enumerate()
        .for_each(|(i, row)| f(i, row));
}

/// As [`each_row`], with the row of `other` beside it.
fn each_pair(
    rows: &mut [f32],
    other: &[f32],
    n: usize,
    f: impl Fn(usize, &mut [f32], &[f32]) + Sync,
) {
    rows.par_chunks_exact_mut(n)
        .zip(other.par_chunks_exact(n))
        .with_min_len(GRAIN.div_ceil(n))
        .enumerate()
        .for_each(|(i, (row, other))| f(i, row, other));
}

fn add(into: &mut [f32], x: &[f32]) {
    into.iter_mut().zip(x).for_each(|(into, x)| *into += x);
}

fn add_scaled(into: &mut [f32], x: &[f32], factor: f32) {
    into.iter_mut().zip(x).for_each(|(into, x)| *into += factor * x);
}

fn add_product(into: &mut [f32], x: &[f32], y: &[f32]) {
    into.iter_mut().zip(x.iter().zip(y)).for_each(|(into, (x, y))| *into += x * y);
}

/// As [`add`], on all cores.
fn add_all(into: &mut [f32], x: &[f32]) {
    into.par_chunks_mut(GRAIN).zip(x.par_chunks(GRAIN)).for_each(|(into, x)| add(into, x));
}
