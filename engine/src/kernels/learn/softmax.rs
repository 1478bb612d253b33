use crate::kernels::function::math;
use crate::kernels::lanes::{sum_of, vectors};
use crate::kernels::pieces::unit;
use crate::kernels::{Io, Kernel, Place};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of what a softmax is applied to, of `(gradient of the output, output)`:
/// `y · (dy - Σ dy·y)`; of its logarithm, `dy - eʸ · Σ dy`.
#[derive(Clone, Copy, Debug)]
pub struct SoftmaxGradient {
    isa: Isa,
    logarithm: bool,
    outer: usize,
    /// Length of the axis.
    length: usize,
    /// Rows from one of its positions to the next; none where the axis is that of the channels.
    inner: Option<usize>,
    channels: usize,
}

impl SoftmaxGradient {
    /// For tensors of those sizes, along one of their axes.
    pub fn new(isa: Isa, logarithm: bool, dims: &[usize], axis: usize) -> Self {
        let last = dims.len() - 1;
        let inner = (axis < last).then(|| dims[axis + 1..last].iter().product());
        let (outer, length) = (dims[..axis].iter().product(), dims[axis]);
        SoftmaxGradient { isa, logarithm, outer, length, inner, channels: dims[last] }
    }
}

/// Tensors from a row on.
#[derive(Clone, Copy, Debug)]
struct Rows {
    dy: Place,
    y: Place,
    to: Place,
}

impl Kernel for SoftmaxGradient {
    fn name(&self) -> String {
        format!("gradient of a {}softmax", if self.logarithm { "log " } else { "" })
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let SoftmaxGradient { isa, logarithm, outer, length, inner, channels } = *self;
        let at = |row: usize| {
            // SAFETY: a row of the tensors.
            let [dy, y, to] =
                unsafe { [io.inputs[0], io.inputs[1], io.output].map(|place| place.at(row, 0)) };
            Rows { dy, y, to }
        };
        // SAFETY: rows of the tensors, those read and written the same or apart; each is one
        // member's.
        unsafe {
            match inner {
                None => {
                    for rows in member.take(outer, unit(channels)) {
                        rows_gradient(isa, at(rows.start), rows.len(), channels, logarithm);
                    }
                }
                Some(inner) => {
                    for row in member.take(outer * inner, unit(length * channels)).flatten() {
                        let first = row / inner * length * inner + row % inner;
                        let sizes = [length, inner, channels];
                        columns_gradient(isa, at(first), sizes, logarithm);
                    }
                }
            }
        }
    }
}

/// The share of a total in a value's gradient, and the gradient: of `y`, `dy` and the total.
macro_rules! less {
    ($S:ident, $logarithm:ident, $y:expr, $dy:expr, $total:ident) => {{
        let (y, dy) = ($y, $dy);
        match $logarithm {
            true => $S::sub(dy, $S::mul(math::exp::<$S>(y), $total)),
            false => $S::mul(y, $S::sub(dy, $total)),
        }
    }};
}

/// # Safety
/// The rows are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn along_rows<S: Simd>(all: Rows, rows: usize, count: usize, logarithm: bool) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        for row in 0..rows {
            let [dy, y] = [all.dy, all.y].map(|at| at.row(row).cast_const());
            let total = match logarithm {
                true => sum_of!(S, count, |load| load(dy)),
                false => sum_of!(S, count, |load| S::mul(load(dy), load(y))),
            };
            let (total, to) = (S::splat(total as f32), all.to.row(row));
            vectors!(S, count, |i, load, store| {
                store(to.add(i), less!(S, logarithm, load(y.add(i)), load(dy.add(i)), total));
            });
        }
    }
}

kernel! {
    /// Gradients along rows.
    fn rows_gradient(all: Rows, rows: usize, count: usize, logarithm: bool) = along_rows;
}

/// # Safety
/// Rows `step` apart are there, `length` of them; those read and written are the same or apart.
#[inline(always)]
unsafe fn along_columns<S: Simd>(all: Rows, [length, step, count]: [usize; 3], logarithm: bool) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        vectors!(S, count, |i, load, store| {
            let mut total = S::splat(0.0);
            for j in 0..length {
                let dy = load(all.dy.row(j * step).add(i));
                total = match logarithm {
                    true => S::add(total, dy),
                    false => S::fma(dy, load(all.y.row(j * step).add(i)), total),
                };
            }
            for j in 0..length {
                let [dy, y] = [all.dy, all.y].map(|at| load(at.row(j * step).add(i)));
                store(all.to.row(j * step).add(i), less!(S, logarithm, y, dy, total));
            }
        });
    }
}

kernel! {
    /// Gradients along rows that lie apart.
    fn columns_gradient(all: Rows, sizes: [usize; 3], logarithm: bool) = along_columns;
}

#[cfg(test)]
mod tests {
    use formwork_ir::layers::{LogSoftmax, Softmax};
    use formwork_ir::{Axis, Op};
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, cases, check};
    use crate::kernels::slopes::Slopes;

    proptest! {
        #![proptest_config(cases(60))]
        #[test]
        fn gradients_of_softmaxes_are_differences(
            dims in prop::collection::vec(1..4usize, 1..3), channels in 1..50usize,
            axis in 1..3usize, logarithm: bool, seed: u64,
        ) {
            let dims = [dims, vec![channels]].concat();
            let axis = axis.min(dims.len() - 1);
            let along = Axis(axis as isize);
            let layer: Op = match logarithm {
                true => LogSoftmax::new().axis(along).into(),
                false => Softmax::new().axis(along).into(),
            };
            let of = Slopes::new(layer, &[&dims], seed).expect("it fits");
            let case = Case::of(vec![of.dy, of.output], vec![], of.gradients[0].clone());
            check(case, |isa, _| Box::new(SoftmaxGradient::new(isa, logarithm, &dims, axis)));
        }
    }
}
