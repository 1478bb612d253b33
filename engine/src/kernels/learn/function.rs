use super::slope::slope_rows;
use crate::kernels::lanes::vectors;
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
                            slope_rows(
                                self.isa,
                                function,
                                [dy, x].map(|at| at.cast_const()),
                                to,
                                count,
                            );
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
        vectors!(S, count, |i, load, store| {
            let (x, dy) = (load(x.add(i)), load(dy.add(i)));
            let above = S::select_less(low, x, dy, zero);
            store(to.add(i), S::select_less(x, high, above, zero));
        });
    }
}

kernel! {
    /// Gradients where the input lies between two values.
    fn pass(from: [*mut f32; 2], to: *mut f32, count: usize, range: [f32; 2]) = between;
}

#[cfg(test)]
mod tests {
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, Numbers, cases, check};
    use crate::kernels::learn::derivative::derivative;

    const FUNCTIONS: &[Function] = &[
        Function::Clamp { low: -0.5, high: 2.0 },
        Function::Clamp { low: 0.0, high: f32::INFINITY },
        Function::Relu { most: 2.0, below_most: 2.0f32.next_down(), slope: 0.1, threshold: -1.0 },
        Function::LeakyRelu { slope: 0.2 },
        Function::Elu { alpha: 1.5, scale: 1.1 },
        Function::Gelu,
        Function::GeluTanh,
        Function::Silu,
        Function::Sigmoid,
        Function::Tanh,
        Function::Softplus,
        Function::HardSigmoid,
        Function::HardSwish,
        Function::Mish,
        Function::Affine { scale: -0.7, offset: 3.0 },
    ];

    proptest! {
        #![proptest_config(cases(20))]
        #[test]
        fn gradients_are_derivatives(
            rows in 1..20usize, channels in 1..60usize, wide in 0.1..120f64, seed: u64,
        ) {
            let mut numbers = Numbers::new(seed);
            let mut array = |scale: f64| numbers.array(&[rows, channels]).map(|x| scale * x);
            let (dy, x) = (array(1.0), array(wide).map(|x| f64::from(x as f32)));
            for &function in FUNCTIONS {
                let slopes = x.map(|x| derivative(function, x as f32).into());
                let expect = Array::broadcast(&[dy.clone(), slopes], |a, b| a * b);
                check(Case::of(vec![dy.clone(), x.clone()], vec![], expect).within(1e-6), |isa, _| {
                    Box::new(FunctionGradient { isa, function, rows, channels })
                });
            }
        }
    }

    /// Values on the edges, and far beyond.
    #[test]
    fn edges_have_the_slopes_of_their_sides() {
        let edges = [-3.0, -1.0, -0.5, 0.0, 2.0, 3.0, 1e30, -1e30];
        let (x, dy) = (Array::new(&[1, 8], edges.to_vec()), Array::new(&[1, 8], vec![1.0; 8]));
        for &function in FUNCTIONS.iter().filter(|function| function.clamp().is_none()) {
            let expect = x.map(|x| derivative(function, x as f32).into());
            check(Case::of(vec![dy.clone(), x.clone()], vec![], expect).within(1e-6), |isa, _| {
                Box::new(FunctionGradient { isa, function, rows: 1, channels: 8 })
            });
        }
    }
}
