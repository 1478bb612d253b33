//! Convolutions as matrix products: each output pixel is a row, its pieces the pixels under the
//! window, read where they lie.

use std::borrow::Cow;
use std::ops::Range;

use formwork_ir::Op;
use formwork_ir::layers::{Conv2d, Dense, DepthwiseConv2d};

use super::cursor::Cursor;
use super::function::apply;
use super::gemm::{Layout, Packed, Product, Table};
use super::given::{self, Given, KernelView};
use super::winograd::{self, Winograd};
use super::{Algorithm, Finish, Image, Io, Kernel, Lower, Scratch, Site, Windows};
use crate::Buffer;
use crate::simd::Isa;
use crate::team::Member;

/// A convolution, or a dense layer, which is one of images of one pixel.
#[derive(Debug)]
pub struct Conv {
    isa: Isa,
    image: Image,
    windows: Windows,
    finish: Finish,
    groups: usize,
    /// How the matrix of a group lies.
    layout: Layout,
    weights: Weights,
    /// What is read where a window reaches over the edge.
    zeros: Buffer,
    /// Whether the image is copied with its padding, so that a row of a window is one piece.
    padded: Option<Padded>,
}

/// A matrix for each group of channels, and its bias.
#[derive(Debug)]
enum Weights {
    Own(Vec<(Packed, Buffer)>),
    Given(Given),
}

/// A copy of an image within its padding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Padded {
    height: usize,
    width: usize,
}

/// How many channels make a piece long enough to be read pixel by pixel.
const FEW: usize = 8;

impl Conv {
    /// A convolution with a kernel `[height, width, channels / groups, filters]` and a bias.
    pub fn new<'a>(
        isa: Isa,
        image: Image,
        windows: Windows,
        groups: usize,
        params: [impl Into<Cow<'a, [f32]>>; 2],
        finish: Finish,
    ) -> Self {
        let [kernel, bias] = params.map(Into::into);
        let filters = bias.len();
        let (inner, outer) = (image.channels / groups, filters / groups);
        let rows = image.batch * windows.count[0] * windows.count[1];
        let size = [windows.taps() * inner, outer];
        let matrices = match kernel {
            Cow::Owned(kernel) if groups == 1 => {
                vec![Packed::from_values(isa, rows, size, kernel)]
            }
            kernel => {
                let of = |group: usize, row: usize, column: usize| {
                    kernel[row * filters + group * outer + column]
                };
                let pack =
                    |group| Packed::new(isa, rows, size, |row, column| of(group, row, column));
                (0..groups).map(pack).collect()
            }
        };
        let biased = |(group, packed): (usize, Packed)| {
            let mut own = Buffer::zeros(packed.layout.width());
            own[..outer].copy_from_slice(&bias[group * outer..][..outer]);
            (packed, own)
        };
        let weights = Weights::Own(matrices.into_iter().enumerate().map(biased).collect());
        Self::with(isa, image, windows, [groups, outer], weights, finish)
    }

    /// A convolution that makes so many channels with a kernel that it is given.
    pub fn given(
        isa: Isa,
        image: Image,
        windows: Windows,
        [groups, filters]: [usize; 2],
        given: Given,
        finish: Finish,
    ) -> Self {
        let weights = Weights::Given(given);
        Self::with(isa, image, windows, [groups, filters / groups], weights, finish)
    }

    fn with(
        isa: Isa,
        image: Image,
        windows: Windows,
        [groups, outer]: [usize; 2],
        weights: Weights,
        finish: Finish,
    ) -> Self {
        let inner = image.channels / groups;
        let rows = image.batch * windows.count[0] * windows.count[1];
        let layout = Layout::new(isa, rows, [windows.taps() * inner, outer]);
        let few = groups == 1 && image.channels < FEW && windows.taps() > 1;
        let padded = (few && windows.dilation[1] == 1).then(|| {
            let covered = |a: usize| {
                let extent = (windows.kernel[a] - 1) * windows.dilation[a] + 1;
                (windows.count[a] - 1) * windows.stride[a] + extent
            };
            Padded { height: covered(0), width: covered(1) }
        });
        let zeros = Buffer::zeros(inner);
        Conv { isa, image, windows, finish, groups, layout, weights, zeros, padded }
    }

    /// Values of a copy of the image within its padding.
    fn copied(&self) -> usize {
        let of =
            |padded: Padded| self.image.batch * padded.height * padded.width * self.image.channels;
        self.padded.map_or(0, of).next_multiple_of(16)
    }

    /// Packs what it is given, a member's share.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pack(&self, given: Given, io: &Io, member: &Member) {
        let Conv { image, windows, groups, layout, .. } = self;
        let sizes = [*groups, image.channels / groups, layout.columns];
        let kernel = KernelView::new(given, io.inputs[1], windows.taps(), sizes);
        // SAFETY: the caller's; `shared` scratch memory holds the matrices, then their biases.
        unsafe {
            let to = io.scratch.add(self.copied());
            kernel.pack(self.isa, layout, to, member);
            let to = to.add(groups * layout.values());
            given::bias(given, io, [*groups, layout.columns, layout.width()], to, member);
        }
    }

    /// The matrix of a group, and its bias.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; what is given is packed.
    unsafe fn weights(&self, group: usize, io: &Io) -> [&[f32]; 2] {
        let Conv { groups, layout, .. } = self;
        match &self.weights {
            Weights::Own(own) => [own[group].0.values(), &own[group].1],
            // SAFETY: they were written there, and members have met.
            Weights::Given(_) => unsafe {
                let first = io.scratch.add(self.copied());
                let bias = first.add(groups * layout.values() + group * layout.width());
                let values = first.add(group * layout.values());
                [
                    std::slice::from_raw_parts(values, layout.values()),
                    std::slice::from_raw_parts(bias, layout.width()),
                ]
            },
        }
    }

    /// Copies a member's share of the image into its padding.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pad(&self, padded: Padded, io: &Io, member: &Member) {
        let Image { batch, height, width, channels } = self.image;
        let [top, left] = self.windows.before;
        let input = io.inputs[0];
        for row in member.take(batch * padded.height, 1).flatten() {
            let (image, y) = (row / padded.height, row % padded.height);
            // SAFETY: `shared` scratch memory holds all padded rows; each is written by one member.
            let to = unsafe {
                let first = io.scratch.add(row * padded.width * channels);
                std::slice::from_raw_parts_mut(first, padded.width * channels)
            };
            let Some(y) = y.checked_sub(top).filter(|y| *y < height) else {
                to.fill(0.0);
                continue;
            };
            let count = width.min(padded.width.saturating_sub(left));
            let (before, to) = to.split_at_mut((left * channels).min(to.len()));
            let (to, behind) = to.split_at_mut(count * channels);
            before.fill(0.0);
            behind.fill(0.0);
            let (pixels, count) = match input.stride == channels {
                true => (1, count * channels),
                false => (count, channels),
            };
            for x in 0..pixels {
                // SAFETY: pixels of the input, which is not scratch memory.
                let from = unsafe {
                    let first = input.row((image * height + y) * width + x);
                    std::slice::from_raw_parts(first, count)
                };
                to[x * count..][..count].copy_from_slice(from);
            }
        }
    }
}

/// Whether a layer can keep the largest of each 2×2 outputs alone, where it is applied to a tensor of
/// those sizes: `Finish::pool`.
pub fn pools(op: &Op, input: &[usize], algorithm: Algorithm) -> bool {
    let (Op::Conv2d(conv), &[batch, height, width, channels]) = (op, input) else { return false };
    let image = Image::new([batch, height, width, channels]);
    let filters = conv.filters.known().unwrap_or(0);
    conv.groups == 1 && winograd::best(image, windows(conv, &image), filters, algorithm).is_some()
}

/// Whether a layer can make a function of what it sums, where it is applied to a tensor of those
/// sizes: `Finish::function`.
pub fn applies(op: &Op, input: &[usize], algorithm: Algorithm) -> bool {
    match op {
        Op::Conv2d(_) => !pools(op, input, algorithm),
        Op::Dense(_) | Op::DepthwiseConv2d(_) => true,
        _ => false,
    }
}

/// Whether a convolution of a tensor of those sizes can be computed by Winograd's method.
pub fn winograd_fits(conv: &Conv2d, input: &[usize]) -> bool {
    let Ok(sizes) = input.try_into() else { return false };
    conv.groups == 1 && winograd::fits(&windows(conv, &Image::new(sizes)))
}

fn windows(conv: &Conv2d, image: &Image) -> Windows {
    let size = [image.height, image.width];
    Windows::new(size, conv.kernel, conv.stride, conv.dilation, conv.padding)
}

impl Lower for Conv2d {
    const FINISHES: bool = true;

    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let image = site.image();
        let windows = windows(self, &image);
        let zeros = vec![0.0; site.output[3]];
        let params = [site.params[0], site.params.get(1).copied().unwrap_or(&zeros)];
        if self.groups == image.channels && self.groups > 1 {
            // Each channel by itself: the kernel lies as a depthwise one does.
            let multiplier = site.output[3] / image.channels;
            let layer = DepthwiseConv2d::new(self.kernel)
                .stride(self.stride)
                .padding(self.padding)
                .dilation(self.dilation)
                .depth_multiplier(multiplier)
                .bias(self.bias);
            return layer.lower(site);
        }
        if self.groups == 1
            && let Some(size) = winograd::best(image, windows, site.output[3], site.algorithm)
        {
            let conv = Winograd::new(site.isa, image, windows, params, site.finish, size);
            return Box::new(if site.finish.pool { conv.pooled() } else { conv });
        }
        Box::new(Conv::new(site.isa, image, windows, self.groups, params, site.finish))
    }
}

impl Lower for Dense {
    const FINISHES: bool = true;

    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        dense(site, site.params.iter().copied().map(Cow::Borrowed))
    }

    fn lower_with(&self, site: &Site, params: Vec<Vec<f32>>) -> Box<dyn Kernel> {
        dense(site, params.into_iter().map(Cow::Owned))
    }
}

fn dense<'a>(site: &Site, mut params: impl Iterator<Item = Cow<'a, [f32]>>) -> Box<dyn Kernel> {
    let [rows @ .., channels] = site.inputs[0] else { unreachable!("a tensor has channels") };
    let image = Image::new([1, 1, rows.iter().product(), *channels]);
    let windows = Windows::pointwise(&image);
    let kernel = params.next().expect("a dense layer has a kernel");
    let zeros = || Cow::Owned(vec![0.0; *site.output.last().expect("channels")]);
    let params = [kernel, params.next().unwrap_or_else(zeros)];
    Box::new(Conv::new(site.isa, image, windows, 1, params, site.finish))
}

impl Kernel for Conv {
    fn name(&self) -> String {
        let [h, w] = self.windows.kernel;
        match self.groups {
            1 => format!("{h}×{w} as a product"),
            groups => format!("{h}×{w} in {groups} groups, as products"),
        }
    }

    fn scratch(&self) -> Scratch {
        let given = match self.weights {
            Weights::Own(_) => 0,
            Weights::Given(_) => self.groups * (self.layout.values() + self.layout.width()),
        };
        Scratch { shared: self.copied() + given, own: 0 }
    }

    fn bytes(&self) -> usize {
        match &self.weights {
            Weights::Own(own) => own.iter().map(|(packed, _)| packed.bytes()).sum(),
            Weights::Given(_) => 0,
        }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let Conv { image, windows, finish, layout, .. } = self;
        let [kernel_height, kernel_width] = windows.kernel;
        if let Some(padded) = self.padded {
            // SAFETY: the caller's.
            unsafe { self.pad(padded, io, member) };
        }
        if let Weights::Given(given) = self.weights {
            // SAFETY: the caller's.
            unsafe { self.pack(given, io, member) };
        }
        if self.padded.is_some() || matches!(self.weights, Weights::Given(_)) {
            member.meet();
        }
        let inner = image.channels / self.groups;
        for group in 0..self.groups {
            let (channel, filter) = (group * inner, group * layout.columns);
            // SAFETY: members have met.
            let [values, bias] = unsafe { self.weights(group, io) };
            let product = Product {
                isa: self.isa,
                layout,
                values,
                bias,
                segments: if self.padded.is_some() { kernel_height } else { windows.taps() },
                rows: image.batch * windows.count[0] * windows.count[1],
                residual: finish.residual,
                low: finish.low,
                high: finish.high,
            };
            let cursor = Cursor::default();
            let fill = |row: usize, i: usize, table: &mut Table| {
                // SAFETY: pixels of the tensors.
                unsafe {
                    table.to[i] = io.output.row(row).add(filter);
                    if finish.residual {
                        table.plus[i] = io.inputs[io.inputs.len() - 1].row(row).add(filter);
                    }
                }
                if windows.is_pointwise(image) {
                    // SAFETY: a pixel of the input.
                    table.from[i] = unsafe { io.inputs[0].row(row).add(channel) };
                    return;
                }
                let [of, y, x] = cursor.of(row, windows.count);
                if let Some(padded) = self.padded {
                    for k in 0..kernel_height {
                        let y = y * windows.stride[0] + k * windows.dilation[0];
                        let pixel = (of * padded.height + y) * padded.width + x * windows.stride[1];
                        // SAFETY: a pixel of the padded copy.
                        let from = unsafe { io.scratch.add(pixel * image.channels) };
                        table.from[k * table.count + i] = from;
                    }
                    return;
                }
                for tap in 0..windows.taps() {
                    let at = [tap / kernel_width, tap % kernel_width];
                    let from = match windows.pixel(image, [y, x], at) {
                        Some([y, x]) => {
                            let pixel = (of * image.height + y) * image.width + x;
                            // SAFETY: a pixel of the input.
                            unsafe { io.inputs[0].row(pixel).add(channel).cast_const() }
                        }
                        None => self.zeros.as_ptr(),
                    };
                    table.from[tap * table.count + i] = from;
                }
            };
            let done = |table: &Table, columns: Range<usize>| {
                let Some(function) = finish.function else { return };
                for row in &table.to[..table.count] {
                    // SAFETY: values that this member made.
                    unsafe { apply(self.isa, function, row.add(columns.start), columns.len()) };
                }
            };
            // SAFETY: the table holds pixels of the tensors, each as long as the product reads.
            Table::with(|table| unsafe { product.run(member, table, fill, done) });
        }
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Padding;
    use formwork_ir::layers::{Conv2d, Dense};
    use proptest::prelude::*;

    use crate::kernels::check::{cases, check_layer};
    use crate::kernels::{Finish, Function};

    proptest! {
        #![proptest_config(cases(500))]
        #[test]
        fn convolutions_are_the_layer(
            batch in 1..3usize, [height, width] in [1..12usize, 1..12], kernel in [1..4usize, 1..4],
            stride in [1..3usize, 1..3], dilation in [1..3usize, 1..3],
            pads in [[0..3usize, 0..3], [0..3, 0..3]],
            (groups, inner, outer) in (1..4usize, 1..20usize, 1..40usize), residual: bool, seed: u64,
        ) {
            let layer = Conv2d::new(groups * outer, kernel)
                .stride(stride)
                .dilation(dilation)
                .padding(Padding::Explicit(pads))
                .groups(groups)
                .bias(seed % 2 == 0);
            let function = (seed % 3 == 0).then_some(Function::Silu);
            let finish = Finish { residual, low: -0.5, high: 2.0, function, ..Finish::NONE };
            check_layer(&layer, &[&[batch, height, width, groups * inner]], finish, seed);
        }

        #[test]
        fn dense_layers_are_the_layer(
            rows in 1..70usize, channels in 1..300usize, units in 1..200usize, seed: u64,
        ) {
            check_layer(&Dense::new(units), &[&[rows, channels]], Finish::RELU, seed);
        }
    }
}
