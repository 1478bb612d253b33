//! Transposed convolutions as matrix products.
//!
//! Outputs a stride apart are made by the same positions of the kernel, each of one input pixel: they
//! are a phase, and each phase is a product by itself. Of a 2×2 kernel with stride 2 there are four,
//! each a 1×1 convolution.

use formwork_ir::layers::Conv2dTranspose;
use formwork_ir::window::Transposed;

use super::cursor::Cursor;
use super::gemm::Table;
use super::matrix::Matrix;
use super::{Finish, Image, Io, Kernel, Lower, Site};
use crate::Buffer;
use crate::team::Member;

/// A transposed convolution.
#[derive(Debug)]
pub struct TransposedConv {
    image: Image,
    /// Height and width of the output.
    output: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    finish: Finish,
    phases: Vec<([Phase; 2], Matrix)>,
    /// What is read where a position of the kernel has no pixel.
    zeros: Buffer,
}

/// Outputs along an axis that are made alike.
#[derive(Clone, Debug)]
struct Phase {
    /// The first of them.
    first: usize,
    /// Number of them.
    count: usize,
    /// The kernel's positions that reach them, and the pixel that each has for the first.
    taps: Vec<(usize, isize)>,
}

/// The phases along an axis.
fn phases(of: Transposed, kernel: usize, stride: usize, dilation: usize) -> Vec<Phase> {
    let phase = |first: usize| {
        let natural = first as isize + of.crop[0];
        let tap = |i: usize| {
            let step = natural - (i * dilation) as isize;
            (step % stride as isize == 0).then_some((i, step / stride as isize))
        };
        let taps = (0..kernel).filter_map(tap).collect();
        Phase { first, count: (of.outputs - first).div_ceil(stride), taps }
    };
    (0..stride.min(of.outputs)).map(phase).collect()
}

impl Lower for Conv2dTranspose {
    const FINISHES: bool = true;

    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let image = site.image();
        let &[_, height, width, filters] = site.output else { unreachable!("an output is images") };
        let geometry = self.geometry([image.height, image.width]);
        let geometry = geometry.map(|axis| axis.expect("a shape rule checked that there is one"));
        let [down, across] =
            [0, 1].map(|a| phases(geometry[a], self.kernel[a], self.stride[a], self.dilation[a]));
        let zeros = vec![0.0; filters];
        let (kernel, bias) = (site.params[0], site.params.get(1).copied().unwrap_or(&zeros));
        let make = |y: &Phase, x: &Phase| {
            let taps = y.taps.iter().flat_map(|y| x.taps.iter().map(|x| (y.0, x.0)));
            let taps: Vec<_> = taps.map(|(i, j)| i * self.kernel[1] + j).collect();
            let value = |row: usize, filter: usize| {
                let (tap, channel) = (row / image.channels, row % image.channels);
                taps.get(tap)
                    .map_or(0.0, |tap| kernel[(tap * filters + filter) * image.channels + channel])
            };
            // Where nothing reaches, a product with zeros is as good as none.
            let depth = (taps.len() * image.channels).max(1);
            let rows = image.batch * y.count * x.count;
            let matrix = Matrix::new(site.isa, rows, [depth, filters], value, bias);
            ([y.clone(), x.clone()], matrix)
        };
        let phases = down.iter().flat_map(|y| across.iter().map(move |x| make(y, x)));
        Box::new(TransposedConv {
            image,
            output: [height, width],
            kernel: self.kernel,
            stride: self.stride,
            finish: site.finish,
            phases: phases.collect(),
            zeros: Buffer::zeros(image.channels),
        })
    }
}

impl Kernel for TransposedConv {
    fn name(&self) -> String {
        let [h, w] = self.kernel;
        format!("transposed {h}×{w} as {} products", self.phases.len())
    }

    fn bytes(&self) -> usize {
        self.phases.iter().map(|(_, matrix)| matrix.bytes()).sum()
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let TransposedConv { image, output, stride, finish, .. } = self;
        let pixel = |of: usize, [y, x]: [isize; 2]| {
            let inside = |at: isize, end: usize| usize::try_from(at).ok().filter(|at| *at < end);
            match (inside(y, image.height), inside(x, image.width)) {
                (Some(y), Some(x)) => {
                    // SAFETY: a pixel of the input.
                    unsafe { io.inputs[0].row((of * image.height + y) * image.width + x) }
                }
                _ => self.zeros.as_ptr().cast_mut(),
            }
        };
        for ([down, across], matrix) in &self.phases {
            let segments = (down.taps.len() * across.taps.len()).max(1);
            let mut product = matrix.product(segments, image.batch * down.count * across.count);
            product.residual = finish.residual;
            (product.low, product.high) = (finish.low, finish.high);
            let at = Cursor::default();
            let fill = |row: usize, i: usize, table: &mut Table| {
                let [of, y, x] = at.of(row, [down.count, across.count]);
                let to = [down.first + y * stride[0], across.first + x * stride[1]];
                let to = (of * output[0] + to[0]) * output[1] + to[1];
                // SAFETY: pixels of the tensors.
                unsafe {
                    table.to[i] = io.output.row(to);
                    if finish.residual {
                        table.plus[i] = io.inputs[io.inputs.len() - 1].row(to);
                    }
                }
                table.from[i] = self.zeros.as_ptr();
                let mut segment = 0;
                for (_, down) in &down.taps {
                    for (_, across) in &across.taps {
                        let at = [y as isize + down, x as isize + across];
                        table.from[segment * table.count + i] = pixel(of, at);
                        segment += 1;
                    }
                }
            };
            // SAFETY: the table holds pixels of the tensors, each as long as the product reads.
            Table::with(|table| unsafe { product.run(member, table, fill, |_, _| ()) });
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::layers::Conv2dTranspose;
    use proptest::prelude::*;

    use crate::kernels::Finish;
    use crate::kernels::check::{cases, check_layer};

    fn padding() -> impl Strategy<Value = Padding> {
        let pads = [[0..3usize, 0..3], [0..3, 0..3]].prop_map(Padding::Explicit);
        prop_oneof![pads, Just(Padding::Same), Just(Padding::Valid)]
    }

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn transposed_convolutions_are_the_layer(
            batch in 1..3usize, [height, width] in [1..8usize, 1..8], kernel in [1..5usize, 1..5],
            stride in [1..4usize, 1..4], dilation in [1..3usize, 1..3], padding in padding(),
            extra in proptest::option::of([0..3usize, 0..3]),
            (channels, filters) in (1..20usize, 1..40usize), residual: bool, seed: u64,
        ) {
            let layer = Conv2dTranspose::new(filters, kernel)
                .stride(stride)
                .dilation(dilation)
                .padding(padding)
                .output_padding(extra)
                .bias(seed % 2 == 0);
            let finish = Finish { residual, low: -0.5, high: 2.0, ..Finish::NONE };
            check_layer(&layer, &[&[batch, height, width, channels]], finish, seed);
        }
    }
}
