use dfdx::prelude::{Cpu, CpuError, HasShape, PutTape, SplitTape, Tape};
use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSlice, ParallelSliceMut};

use super::{
    Buffer, GRAIN, add, add_all, add_product, add_scaled, buffer, each_row, gradient, read, tensor,
};
use crate::backend::{Matrix, Merge, Vector};

pub(super) fn merge<T: Tape<f32, Cpu>>(
    op: Merge,
    a: Vector<Cpu, T>,
    b: Vector<Cpu, T>,
) -> Result<Vector<Cpu, T>, CpuError> {
    let (a, tape) = a.split_tape();
    let (b, other) = b.split_tape();
    let mut tape = tape.merge(other);
    let (mut out, right) = (read(&a)?, read(&b)?);
    match op {
        Merge::Add => update(&mut out, &right, |a, b| a + b),
        Merge::Subtract => update(&mut out, &right, |a, b| a - b),
        Merge::Multiply => update(&mut out, &right, |a, b| a * b),
        Merge::Maximum => update(&mut out, &right, |a, b| if a >= b { a } else { b }),
        Merge::Minimum => update(&mut out, &right, |a, b| if a <= b { a } else { b }),
    }
    let y = tensor(a.device(), out, *a.shape())?;
    let (ga, gb, gy) = (gradient(&a), gradient(&b), gradient(&y));
    let values = (!matches!(op, Merge::Add | Merge::Subtract)).then_some((a, b));
    tape.add_backward_op(move |gradients| {
        let upstream = std::mem::take(&mut **gy(gradients)?);
        let (into_a, into_b) = match &values {
            None => {
                let sign = if op == Merge::Add { 1.0 } else { -1.0 };
                add_all(ga(gradients)?, &upstream);
                let chunks = gb(gradients)?.par_chunks_mut(GRAIN).zip(upstream.par_chunks(GRAIN));
                chunks.for_each(|(gb, gy)| add_scaled(gb, gy, sign));
                **gy(gradients)? = upstream;
                return Ok(());
            }
            Some((a, b)) => slopes(op, read(a)?, read(b)?),
        };
        let push = |into: &mut [f32], slope: &[f32]| {
            let pairs = upstream.par_chunks(GRAIN).zip(slope.par_chunks(GRAIN));
            let chunks = into.par_chunks_mut(GRAIN).zip(pairs);
            chunks.for_each(|(into, (gy, slope))| add_product(into, gy, slope));
        };
        push(ga(gradients)?, &into_a);
        push(gb(gradients)?, &into_b);
        **gy(gradients)? = upstream;
        Ok(())
    });
    Ok(y.put_tape(tape))
}

/// The derivatives of `op` by its first and by its second operand.
fn slopes(op: Merge, mut a: Buffer, mut b: Buffer) -> (Buffer, Buffer) {
    match op {
        Merge::Multiply => return (b, a),
        Merge::Minimum => update(&mut a, &b, |a, b| f32::from(a <= b)),
        _ => update(&mut a, &b, |a, b| f32::from(a >= b)),
    }
    update(&mut b, &a, |_, a| 1.0 - a);
    (a, b)
}

/// Replaces each value `a` by `f(a, b)`.
fn update(a: &mut [f32], b: &[f32], f: impl Fn(f32, f32) -> f32 + Sync) {
    let chunks = a.par_chunks_mut(GRAIN).zip(b.par_chunks(GRAIN));
    chunks.for_each(|(a, b)| a.iter_mut().zip(b).for_each(|(a, &b)| *a = f(*a, b)));
}

pub(super) fn concat<T: Tape<f32, Cpu>>(
    parts: Vec<Matrix<Cpu, T>>,
) -> Result<Matrix<Cpu, T>, CpuError> {
    let mut tape = T::default();
    let mut apart = |part: Matrix<Cpu, T>| {
        let (part, other) = part.split_tape();
        tape = std::mem::take(&mut tape).merge(other);
        part
    };
    let parts: Vec<_> = parts.into_iter().map(&mut apart).collect();
    let device = parts[0].device().clone();
    let rows = parts[0].shape().0;
    let widths: Vec<_> = parts.iter().map(|part| part.shape().1).collect();
    let width = widths.iter().sum();
    let values = parts.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut out = buffer(&device, rows * width)?;
    each_row(&mut out, width, |row, mut out| {
        for (values, &n) in values.iter().zip(&widths) {
            let (own, rest) = out.split_at_mut(n);
            own.copy_from_slice(&values[row * n..][..n]);
            out = rest;
        }
    });
    let y = tensor(&device, out, (rows, width))?;
    let (into, gy): (Vec<_>, _) = (parts.iter().map(gradient).collect(), gradient(&y));
    tape.add_backward_op(move |gradients| {
        let upstream = std::mem::take(&mut **gy(gradients)?);
        let mut start = 0;
        for (into, n) in into.iter().zip(widths) {
            each_row(into(gradients)?, n, |row, into| {
                add(into, &upstream[row * width + start..][..n]);
            });
            start += n;
        }
        **gy(gradients)? = upstream;
        Ok(())
    });
    Ok(y.put_tape(tape))
}
