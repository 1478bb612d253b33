use super::derivative::derivative;
use crate::kernels::pieces::{joined, pieces};
use crate::kernels::{Function, Io, Kernel, Place};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of what a function is applied to: of `(gradient of the output, input)`.
#[derive(Clone, Copy, Debug)]
pub struct FunctionGradient {
    /// The instruction set.
    pub isa: Isa,
    /// The function.
    pub function: Function,
    /// Rows of the tensors.
    pub rows: usize,
    /// Values in a row.
    pub channels: usize,
}

impl Kernel for FunctionGradient {
    fn name(&self) -> String {
        "gradient of a function".to_owned()
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        pieces(member, self.rows, self.channels, |rows, channels| {
            // SAFETY: rows of the tensors.
            let [dy, x, to] = unsafe {
                [io.inputs[0], io.inputs[1], io.output].map(|at| at.at(rows.start, channels.start))
            };
            let strides = [dy, x, to].map(|at| at.stride);
            let (rows, count) = joined(rows.len(), channels.len(), strides);
            for row in 0..rows {
                // SAFETY: as above.
                unsafe {
                    let [dy, x, to] = [dy, x, to].map(|at: Place| at.row(row));
                    match self.function {
                        Function::Clamp { low, high } => {
                            // `relu` has no slope at 0; other edges have one.
                            let relu = (low, high) == (0.0, f32::INFINITY);
                            let low = if relu { 0.0 } else { low.next_down() };
                            pass(self.isa, [dy, x], to, count, [low, high.next_up()]);
                        }
                        function => {
                            for i in 0..count {
                                *to.add(i) = *dy.add(i) * derivative(function, *x.add(i));
                            }
                        }
                    }
                }
            }
        });
    }
}

/// # Safety
/// The values are there; those read and written are the same or apart.
#[inline(always)]
unsafe fn between<S: Simd>(
    [dy, x]: [*mut f32; 2],
    to: *mut f32,
    count: usize,
    [low, high]: [f32; 2],
) {
    // SAFETY: the caller's.
    unsafe {
        let (low, high, zero) = (S::splat(low), S::splat(high), S::splat(0.0));
        let mut i = 0;
        while i < count {
            let left = S::LANES.min(count - i);
            let (x, dy) = match left == S::LANES {
                true => (S::load(x.add(i)), S::load(dy.add(i))),
                false => (S::load_first(x.add(i), left), S::load_first(dy.add(i), left)),
            };
            let above = S::select_less(low, x, dy, zero);
            let passed = S::select_less(x, high, above, zero);
            match left == S::LANES {
                true => S::store(to.add(i), passed),
                false => S::store_first(to.add(i), passed, left),
            }
            i += left;
        }
    }
}

kernel! {
    /// Gradients where the input lies between two values.
    fn pass(from: [*mut f32; 2], to: *mut f32, count: usize, range: [f32; 2]) = between;
}
