use formwork_ir::Interpolation;
use formwork_ir::resample::source;

use crate::kernels::lanes::vectors;
use crate::kernels::{Image, Io, Kernel, Place, Scratch};
use crate::simd::{Isa, Simd, kernel};
use crate::team::Member;

/// The gradient of images that are made larger or smaller: of `(gradient of the output)`.
#[derive(Debug)]
pub struct ResizeGradient {
    isa: Isa,
    image: Image,
    /// Height and width of the output.
    size: [usize; 2],
    /// The output's rows that each row of the input has a share in, and columns.
    taps: [Vec<Vec<Tap>>; 2],
}

/// A row or column of the output, and an input's share in it.
#[derive(Clone, Copy, Debug)]
struct Tap {
    at: usize,
    weight: f32,
}

impl ResizeGradient {
    /// Of images that were resized to that height and width.
    pub fn new(
        isa: Isa,
        image: Image,
        size: [usize; 2],
        interpolation: Interpolation,
        align_corners: bool,
    ) -> Self {
        let taps = |inputs: usize, outputs: usize| {
            let mut taps = vec![Vec::new(); inputs];
            for at in 0..outputs {
                let from = source(at, inputs, outputs, interpolation, align_corners);
                let shares = [(from.low, 1.0 - from.weight), (from.high, from.weight)];
                for (input, weight) in shares.into_iter().filter(|(_, weight)| *weight != 0.0) {
                    taps[input].push(Tap { at, weight: weight as f32 });
                }
            }
            taps
        };
        let taps = [taps(image.height, size[0]), taps(image.width, size[1])];
        ResizeGradient { isa, image, size, taps }
    }
}

impl Kernel for ResizeGradient {
    fn name(&self) -> String {
        "gradient of images of another size".to_owned()
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: 0, own: self.size[1] * self.image.channels }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (Image { batch, height, width, channels }, [rows, columns]) = (self.image, self.size);
        for row in member.take(batch * height, 1).flatten() {
            // SAFETY: rows of pixels of the tensors, each one member's, and its own scratch memory.
            unsafe {
                let line = Line {
                    dy: io.inputs[0].at(row / height * rows * columns, 0),
                    to: io.output.at(row * width, 0),
                    sums: io.scratch.add(self.scratch().own(member)),
                    columns,
                    channels,
                    down: &self.taps[0][row % height],
                    across: &self.taps[1],
                };
                make_line(self.isa, &line);
            }
        }
    }
}

/// A row of pixels, and what it has a share in.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    /// The image of the gradient.
    dy: Place,
    to: Place,
    /// Room for a row of the gradient's pixels.
    sums: *mut f32,
    columns: usize,
    channels: usize,
    down: &'a [Tap],
    across: &'a [Vec<Tap>],
}

/// The sum of rows of the gradient, then of its pixels.
///
/// # Safety
/// The pixels are there.
#[inline(always)]
unsafe fn make<S: Simd>(line: &Line<'_>) {
    // SAFETY: the caller's; no more values of a pixel than it has.
    unsafe {
        let Line { dy, to, sums, columns, channels, down, across } = *line;
        std::slice::from_raw_parts_mut(sums, columns * channels).fill(0.0);
        for tap in down {
            let weight = S::splat(tap.weight);
            for x in 0..columns {
                let (from, sum) = (dy.row(tap.at * columns + x), sums.add(x * channels));
                vectors!(S, channels, |i, load, store| {
                    let before = load(sum.add(i));
                    store(sum.add(i), S::fma(load(from.add(i)), weight, before));
                });
            }
        }
        for (x, taps) in across.iter().enumerate() {
            vectors!(S, channels, |i, load, store| {
                let mut sum = S::splat(0.0);
                for tap in taps {
                    let from = load(sums.add(tap.at * channels + i));
                    sum = S::fma(from, S::splat(tap.weight), sum);
                }
                store(to.row(x).add(i), sum);
            });
        }
    }
}

kernel! {
    /// Makes a row of pixels.
    fn make_line(line: &Line<'_>) = make;
}

#[cfg(test)]
mod tests {
    use formwork_ir::Extent;
    use formwork_ir::layers::Resize2d;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, cases, check};
    use crate::kernels::slopes::Slopes;

    proptest! {
        #![proptest_config(cases(60))]
        #[test]
        fn gradients_of_resized_images_are_differences(
            batch in 1..3usize, [height, width] in [1..5usize, 1..5], channels in 1..12usize,
            size in [1..9usize, 1..9], nearest: bool, align: bool, seed: u64,
        ) {
            let how = if nearest { Interpolation::Nearest } else { Interpolation::Bilinear };
            let align = align && !nearest;
            let layer =
                Resize2d { size: Extent::from(size), interpolation: how, align_corners: align };
            let sizes = [batch, height, width, channels];
            let of = Slopes::new(layer, &[&sizes], seed).expect("it fits");
            let case = Case::of(vec![of.dy], vec![], of.gradients[0].clone());
            check(case, |isa, _| {
                Box::new(ResizeGradient::new(isa, Image::new(sizes), size, how, align))
            });
        }
    }
}
