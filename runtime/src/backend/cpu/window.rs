use dfdx::prelude::{Cpu, CpuError, HasShape, PutTape, SplitTape, Tape};
use rayon::prelude::{IndexedParallelIterator, ParallelIterator, ParallelSlice, ParallelSliceMut};

use super::{add, add_product, add_scaled, buffer, each_row, gradient, read, record, tensor};
use crate::backend::{Matrix, Table};

/// The sizes of a table applied to rows of length `n`.
#[derive(Clone)]
struct Windows {
    table: Table,
    n: usize,
}

impl Windows {
    /// Values of a sample before.
    fn before(&self) -> usize {
        self.table.sources() * self.n
    }

    /// Values of a sample after, where the taps of a row become one row.
    fn after(&self) -> usize {
        self.table.rows() * self.n
    }

    /// The sample that output row `row` reads, and the row's taps: their numbers and where they
    /// start, without padding.
    fn window<'a>(
        &'a self,
        x: &'a [f32],
        row: usize,
    ) -> (&'a [f32], impl Iterator<Item = (usize, usize)> + 'a) {
        let sample = row / self.table.rows();
        (&x[sample * self.before()..][..self.before()], self.taps(row % self.table.rows()))
    }

    /// The taps of a row of a sample: their numbers and where they start, without padding.
    fn taps(&self, row: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let taps = self.table.index()[row * self.table.taps()..][..self.table.taps()].iter();
        taps.enumerate().filter(|&(_, &i)| i != Table::PAD).map(|(k, &i)| (k, i * self.n))
    }

    /// Number of output rows for inputs of `len` rows.
    fn rows(&self, len: usize) -> usize {
        len / self.table.sources() * self.table.rows()
    }
}

pub(super) fn gather<T: Tape<f32, Cpu>>(
    x: Matrix<Cpu, T>,
    table: &Table,
    fill: f32,
) -> Result<Matrix<Cpu, T>, CpuError> {
    let (x, mut tape) = x.split_tape();
    let &(len, n) = x.shape();
    let windows = Windows { table: table.clone(), n };
    let (rows, width) = (windows.rows(len), table.taps() * n);
    let values = read(&x)?;
    let mut out = buffer(x.device(), rows * width)?;
    if fill != 0.0 && table.is_padded() {
        out.fill(fill);
    }
    each_row(&mut out, width, |row, out| {
        let (sample, taps) = windows.window(&values, row);
        taps.for_each(|(k, i)| out[k * n..][..n].copy_from_slice(&sample[i..][..n]));
    });
    let y = tensor(x.device(), out, (rows * table.taps(), n))?;
    record(&mut tape, &x, &y, move |gx, gy| {
        let samples = gx.par_chunks_mut(windows.before());
        samples.zip(gy.par_chunks(windows.table.rows() * width)).for_each(|(gx, gy)| {
            for (row, gy) in gy.chunks_exact(width).enumerate() {
                windows.taps(row).for_each(|(k, i)| add(&mut gx[i..][..n], &gy[k * n..][..n]));
            }
        });
    });
    Ok(y.put_tape(tape))
}

pub(super) fn gather_max<T: Tape<f32, Cpu>>(
    x: Matrix<Cpu, T>,
    table: &Table,
) -> Result<Matrix<Cpu, T>, CpuError> {
    let (x, mut tape) = x.split_tape();
    let &(len, n) = x.shape();
    let windows = Windows { table: table.clone(), n };
    let rows = windows.rows(len);
    let values = read(&x)?;
    let mut out = buffer(x.device(), rows * n)?;
    let mut winners = vec![0u32; rows * n];
    let both = out.par_chunks_exact_mut(n).zip(winners.par_chunks_exact_mut(n));
    both.enumerate().for_each(|(row, (out, winners))| {
        let (sample, mut taps) = windows.window(&values, row);
        out.fill(f32::NEG_INFINITY);
        if let Some((k, i)) = taps.next() {
            out.copy_from_slice(&sample[i..][..n]);
            winners.fill(k as u32);
        }
        for (k, i) in taps {
            let lanes = out.iter_mut().zip(winners.iter_mut()).zip(&sample[i..][..n]);
            for ((best, winner), &x) in lanes {
                // Without branches, so that the lanes go together.
                let better = (x > *best) | x.is_nan();
                let mask = u32::from(better).wrapping_neg();
                *best = if better { x } else { *best };
                *winner = (mask & k as u32) | (!mask & *winner);
            }
        }
    });
    let y = tensor(x.device(), out, (rows, n))?;
    record(&mut tape, &x, &y, move |gx, gy| {
        let after = windows.after();
        let samples = gx.par_chunks_mut(windows.before()).zip(gy.par_chunks(after));
        samples.zip(winners.par_chunks(after)).for_each(|((gx, gy), winners)| {
            let rows = gy.chunks_exact(n).zip(winners.chunks_exact(n)).enumerate();
            for (row, (gy, winners)) in rows {
                let taps = &windows.table.index()[row * windows.table.taps()..];
                for (c, (gy, &winner)) in gy.iter().zip(winners).enumerate() {
                    if taps[winner as usize] != Table::PAD {
                        gx[taps[winner as usize] * n + c] += gy;
                    }
                }
            }
        });
    });
    Ok(y.put_tape(tape))
}

pub(super) fn gather_sum<T: Tape<f32, Cpu>>(
    x: Matrix<Cpu, T>,
    table: &Table,
    weights: &[f32],
) -> Result<Matrix<Cpu, T>, CpuError> {
    let (x, mut tape) = x.split_tape();
    let &(len, n) = x.shape();
    let windows = Windows { table: table.clone(), n };
    let rows = windows.rows(len);
    let values = read(&x)?;
    let mut out = buffer(x.device(), rows * n)?;
    each_row(&mut out, n, |row, out| {
        let (sample, taps) = windows.window(&values, row);
        let weights = &weights[row % table.rows() * table.taps()..];
        taps.for_each(|(k, i)| add_scaled(out, &sample[i..][..n], weights[k]));
    });
    let y = tensor(x.device(), out, (rows, n))?;
    let weights = weights.to_vec();
    record(&mut tape, &x, &y, move |gx, gy| {
        let samples = gx.par_chunks_mut(windows.before());
        samples.zip(gy.par_chunks(windows.after())).for_each(|(gx, gy)| {
            for (row, gy) in gy.chunks_exact(n).enumerate() {
                let weights = &weights[row * windows.table.taps()..];
                windows.taps(row).for_each(|(k, i)| add_scaled(&mut gx[i..][..n], gy, weights[k]));
            }
        });
    });
    Ok(y.put_tape(tape))
}

pub(super) fn depthwise<T: Tape<f32, Cpu>>(
    x: Matrix<Cpu, T>,
    kernel: Matrix<Cpu>,
    table: &Table,
) -> Result<Matrix<Cpu, T>, CpuError> {
    let (x, mut tape) = x.split_tape();
    let &(len, n) = x.shape();
    let windows = Windows { table: table.clone(), n };
    let rows = windows.rows(len);
    let (values, weights) = (read(&x)?, read(&kernel)?);
    let mut out = buffer(x.device(), rows * n)?;
    each_row(&mut out, n, |row, out| {
        let (sample, taps) = windows.window(&values, row);
        taps.for_each(|(k, i)| add_product(out, &sample[i..][..n], &weights[k * n..][..n]));
    });
    let y = tensor(x.device(), out, (rows, n))?;
    let (gx, gk, gy) = (gradient(&x), gradient(&kernel), gradient(&y));
    tape.add_backward_op(move |gradients| {
        let (x, weights) = (read(&x)?, read(&kernel)?);
        let upstream = std::mem::take(&mut **gy(gradients)?);
        let (before, after) = (windows.before(), windows.after());
        let samples = gx(gradients)?.par_chunks_mut(before).zip(x.par_chunks(before));
        let zeros = || vec![0.0; weights.len()];
        let sum = samples
            .zip(upstream.par_chunks(after))
            .fold(zeros, |mut gk, ((gx, x), gy)| {
                for (row, gy) in gy.chunks_exact(n).enumerate() {
                    for (k, i) in windows.taps(row) {
                        add_product(&mut gx[i..][..n], gy, &weights[k * n..][..n]);
                        add_product(&mut gk[k * n..][..n], gy, &x[i..][..n]);
                    }
                }
                gk
            })
            .reduce(zeros, |mut a, b| {
                add(&mut a, &b);
                a
            });
        add(gk(gradients)?, &sum);
        **gy(gradients)? = upstream;
        Ok(())
    });
    Ok(y.put_tape(tape))
}
