use formwork_ir::Axes;

use super::{BLOCK, Reduce, spot};
use crate::kernels::lanes::vectors;
use crate::kernels::{Io, Kernel, Place};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of that whose largest values along axes are taken: of
/// `(gradient of the output, input, output)`. Of equal values the first has it.
#[derive(Debug)]
pub struct LargestGradient(Reduce);

impl LargestGradient {
    /// For a layer of inputs and outputs of those sizes, along axes.
    pub fn new(isa: Isa, input: &[usize], output: &[usize], axes: &Axes) -> Self {
        let axes: Vec<_> = axes.0.iter().filter_map(|axis| axis.index(input.len())).collect();
        LargestGradient(Reduce::over(isa, input, output[output.len() - 1], &axes))
    }

    /// Of rows that are reduced to one, a block of channels at a time.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn down(&self, io: &Io, member: &Member) {
        let of = &self.0;
        let channels = of.channels[0];
        let blocks = channels.div_ceil(BLOCK);
        for result in member.take(of.results() * blocks, 1).flatten() {
            let (row, channel) = (result / blocks, result % blocks * BLOCK);
            let count = BLOCK.min(channels - channel);
            let mut left = [0.0; BLOCK];
            // SAFETY: rows of the tensors; those of a block of a result are one member's.
            unsafe {
                let dy = io.inputs[0].row(row).add(channel);
                left[..count].copy_from_slice(std::slice::from_raw_parts(dy, count));
                let largest = io.inputs[2].row(row).add(channel);
                of.rows(spot(&of.kept, row), |first, step, rows| {
                    let rows_of = |place: Place| {
                        let Place { first, stride } = place.at(first, channel);
                        Place { first, stride: step * stride }
                    };
                    let (x, to) = (rows_of(io.inputs[1]), rows_of(io.output));
                    give_down(of.isa, [x, to], [rows, count], largest, left.as_mut_ptr());
                });
            }
        }
    }

    /// Of rows that are reduced to a value.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn along(&self, io: &Io, member: &Member) {
        let of = &self.0;
        let [count, channels] = of.channels;
        for result in member.take(of.results(), 1).flatten() {
            // SAFETY: values of the tensors; what goes into a result is one member's.
            unsafe {
                let value = |place: Place| *place.row(result / channels).add(result % channels);
                let (mut left, largest) = (value(io.inputs[0]), value(io.inputs[2]));
                of.rows(spot(&of.kept, result), |first, step, rows| {
                    for row in (0..rows).map(|row| first + row * step) {
                        let (x, to) = (io.inputs[1].row(row), io.output.row(row));
                        for i in 0..count {
                            let less = *x.add(i) < largest;
                            *to.add(i) = if less { 0.0 } else { std::mem::take(&mut left) };
                        }
                    }
                });
            }
        }
    }
}

impl Kernel for LargestGradient {
    fn name(&self) -> String {
        format!("gradient of the largest {}", if self.0.along { "along rows" } else { "of rows" })
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        // SAFETY: the caller's.
        unsafe {
            match self.0.along {
                true => self.along(io, member),
                false => self.down(io, member),
            }
        }
    }
}

/// # Safety
/// The rows are there, and for each channel the largest value and what is left of its gradient.
#[inline(always)]
unsafe fn give<S: Simd>(
    [x, to]: [Place; 2],
    [rows, count]: [usize; 2],
    largest: *const f32,
    left: *mut f32,
) {
    // SAFETY: the caller's; no more values of a row than it has.
    unsafe {
        let zero = S::splat(0.0);
        vectors!(S, count, |i, load, store| {
            let (mut rest, largest) = (load(left.add(i)), load(largest.add(i)));
            for row in 0..rows {
                let x = load(x.row(row).add(i));
                store(to.row(row).add(i), S::select_less(x, largest, zero, rest));
                rest = S::select_less(x, largest, rest, zero);
            }
            store(left.add(i), rest);
        });
    }
}

kernel! {
    /// Gives what is left of gradients to the first rows that are the largest.
    fn give_down(
        of: [Place; 2], sizes: [usize; 2], largest: *const f32, left: *mut f32,
    ) = give;
}
