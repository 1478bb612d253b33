use dfdx::prelude::{Cpu, CpuError, HasShape, PutTape, SplitTape, Tape, TensorFromVec};
use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSlice, ParallelSliceMut};

use super::{
    GRAIN, add, add_all, add_product, buffer, each_pair, each_row, gradient, read, tensor,
};
use crate::backend::{Matrix, Normalized, Vector};

pub(super) fn affine<T: Tape<f32, Cpu>>(
    x: Matrix<Cpu, T>,
    scale: Option<Vector<Cpu, T>>,
    shift: Option<Vector<Cpu, T>>,
) -> Result<Matrix<Cpu, T>, CpuError> {
    let (x, mut tape) = x.split_tape();
    let &shape @ (_, n) = x.shape();
    let mut apart = |vector: Vector<Cpu, T>| {
        let (vector, other) = vector.split_tape();
        tape = std::mem::take(&mut tape).merge(other);
        vector
    };
    let (scale, shift) = (scale.map(&mut apart), shift.map(&mut apart));
    let factors = scale.as_ref().map(read).transpose()?;
    let terms = shift.as_ref().map(read).transpose()?;
    let mut out = read(&x)?;
    each_row(&mut out, n, |_, out| {
        if let Some(factors) = &factors {
            out.iter_mut().zip(factors.iter()).for_each(|(out, factor)| *out *= factor);
        }
        if let Some(terms) = &terms {
            add(out, terms);
        }
    });
    let y = tensor(x.device(), out, shape)?;
    let (gx, gy) = (gradient(&x), gradient(&y));
    let (g_scale, g_shift) = (scale.as_ref().map(gradient), shift.as_ref().map(gradient));
    let x = scale.is_some().then_some(x);
    tape.add_backward_op(move |gradients| {
        let upstream = std::mem::take(&mut **gy(gradients)?);
        if let (Some(x), Some(factors), Some(g_scale)) = (&x, &factors, &g_scale) {
            each_pair(gx(gradients)?, &upstream, n, |_, gx, gy| add_product(gx, gy, factors));
            let mut products = read(x)?;
            let pairs = products.par_chunks_mut(GRAIN).zip(upstream.par_chunks(GRAIN));
            pairs.for_each(|(x, gy)| x.iter_mut().zip(gy).for_each(|(x, gy)| *x *= gy));
            add(g_scale(gradients)?, &column_sums(&products, n));
        } else {
            add_all(gx(gradients)?, &upstream);
        }
        if let Some(g_shift) = &g_shift {
            add(g_shift(gradients)?, &column_sums(&upstream, n));
        }
        **gy(gradients)? = upstream;
        Ok(())
    });
    Ok(y.put_tape(tape))
}

/// The sums of the columns of a matrix with rows of length `n`.
fn column_sums(x: &[f32], n: usize) -> Vec<f32> {
    let sum = |rows: &[f32]| {
        rows.chunks_exact(n).fold(vec![0.0; n], |mut sum, row| {
            add(&mut sum, row);
            sum
        })
    };
    let blocks = x.par_chunks(GRAIN.div_ceil(n) * n).map(sum).collect::<Vec<_>>();
    sum(&blocks.concat())
}

pub(super) fn normalize<T: Tape<f32, Cpu>>(
    x: Vector<Cpu, T>,
    [a, n, b, m]: [usize; 4],
    epsilon: f64,
) -> Result<Normalized<Cpu, T>, CpuError> {
    let (x, mut tape) = x.split_tape();
    let device = x.device().clone();
    let &shape = x.shape();
    let groups = Groups { n, b, m };
    let values = read(&x)?;
    let count = (n * m) as f64;
    let means: Vec<_> = groups.sums(&values, &values, |x, _| x).iter().map(|s| s / count).collect();
    let squares = groups.sums(&values, &values, |x, _| x * x);
    let variances: Vec<_> =
        squares.iter().zip(&means).map(|(s, mean)| (s / count - mean * mean).max(0.0)).collect();
    let inverse: Vec<_> = variances.iter().map(|v| 1.0 / (v + epsilon).sqrt()).collect();
    let mut out = buffer(&device, values.len())?;
    groups.each(&mut out, &values, |i, _, x| (x - means[i]) * inverse[i]);
    let vector = |values: &[f64]| {
        let values = values.iter().map(|&v| v as f32).collect();
        device.try_tensor_from_vec(values, (a * b,))
    };
    let (mean, variance) = (vector(&means)?, vector(&variances)?);
    let y = tensor(&device, out, shape)?;
    let saved = y.clone();
    let (gx, gy) = (gradient(&x), gradient(&y));
    tape.add_backward_op(move |gradients| {
        let mut values = read(&saved)?;
        let upstream = std::mem::take(&mut **gy(gradients)?);
        let mean = groups.sums(&upstream, &upstream, |g, _| g);
        let slope = groups.sums(&upstream, &values, |g, y| g * y);
        groups.each(&mut values, &upstream, |i, y, g| {
            (g - (mean[i] + slope[i] * y) / count) * inverse[i]
        });
        add_all(gx(gradients)?, &values);
        **gy(gradients)? = upstream;
        Ok(())
    });
    Ok((y.put_tape(tape), mean, variance))
}

/// Values seen as `[…, n, b, m]`, in groups over `n` and `m`.
#[derive(Clone, Copy)]
struct Groups {
    n: usize,
    b: usize,
    m: usize,
}

impl Groups {
    /// The sum of `f(x, y)` over each group.
    fn sums(self, x: &[f32], y: &[f32], f: impl Fn(f64, f64) -> f64 + Sync) -> Vec<f64> {
        let Groups { n, b, m } = self;
        let row = b * m;
        let block = GRAIN.div_ceil(row).min(n) * row;
        let sum = |(x, y): (&[f32], &[f32])| {
            let mut sums = vec![0.0; b];
            for (x, y) in x.chunks_exact(row).zip(y.chunks_exact(row)) {
                let chunks = x.chunks_exact(m).zip(y.chunks_exact(m));
                for (sum, (x, y)) in sums.iter_mut().zip(chunks) {
                    let pairs = x.iter().zip(y);
                    *sum += pairs.map(|(&x, &y)| f(x.into(), y.into())).sum::<f64>();
                }
            }
            sums
        };
        let samples = x.par_chunks(n * row).zip(y.par_chunks(n * row));
        let sums = samples.flat_map_iter(|(x, y)| {
            let blocks: Vec<_> = x.par_chunks(block).zip(y.par_chunks(block)).map(sum).collect();
            let zeros = vec![0.0; b];
            blocks.iter().fold(zeros, |mut all, sums| {
                all.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum);
                all
            })
        });
        sums.collect()
    }

    /// Replaces each value `x` of group `i` by `f(i, x, y)`.
    fn each(self, x: &mut [f32], y: &[f32], f: impl Fn(usize, f64, f64) -> f64 + Sync) {
        let Groups { n, b, m } = self;
        each_pair(x, y, b * m, |row, x, y| {
            let first = row / n * b;
            let chunks = x.chunks_exact_mut(m).zip(y.chunks_exact(m));
            for (i, (x, y)) in chunks.enumerate() {
                for (x, &y) in x.iter_mut().zip(y) {
                    *x = f(first + i, (*x).into(), y.into()) as f32;
                }
            }
        });
    }
}
