//! The operations of [`Backend`] on dfdx's public operations.

use dfdx::prelude::{
    Axes2, Axis, BroadcastTo, ChooseFrom, Device, GatherTo, HasShape, MaxTo, NoneTape, ReshapeTo,
    Shape, SumTo, Tape, Tensor, TryAdd, TryConcatAlong, TryDiv, TryMul, TrySub,
};
use dfdx::tensor_ops::{TryEq, TryGe, TryLe};

use super::{Backend, Matrix, Merge, Normalized, Table, Vector};

type Cube<D, T = NoneTape> = Tensor<(usize, usize, usize), f32, D, T>;

pub(crate) fn gather<D: Backend, T: Tape<f32, D>>(
    x: Matrix<D, T>,
    table: &Table,
    fill: f32,
) -> Result<Matrix<D, T>, D::Err> {
    let &(len, n) = x.shape();
    let device = x.device().clone();
    let x = if table.is_padded() {
        let padding: Matrix<D> = device.try_tensor_from_vec(vec![fill; n], (1, n))?;
        (x, padding).try_concat_along(Axis::<0>)?
    } else {
        x
    };
    let samples = len / table.sources();
    let row = |sample: usize, i: usize| match i {
        Table::PAD => len,
        i => sample * table.sources() + i,
    };
    let index: Vec<usize> =
        (0..samples).flat_map(|s| table.index().iter().map(move |&i| row(s, i))).collect();
    let index: Tensor<(usize,), usize, D> = {
        let len = index.len();
        device.try_tensor_from_vec(index, (len,))?
    };
    x.try_gather(index)
}

/// The taps of each row: `[samples · rows, taps, n]`.
fn taps<D: Backend, T: Tape<f32, D>>(
    x: Matrix<D, T>,
    table: &Table,
    fill: f32,
) -> Result<Cube<D, T>, D::Err> {
    let rows = D::gather(x, table, fill)?;
    let &(len, n) = rows.shape();
    rows.try_reshape_like(&(len / table.taps(), table.taps(), n))
}

pub(crate) fn gather_max<D: Backend, T: Tape<f32, D>>(
    x: Matrix<D, T>,
    table: &Table,
) -> Result<Matrix<D, T>, D::Err> {
    let x = taps(x, table, f32::NEG_INFINITY)?;
    let shape @ (_, taps, _) = *x.shape();
    let values: Cube<D> = x.retaped();
    let device = x.device().clone();
    let top: Matrix<D> = values.clone().try_max::<_, Axis<1>>()?;
    let is_top = values.try_eq(&top.try_broadcast_like::<_, Axis<1>>(&shape)?)?;
    let order: Vec<f32> = (0..taps).rev().map(|i| (i + 1) as f32).collect();
    let order: Vector<D> = device.try_tensor_from_vec(order, (taps,))?;
    let order = order.try_broadcast_like::<_, Axes2<0, 2>>(&shape)?.try_contiguous()?;
    let zeros: Cube<D> = device.try_zeros_like(&shape)?;
    let order = is_top.try_choose(order, zeros.clone())?;
    let first: Matrix<D> = order.clone().try_max::<_, Axis<1>>()?;
    let is_first = order.try_eq(&first.try_broadcast_like::<_, Axis<1>>(&shape)?)?;
    is_first.try_choose(x, zeros)?.try_sum::<_, Axis<1>>()
}

pub(crate) fn gather_sum<D: Backend, T: Tape<f32, D>>(
    x: Matrix<D, T>,
    table: &Table,
    weights: &[f32],
) -> Result<Matrix<D, T>, D::Err> {
    let x = taps(x, table, 0.0)?;
    let shape @ (len, taps, _) = *x.shape();
    let weights = weights.repeat(len / table.rows());
    let weights: Matrix<D> = x.device().try_tensor_from_vec(weights, (len, taps))?;
    let weights = weights.try_broadcast_like::<_, Axis<2>>(&shape)?;
    x.try_mul(weights)?.try_sum::<_, Axis<1>>()
}

pub(crate) fn depthwise<D: Backend, T: Tape<f32, D>>(
    x: Matrix<D, T>,
    kernel: Matrix<D>,
    table: &Table,
) -> Result<Matrix<D, T>, D::Err> {
    let x = taps(x, table, 0.0)?;
    let kernel = kernel.try_broadcast_like::<_, Axis<0>>(x.shape())?;
    x.try_mul(kernel)?.try_sum::<_, Axis<1>>()
}

pub(crate) fn affine<D: Backend, T: Tape<f32, D>>(
    x: Matrix<D, T>,
    scale: Option<Vector<D, T>>,
    shift: Option<Vector<D, T>>,
) -> Result<Matrix<D, T>, D::Err> {
    let shape = *x.shape();
    let mut y = x;
    if let Some(scale) = scale {
        y = y.try_mul(scale.try_broadcast_like::<_, Axis<0>>(&shape)?)?;
    }
    if let Some(shift) = shift {
        y = y.try_add(shift.try_broadcast_like::<_, Axis<0>>(&shape)?)?;
    }
    Ok(y)
}

pub(crate) fn normalize<D: Backend, T: Tape<f32, D>>(
    x: Vector<D, T>,
    [a, n, b, m]: [usize; 4],
    epsilon: f64,
) -> Result<Normalized<D, T>, D::Err> {
    type Over = Axes2<1, 3>;
    let &(len,) = x.shape();
    let (shape, scale) = ((a, n, b, m), 1.0 / (n * m) as f32);
    let x = x.try_reshape_like(&shape)?;
    let again = x.retaped::<T>();
    let mean: Matrix<D, T> = again.try_sum::<_, Over>()?.try_mul(scale)?;
    let means = mean.retaped();
    let centred = x.try_sub(mean.try_broadcast_like::<_, Over>(&shape)?)?;
    let again = centred.retaped::<T>();
    let variance: Matrix<D, T> = again.try_square()?.try_sum::<_, Over>()?.try_mul(scale)?;
    let variances = variance.retaped();
    let deviation = variance.try_add(epsilon as f32)?.try_sqrt()?;
    let y = centred.try_div(deviation.try_broadcast_like::<_, Over>(&shape)?)?;
    let (means, variances): (Matrix<D>, Matrix<D>) = (means, variances);
    Ok((
        y.try_reshape_like(&(len,))?,
        means.try_reshape_like(&(a * b,))?,
        variances.try_reshape_like(&(a * b,))?,
    ))
}

pub(crate) fn merge<D: Backend, T: Tape<f32, D>>(
    op: Merge,
    a: Vector<D, T>,
    b: Vector<D, T>,
) -> Result<Vector<D, T>, D::Err> {
    let b = distinct(b)?;
    match op {
        Merge::Add => a.try_add(b),
        Merge::Subtract => a.try_sub(b),
        Merge::Multiply => a.try_mul(b),
        Merge::Maximum => a.try_ge(&b)?.try_choose(a, b),
        Merge::Minimum => a.try_le(&b)?.try_choose(a, b),
    }
}

pub(crate) fn concat<D: Backend, T: Tape<f32, D>>(
    parts: Vec<Matrix<D, T>>,
) -> Result<Matrix<D, T>, D::Err> {
    let mut parts = parts.into_iter();
    let first = parts.next().expect("parts");
    parts.try_fold(first, |all, part| (all, distinct(part)?).try_concat_along(Axis::<1>))
}

/// A tensor of its own with the same values: dfdx's gradients of an operation on two tensors
/// need two.
fn distinct<S: Shape, D: Device<f32>, T: Tape<f32, D>>(
    x: Tensor<S, f32, D, T>,
) -> Result<Tensor<S, f32, D, T>, D::Err> {
    if T::OWNS_TAPE { x.try_mul(1.0) } else { Ok(x) }
}
