use super::values::Values;
use crate::kernels::lanes::total;
use crate::kernels::pieces::unit;
use crate::kernels::{Io, Kernel, Place};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// Normalises each row, then scales and shifts it.
#[derive(Debug)]
pub struct RowNorm {
    isa: Isa,
    rows: usize,
    channels: usize,
    epsilon: f64,
    scale: Values,
    shift: Values,
}

impl RowNorm {
    /// For that many rows and channels, with a factor and a shift for each channel.
    pub fn new(
        isa: Isa,
        [rows, channels]: [usize; 2],
        epsilon: f64,
        [scale, shift]: [Values; 2],
    ) -> Self {
        RowNorm { isa, rows, channels, epsilon, scale, shift }
    }
}

impl Kernel for RowNorm {
    fn name(&self) -> String {
        "norm of rows".to_owned()
    }

    fn bytes(&self) -> usize {
        self.scale.bytes() + self.shift.bytes()
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        for rows in member.take(self.rows, unit(self.channels)) {
            // SAFETY: rows of the tensors; each is one member's.
            unsafe {
                let [from, to] = [io.inputs[0], io.output].map(|place| place.at(rows.start, 0));
                let all = Rows {
                    from,
                    to,
                    scale: self.scale.first(io),
                    shift: self.shift.first(io),
                    epsilon: self.epsilon,
                    rows: rows.len(),
                    count: self.channels,
                };
                norm_rows(self.isa, all);
            }
        }
    }
}

/// Rows to read and write, and what they are scaled and shifted by.
#[derive(Clone, Copy, Debug)]
struct Rows {
    from: Place,
    to: Place,
    scale: *const f32,
    shift: *const f32,
    epsilon: f64,
    rows: usize,
    count: usize,
}

/// The mean of a row, and 1 over its deviation.
///
/// # Safety
/// The row is there.
#[inline(always)]
pub(crate) unsafe fn row_moments<S: Simd>(
    row: *const f32,
    count: usize,
    epsilon: f64,
) -> (f32, f32) {
    // SAFETY: the caller's.
    unsafe {
        let mean = (total!(S, row, count, 0.0, |x| x) / count as f64) as f32;
        let at = S::splat(mean);
        let squares = total!(S, row, count, mean, |x| {
            let off = S::sub(x, at);
            S::mul(off, off)
        });
        (mean, (1.0 / (squares / count as f64 + epsilon).sqrt()) as f32)
    }
}

/// # Safety
/// The rows are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn norm<S: Simd>(all: Rows) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let Rows { scale, shift, rows, count, .. } = all;
        for row in 0..rows {
            let (from, to) = (all.from.row(row).cast_const(), all.to.row(row));
            let (mean, factor) = row_moments::<S>(from, count, all.epsilon);
            let (at, factor) = (S::splat(mean), S::splat(factor));
            macro_rules! normal {
                ($x:expr, $scale:expr, $shift:expr) => {
                    S::fma(S::mul(S::sub($x, at), factor), $scale, $shift)
                };
            }
            let mut i = 0;
            while i + S::LANES <= count {
                let (scale, shift) = (S::load(scale.add(i)), S::load(shift.add(i)));
                S::store(to.add(i), normal!(S::load(from.add(i)), scale, shift));
                i += S::LANES;
            }
            let rest = count - i;
            if rest > 0 {
                let scale = S::load_first(scale.add(i), rest);
                let shift = S::load_first(shift.add(i), rest);
                let x = S::load_first(from.add(i), rest);
                S::store_first(to.add(i), normal!(x, scale, shift), rest);
            }
        }
    }
}

kernel! {
    /// Normalises rows.
    fn norm_rows(all: Rows) = norm;
}
