//! Transposed convolutions as matrix products.
//!
//! Outputs a stride apart are made by the same positions of the kernel, each of one input pixel: they
//! are a phase, and each phase is a product by itself. Of a 2×2 kernel with stride 2 there are four,
//! each a 1×1 convolution.

use std::ops::Range;

use formwork_ir::layers::Conv2dTranspose;
use formwork_ir::window::Transposed;

use super::cursor::Cursor;
use super::gemm::{Layout, Panel, Product, Table};
use super::given::{self, Given};
use super::turn::{Turn, turn};
use super::{Finish, Image, Io, Kernel, Lower, Place, Scratch, Site, Windows};
use crate::Buffer;
use crate::simd::Isa;
use crate::team::Member;

/// A transposed convolution.
#[derive(Debug)]
pub struct TransposedConv {
    isa: Isa,
    image: Image,
    /// Height and width of the output.
    output: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    finish: Finish,
    filters: usize,
    phases: Vec<Part>,
    weights: Weights,
    /// What is read where a position of the kernel has no pixel.
    zeros: Buffer,
}

/// A phase, and how its matrix lies.
#[derive(Debug)]
struct Part {
    axes: [Phase; 2],
    layout: Layout,
    /// Where its values are among those of all phases.
    first: usize,
}

/// The matrices of all phases, one behind the other, and the bias, as wide as their panels.
#[derive(Debug)]
enum Weights {
    Own([Buffer; 2]),
    Given(Given),
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
        let of = TransposedConv::of(self, site.isa, image, [height, width, filters], site.finish);
        let zeros = vec![0.0; filters];
        let (kernel, bias) = (site.params[0], site.params.get(1).copied().unwrap_or(&zeros));
        Box::new(of.with(kernel, bias))
    }
}

impl TransposedConv {
    /// The layer, with weights that it is given.
    pub fn of(
        layer: &Conv2dTranspose,
        isa: Isa,
        image: Image,
        output: [usize; 3],
        finish: Finish,
    ) -> Self {
        let geometry = layer.geometry([image.height, image.width]);
        let geometry = geometry.map(|axis| axis.expect("a shape rule checked that there is one"));
        let axes = [0, 1]
            .map(|a| phases(geometry[a], layer.kernel[a], layer.stride[a], layer.dilation[a]));
        let given = Given::Straight { bias: layer.bias };
        Self::given(isa, image, output, [layer.kernel, layer.stride], axes, given, finish)
    }

    /// What a convolution's outputs say of its inputs: from the gradient of what windows over
    /// `image` make, of so many filters.
    pub fn gradient(
        isa: Isa,
        image: Image,
        windows: Windows,
        filters: usize,
        finish: Finish,
    ) -> Self {
        let size = [image.height, image.width];
        let axes = [0, 1].map(|a| {
            let crop = [windows.before[a] as isize, 0];
            let of = Transposed { outputs: size[a], crop };
            phases(of, windows.kernel[a], windows.stride[a], windows.dilation[a])
        });
        let [height, width] = windows.count;
        let made = Image { batch: image.batch, height, width, channels: filters };
        let output = [image.height, image.width, image.channels];
        let given = Given::Straight { bias: false };
        Self::given(isa, made, output, [windows.kernel, windows.stride], axes, given, finish)
    }

    fn given(
        isa: Isa,
        image: Image,
        [height, width, filters]: [usize; 3],
        [kernel, stride]: [[usize; 2]; 2],
        [down, across]: [Vec<Phase>; 2],
        given: Given,
        finish: Finish,
    ) -> Self {
        let mut first = 0;
        let mut part = |y: &Phase, x: &Phase| {
            // Where nothing reaches, a product with zeros is as good as none.
            let depth = (y.taps.len() * x.taps.len() * image.channels).max(1);
            let rows = image.batch * y.count * x.count;
            let layout = Layout::new(isa, rows, [depth, filters]);
            let own = first;
            first += layout.values();
            Part { axes: [y.clone(), x.clone()], layout, first: own }
        };
        let pairs = down.iter().flat_map(|y| across.iter().map(move |x| (y, x)));
        let phases = pairs.map(|(y, x)| part(y, x)).collect();
        TransposedConv {
            isa,
            image,
            output: [height, width],
            kernel,
            stride,
            finish,
            filters,
            phases,
            weights: Weights::Given(given),
            zeros: Buffer::zeros(image.channels),
        }
    }

    /// The same with weights of its own.
    fn with(self, kernel: &[f32], bias: &[f32]) -> Self {
        let mut values = Buffer::zeros(self.values());
        let stride = self.image.channels;
        let kernel = Place { first: kernel.as_ptr().cast_mut(), stride };
        for part in &self.phases {
            for panel in 0..part.layout.panels().len() {
                let own = part.layout.panel(panel);
                let to = &mut values[part.first..][own];
                // SAFETY: the kernel is as large as the layer's.
                unsafe { self.fill(part, panel, 0..part.layout.depth, to, kernel) };
            }
        }
        let mut own = Buffer::zeros(self.width());
        own[..bias.len()].copy_from_slice(bias);
        TransposedConv { weights: Weights::Own([values, own]), ..self }
    }

    /// Values of all phases' matrices.
    fn values(&self) -> usize {
        self.phases.iter().map(|part| part.layout.values()).sum()
    }

    /// Columns of the panels: as many in each phase, whose panels may be cut otherwise.
    fn width(&self) -> usize {
        self.phases.first().map_or(0, |part| part.layout.width())
    }

    /// Packs some rows of a panel, from a kernel `[positions, filters, channels]`.
    ///
    /// # Safety
    /// The kernel is there.
    unsafe fn fill(
        &self,
        part: &Part,
        panel: usize,
        rows: Range<usize>,
        to: &mut [f32],
        kernel: Place,
    ) {
        let [down, across] = &part.axes;
        let channels = self.image.channels;
        let Panel { column, columns, .. } = part.layout.panels()[panel];
        let width = to.len() / rows.len();
        if columns < width || down.taps.is_empty() || across.taps.is_empty() {
            to.fill(0.0);
        }
        let taps = down.taps.iter().flat_map(|i| across.taps.iter().map(move |j| [i.0, j.0]));
        for (tap, [i, j]) in taps.enumerate() {
            let first = rows.start.max(tap * channels);
            let end = rows.end.min((tap + 1) * channels);
            if first >= end {
                continue;
            }
            let filter = (i * self.kernel[1] + j) * self.filters + column;
            let to = to[(first - rows.start) * width..].as_mut_ptr();
            // SAFETY: the caller's; each filter's channels become a column of these rows.
            unsafe {
                let from = kernel.row(filter).add(first - tap * channels);
                let rows = end - first;
                let from_step = kernel.stride;
                turn(self.isa, &Turn { from, from_step, to, to_step: width, rows, columns });
            }
        }
    }

    /// Packs what is given, with the others of the team.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pack(&self, given: Given, io: &Io, member: &Member) -> [&[f32]; 2] {
        const ROWS: usize = 64;
        // SAFETY: `shared` scratch memory holds the matrices, then the bias; rows of panels are one
        // member's, and what is read was written before the members met.
        unsafe {
            for part in &self.phases {
                let (panels, blocks) =
                    (part.layout.panels().len(), part.layout.depth.div_ceil(ROWS));
                for unit in member.take(panels * blocks, 1).flatten() {
                    let (panel, start) = (unit / blocks, unit % blocks * ROWS);
                    let rows = start..part.layout.depth.min(start + ROWS);
                    let own = part.layout.panel(panel);
                    let width = own.len() / part.layout.depth;
                    let to = io.scratch.add(part.first + own.start + start * width);
                    let to = std::slice::from_raw_parts_mut(to, rows.len() * width);
                    self.fill(part, panel, rows, to, io.inputs[1]);
                }
            }
            let bias = io.scratch.add(self.values());
            given::biases(given, io, [1, self.filters, self.width()], bias, member);
            member.meet();
            let values = std::slice::from_raw_parts(io.scratch, self.values());
            [values, std::slice::from_raw_parts(bias, self.width())]
        }
    }
}

impl Kernel for TransposedConv {
    fn name(&self) -> String {
        let [h, w] = self.kernel;
        format!("transposed {h}×{w} as {} products", self.phases.len())
    }

    fn scratch(&self) -> Scratch {
        let shared = match self.weights {
            Weights::Own(_) => 0,
            Weights::Given(_) => self.values() + self.width(),
        };
        Scratch { shared, own: 0 }
    }

    fn bytes(&self) -> usize {
        match &self.weights {
            Weights::Own(own) => own.iter().map(|values| size_of_val(&values[..])).sum(),
            Weights::Given(_) => 0,
        }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let [values, bias] = match &self.weights {
            Weights::Own([values, bias]) => [&values[..], &bias[..]],
            // SAFETY: the caller's.
            Weights::Given(given) => unsafe { self.pack(*given, io, member) },
        };
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
        for Part { axes: [down, across], layout, first } in &self.phases {
            let product = Product {
                isa: self.isa,
                layout,
                first: 0,
                values: &values[*first..][..layout.values()],
                bias,
                segments: (down.taps.len() * across.taps.len()).max(1),
                rows: image.batch * down.count * across.count,
                residual: finish.residual,
                low: finish.low,
                high: finish.high,
            };
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
