//! Sums, means and largest values along axes.

mod largest;
mod products;
mod rows;
#[cfg(test)]
mod tests;

use formwork_ir::Axes;
use formwork_ir::layers::{ReduceMax, ReduceMean, ReduceSum};

pub use largest::LargestGradient;
use products::{Products, products_down, products_line};
use rows::{Down, Line, reduce_down, reduce_line};

use super::{Io, Kernel, Lower, Place, Site};
use crate::simd::Isa;
use crate::team::Member;

/// A reduction along axes.
#[derive(Debug)]
pub struct Reduce {
    isa: Isa,
    largest: bool,
    /// Whether what is summed is each value times that of a second tensor of the same sizes.
    products: bool,
    /// Applied to a sum.
    factor: f64,
    /// Length of the input's rows and the output's.
    channels: [usize; 2],
    /// Whether rows are reduced, each to a value.
    along: bool,
    /// The other axes that stay: size, and rows of the input from one to the next.
    kept: Vec<[usize; 2]>,
    /// The others that do not.
    reduced: Vec<[usize; 2]>,
}

/// How many channels are reduced at a time.
const BLOCK: usize = 64;

impl Reduce {
    /// Sums along a layer's axes, times a factor of how many values that are, or the largest values.
    fn new(site: &Site, axes: &Axes, largest: bool, factor: impl Fn(usize) -> f64) -> Self {
        let (input, output) = (site.inputs[0], site.output);
        let axes: Vec<_> = axes.0.iter().filter_map(|axis| axis.index(input.len())).collect();
        let factor = factor(axes.iter().map(|axis| input[*axis]).product());
        let reduce = Reduce::over(site.isa, input, output[output.len() - 1], &axes);
        Reduce { largest, factor, ..reduce }
    }

    /// Sums of a tensor of sizes `input` along the axes that are 1 in `output`.
    pub fn sums(isa: Isa, input: &[usize], output: &[usize]) -> Self {
        let axes: Vec<_> = (0..input.len()).filter(|&axis| input[axis] != output[axis]).collect();
        Reduce::over(isa, input, output[output.len() - 1], &axes)
    }

    /// The same of products, value by value, with a second tensor of the same sizes.
    pub fn of_products(self) -> Self {
        Reduce { products: true, ..self }
    }

    /// Sums along axes, to rows of so many values.
    fn over(isa: Isa, input: &[usize], channels: usize, axes: &[usize]) -> Self {
        let last = input.len() - 1;
        let pick = |reduced: bool| {
            let mut own: Vec<[usize; 2]> = Vec::new();
            for axis in (0..last).filter(|axis| axes.contains(axis) == reduced) {
                let step = input[axis + 1..last].iter().product();
                match own.last_mut() {
                    Some([count, outer]) if *outer == step * input[axis] => {
                        (*count, *outer) = (*count * input[axis], step);
                    }
                    _ => own.push([input[axis], step]),
                }
            }
            own
        };
        Reduce {
            isa,
            largest: false,
            products: false,
            factor: 1.0,
            channels: [input[last], channels],
            along: axes.contains(&last),
            kept: pick(false),
            reduced: pick(true),
        }
    }

    /// Calls `each` with the rows that are reduced to one: the first of those that are as far from
    /// each other, how far, and how many.
    fn rows(&self, first: usize, mut each: impl FnMut(usize, usize, usize)) {
        let Some((&[count, step], outer)) = self.reduced.split_last() else {
            return each(first, 0, 1);
        };
        for i in 0..outer.iter().map(|[count, _]| count).product() {
            each(first + spot(outer, i), step, count);
        }
    }

    /// Number of results, but for the channels.
    fn results(&self) -> usize {
        self.kept.iter().map(|[count, _]| count).product()
    }

    /// Rows of both inputs, from one on, and a range of their channels.
    ///
    /// # Safety
    /// The inputs have them.
    unsafe fn pairs(
        &self,
        io: &Io,
        [first, step, rows]: [usize; 3],
        [channel, count]: [usize; 2],
    ) -> Products {
        let pick = |place: Place| {
            // SAFETY: the caller's.
            let Place { first, stride } = unsafe { place.at(first, channel) };
            Place { first, stride: step * stride }
        };
        Products { left: pick(io.inputs[0]), right: pick(io.inputs[1]), rows, count }
    }

    /// Reduces rows to one, a block of channels at a time.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn down(&self, io: &Io, member: &Member) {
        let channels = self.channels[0];
        let blocks = channels.div_ceil(BLOCK);
        for result in member.take(self.results() * blocks, 1).flatten() {
            let (row, channel) = (result / blocks, result % blocks * BLOCK);
            let count = BLOCK.min(channels - channel);
            let mut totals = [if self.largest { f32::NEG_INFINITY } else { 0.0 }; BLOCK];
            self.rows(spot(&self.kept, row), |first, step, rows| {
                let totals = totals.as_mut_ptr();
                // SAFETY: rows of the inputs, and as many totals as channels.
                unsafe {
                    if self.products {
                        let all = self.pairs(io, [first, step, rows], [channel, count]);
                        return products_down(self.isa, all, totals);
                    }
                    let Place { first, stride } = io.inputs[0].at(first, channel);
                    let (from, step, largest) = (first, step * stride, self.largest);
                    reduce_down(self.isa, Down { from, step, rows, count, totals, largest });
                }
            });
            // SAFETY: a block of a row of the output, this member's.
            let to =
                unsafe { std::slice::from_raw_parts_mut(io.output.row(row).add(channel), count) };
            for (to, total) in to.iter_mut().zip(totals) {
                *to = (f64::from(total) * self.factor) as f32;
            }
        }
    }

    /// Reduces rows to a value.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn along(&self, io: &Io, member: &Member) {
        let [count, channels] = self.channels;
        for result in member.take(self.results(), 1).flatten() {
            let mut total = if self.largest { f64::NEG_INFINITY } else { 0.0 };
            self.rows(spot(&self.kept, result), |first, step, rows| {
                // SAFETY: rows of the inputs.
                unsafe {
                    if self.products {
                        let all = self.pairs(io, [first, step, rows], [0, count]);
                        return products_line(self.isa, all, &mut total);
                    }
                    let Place { first: from, stride } = io.inputs[0].at(first, 0);
                    let (step, largest) = (step * stride, self.largest);
                    reduce_line(self.isa, Line { from, step, rows, count, largest }, &mut total);
                }
            });
            // SAFETY: a value of the output, this member's.
            unsafe {
                let to = io.output.row(result / channels).add(result % channels);
                *to = (total * self.factor) as f32;
            }
        }
    }
}

/// The row that a position along axes is, counted through from the last axis.
fn spot(axes: &[[usize; 2]], mut position: usize) -> usize {
    let mut row = 0;
    for [count, step] in axes.iter().rev() {
        row += position % count * step;
        position /= count;
    }
    row
}

impl Kernel for Reduce {
    fn name(&self) -> String {
        let what = match (self.largest, self.products) {
            (true, _) => "largest",
            (false, true) => "sum of products",
            (false, false) => "sum",
        };
        format!("{what} {}", if self.along { "along rows" } else { "of rows" })
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        // SAFETY: the caller's.
        unsafe {
            match self.along {
                true => self.along(io, member),
                false => self.down(io, member),
            }
        }
    }
}

impl Lower for ReduceMean {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        Box::new(Reduce::new(site, &self.axis, false, |count| 1.0 / count as f64))
    }
}

impl Lower for ReduceSum {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        Box::new(Reduce::new(site, &self.axis, false, |_| 1.0))
    }
}

impl Lower for ReduceMax {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        Box::new(Reduce::new(site, &self.axis, true, |_| 1.0))
    }
}
