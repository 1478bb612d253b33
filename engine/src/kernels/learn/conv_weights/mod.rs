//! What a loss says of a convolution's kernel: for each position of the window, the pixels under it
//! times the gradient of what was made of them, summed over all windows.
//!
//! Each window's pixel is a few channels at a time times the filters: an outer product. The image is
//! copied within its padding, a few channels beside each other and columns a stride apart beside each
//! other, so that the pixels under one position of a row of windows lie in one piece; the gradient is
//! copied into panels, unless it can be read where it lies. Both are done for a few images at a time,
//! and sums go on where those of the images before ended: the order in which values are added does not
//! depend on who adds them.
//!
//! Of few channels the positions of a line of the kernel count as channels: an image is copied as one
//! whose pixels are what a line sees, so that an outer product is worth its name.

mod apart;

use std::ops::Range;

pub use apart::ConvWeightsApart;

use super::pointwise_weights::places;
use crate::kernels::gemm::Layout;
use crate::kernels::gemm::outer::{self, Outer};
use crate::kernels::pieces::copy_few;
use crate::kernels::{Image, Io, Kernel, Place, Scratch, Windows};
use crate::simd::Isa;
use crate::team::Member;

/// The gradient of a convolution's kernel, `[kernel · channels / groups, filters]`, from the image
/// and the gradient of the output; added to a third input, if it is to be.
#[derive(Debug)]
pub struct ConvWeights {
    isa: Isa,
    /// The image as it is copied, and the windows over that.
    image: Image,
    windows: Windows,
    /// The image and the windows, where a line's positions count as channels.
    lines: Option<(Image, Windows)>,
    groups: usize,
    /// How the gradient of a group's outputs lies: pixels × filters.
    layout: Layout,
    /// Whether that is copied.
    packs: bool,
    adds: bool,
    /// How many images are copied at once.
    images: usize,
    padded: Padded,
    /// How many channels lie together.
    block: usize,
}

/// A block of channels of an image within its padding, in pixels.
#[derive(Clone, Copy, Debug)]
struct Padded {
    /// Of the columns that are equal modulo the stride.
    width: usize,
    /// Of a row.
    row: usize,
    /// Of the image.
    plane: usize,
}

/// How many channels are few.
const FEW: usize = 3;
/// How many pixels a panel has at once, so that it stays in the cache next to the core.
const DEPTH: usize = 224;
/// How many blocks of rows of the gradient are made at once, for which a panel is read once from
/// afar.
const BLOCKS: usize = 12;
/// About how many windows' pixels are copied at once; an image's at least.
const PIXELS: usize = 4096;

impl ConvWeights {
    /// Of a convolution of those windows over that image.
    pub fn new(
        isa: Isa,
        image: Image,
        windows: Windows,
        [groups, filters]: [usize; 2],
        adds: bool,
    ) -> Self {
        let taps = windows.kernel[1];
        let (lines, image, windows) = match groups == 1 && image.channels < FEW && taps > 1 {
            false => (None, image, windows),
            true => {
                let width = windows.count[1];
                let seen = Image { width, channels: taps * image.channels, ..image };
                let Windows { kernel, stride, dilation, before, count } = windows;
                let down = |of: [usize; 2], across: usize| [of[0], across];
                let over = Windows {
                    kernel: down(kernel, 1),
                    stride: down(stride, 1),
                    dilation: down(dilation, 1),
                    before: down(before, 0),
                    count,
                };
                (Some((image, windows)), seen, over)
            }
        };
        let covered = [0, 1].map(|a| {
            let extent = (windows.kernel[a] - 1) * windows.dilation[a] + 1;
            (windows.count[a] - 1) * windows.stride[a] + extent
        });
        let width = covered[1].div_ceil(windows.stride[1]);
        let row = width * windows.stride[1];
        let padded = Padded { width, row, plane: covered[0] * row };
        let count = windows.count[0] * windows.count[1];
        let images = (PIXELS / count).clamp(1, image.batch);
        let layout = Layout::new(isa, usize::MAX, [images * count, filters / groups]);
        let packs = !(filters / groups).is_multiple_of(isa.lanes()) || places(filters) < DEPTH / 4;
        let block = outer::block(image.channels / groups);
        ConvWeights {
            isa,
            image,
            windows,
            lines,
            groups,
            layout,
            packs,
            adds,
            images,
            padded,
            block,
        }
    }

    /// Windows over an image.
    fn count(&self) -> usize {
        self.windows.count[0] * self.windows.count[1]
    }

    /// Blocks of channels of a group.
    fn blocks(&self) -> usize {
        (self.image.channels / self.groups).div_ceil(self.block)
    }

    /// Values of the copies of the images.
    fn copied(&self) -> usize {
        let blocks = self.images * self.groups * self.blocks();
        (blocks * self.padded.plane * self.block).next_multiple_of(16)
    }

    /// The channels of a block: the first, and how many there are.
    fn channels(&self, group: usize, block: usize) -> [usize; 2] {
        let inner = self.image.channels / self.groups;
        [group * inner + block * self.block, self.block.min(inner - block * self.block)]
    }

    /// Copies a row of an image, padding included, to its place in each block.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn copy(&self, io: &Io, image: usize, slot: usize, y: usize, to: *mut f32) {
        let (Image { height, width, .. }, Padded { row, plane, .. }) = (self.image, self.padded);
        let [top, left] = self.windows.before;
        let step = self.windows.stride[1];
        let inside = y.checked_sub(top).filter(|y| *y < height);
        for number in 0..self.groups * self.blocks() {
            let [first, count] = self.channels(number / self.blocks(), number % self.blocks());
            let at = (slot * self.groups * self.blocks() + number) * plane + y * row;
            // SAFETY: a row of a block's copy, which is this member's.
            let to = unsafe {
                std::slice::from_raw_parts_mut(to.add(at * self.block), row * self.block)
            };
            let Some(y) = inside else {
                to.fill(0.0);
                continue;
            };
            let outside =
                self.lines.is_some() || left > 0 || row > width + left || count < self.block;
            if outside {
                to.fill(0.0);
            }
            if let Some((of, windows)) = self.lines {
                let own = first..first + count;
                // SAFETY: the caller's.
                unsafe { copy_lines(io.inputs[0], of, windows, (image, y), own, to, self.block) };
                continue;
            }
            let columns = width.min(row.saturating_sub(left));
            let pixel = |x: usize| {
                let column = x + left;
                column % step * self.padded.width + column / step
            };
            // SAFETY: channels of the row's pixels.
            unsafe {
                let from = Place {
                    first: io.inputs[0].row((image * height + y) * width).add(first),
                    ..io.inputs[0]
                };
                match (count == self.block, self.block) {
                    (true, 1) => spread::<1>(from, columns, to, pixel),
                    (true, 3) => spread::<3>(from, columns, to, pixel),
                    (true, 4) => spread::<4>(from, columns, to, pixel),
                    (true, 5) => spread::<5>(from, columns, to, pixel),
                    (true, 6) => spread::<6>(from, columns, to, pixel),
                    _ => {
                        for x in 0..columns {
                            let to = to[pixel(x) * self.block..].as_mut_ptr();
                            copy_few(from.row(x), to, count);
                        }
                    }
                }
            }
        }
    }

    /// Copies the gradient of some images' outputs into a panel.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn pack(
        &self,
        io: &Io,
        first: usize,
        pixels: Range<usize>,
        [group, index]: [usize; 2],
        to: *mut f32,
    ) {
        let panel = self.layout.panels()[index];
        let width = panel.vectors * self.isa.lanes();
        let start = self.layout.panel(index).start;
        for pixel in pixels {
            // SAFETY: filters of a pixel of the gradient; a row of a panel.
            unsafe {
                let row = io.inputs[1].row(first + pixel);
                let from = row.add(group * self.layout.columns + panel.column);
                let own = to.add(start + pixel * width);
                copy_few(from, own, panel.columns);
                for column in panel.columns..width {
                    *own.add(column) = 0.0;
                }
            }
        }
    }

    /// Adds what some images say to blocks of rows of a group's gradient, or begins with it. A block
    /// is a position of the kernel, and a few channels.
    ///
    /// # Safety
    /// As for [`Kernel::run`]; the copies are made.
    unsafe fn sum(&self, io: &Io, work: &Work, group: usize, own: Range<usize>) {
        let (Windows { count, kernel, stride, dilation, .. }, padded) = (self.windows, self.padded);
        let inner = self.image.channels / self.groups;
        let lines = work.images * count[0];
        let band = (DEPTH / count[1]).clamp(1, lines);
        let mut from = vec![std::ptr::null(); band];
        for start in (0..lines).step_by(band) {
            let segments = band.min(lines - start);
            let begins = work.begins && start == 0;
            for (index, &panel) in self.layout.panels().iter().enumerate() {
                let width = panel.vectors * self.isa.lanes();
                let before = group * self.layout.values() + self.layout.panel(index).start;
                let pixel = start * count[1];
                let column = group * self.layout.columns + panel.column;
                // SAFETY: filters of pixels of the gradient, or the panel's values of them.
                let (with, panel_step) = unsafe {
                    match self.packs {
                        true => (work.gradient.add(before + pixel * width), width),
                        false => {
                            (io.inputs[1].row(work.first + pixel).add(column), io.inputs[1].stride)
                        }
                    }
                };
                for number in own.clone() {
                    let (tap, block) = (number / self.blocks(), number % self.blocks());
                    let [_, rows] = self.channels(group, block);
                    let at = [tap / kernel[1] * dilation[0], tap % kernel[1] * dilation[1]];
                    let shift = at[1] % stride[1] * padded.width + at[1] / stride[1];
                    for (segment, from) in from[..segments].iter_mut().enumerate() {
                        let (image, y) =
                            ((start + segment) / count[0], (start + segment) % count[0]);
                        let plane = (image * self.groups + group) * self.blocks() + block;
                        let row = plane * padded.plane + (y * stride[0] + at[0]) * padded.row;
                        // SAFETY: a row of a copied block.
                        *from = unsafe { work.image.add((row + shift) * self.block) };
                    }
                    let place = |of: Place| {
                        let row = tap * inner + block * self.block;
                        // SAFETY: a row of the output, or of what is added to it.
                        unsafe { of.row(row).add(column) }
                    };
                    let plus = match (begins, self.adds) {
                        (true, false) => None,
                        (true, true) => Some(io.inputs[2]),
                        (false, _) => Some(io.output),
                    };
                    let outer = Outer {
                        from: &from[..segments],
                        from_step: self.block,
                        length: count[1],
                        panel: with,
                        panel_step,
                        plus: plus.map_or(std::ptr::null(), |plus| place(plus)),
                        plus_stride: plus.map_or(0, |plus| plus.stride),
                        ahead: std::ptr::null(),
                        to: place(io.output),
                        to_stride: io.output.stride,
                        rows,
                        columns: panel.columns,
                    };
                    // SAFETY: the caller's; each row has as many pixels as there are windows across.
                    unsafe { outer::add(self.isa, self.block, panel, &outer) };
                }
            }
        }
    }
}

/// Copies some of what a line of each window of a row sees; zeros are there for what it sees beyond the
/// edge.
///
/// # Safety
/// The image has the row.
unsafe fn copy_lines(
    from: Place,
    of: Image,
    windows: Windows,
    (image, y): (usize, usize),
    own: Range<usize>,
    to: &mut [f32],
    block: usize,
) {
    for (i, value) in own.enumerate() {
        let (tap, channel) = (value / of.channels, value % of.channels);
        let (step, at) = (windows.stride[1], tap * windows.dilation[1]);
        let before = windows.before[1];
        // The windows whose position has a pixel.
        let first = before.saturating_sub(at).div_ceil(step);
        let end = (of.width + before).saturating_sub(at).div_ceil(step).min(windows.count[1]);
        if first >= end {
            continue;
        }
        let row = (image * of.height + y) * of.width + first * step + at - before;
        // SAFETY: a channel of a pixel.
        let mut pixel = unsafe { from.row(row).add(channel).cast_const() };
        for to in to[first * block + i..].iter_mut().step_by(block).take(end - first) {
            // SAFETY: and of those after it, a step apart.
            unsafe { *to = *pixel };
            pixel = pixel.wrapping_add(step * from.stride);
        }
    }
}

/// Copies a few channels of a row's pixels to where they go.
///
/// # Safety
/// The pixels have them.
unsafe fn spread<const COUNT: usize>(
    from: Place,
    columns: usize,
    to: &mut [f32],
    pixel: impl Fn(usize) -> usize,
) {
    let (to, _) = to.as_chunks_mut::<COUNT>();
    for x in 0..columns {
        // SAFETY: the caller's; an array of floats may lie anywhere floats may.
        to[pixel(x)] = unsafe { from.row(x).cast::<[f32; COUNT]>().read() };
    }
}

/// The copies that are summed up.
struct Work {
    images: usize,
    /// The first pixel of the gradient.
    first: usize,
    image: *mut f32,
    gradient: *mut f32,
    /// Whether these images are the first.
    begins: bool,
}

impl Kernel for ConvWeights {
    fn name(&self) -> String {
        let [h, w] = self.lines.map_or(self.windows, |(_, windows)| windows).kernel;
        format!("gradient of a {h}×{w} kernel")
    }

    fn scratch(&self) -> Scratch {
        let packed = if self.packs { self.groups * self.layout.values() } else { 0 };
        Scratch { shared: self.copied() + packed, own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let batch = self.image.batch;
        let blocks = self.windows.taps() * self.blocks();
        let units = blocks.div_ceil(BLOCKS).max(member.size.min(blocks));
        let panels = self.layout.panels().len();
        let rows = self.padded.plane / self.padded.row;
        for first in (0..batch).step_by(self.images) {
            let images = self.images.min(batch - first);
            let gradient = io.scratch.wrapping_add(self.copied());
            let (begins, image) = (first == 0, io.scratch);
            let work = Work { images, first: first * self.count(), image, gradient, begins };
            for row in member.take(images * rows, 1).flatten() {
                let (slot, y) = (row / rows, row % rows);
                // SAFETY: scratch memory holds these images; each row is written by one member.
                unsafe { self.copy(io, first + slot, slot, y, work.image) };
            }
            let pixels = images * self.count();
            let pieces = if self.packs { pixels.div_ceil(DEPTH) } else { 0 };
            for unit in member.take(self.groups * panels * pieces, 1).flatten() {
                let (group, panel) = (unit / pieces / panels, unit / pieces % panels);
                let start = unit % pieces * DEPTH;
                let own = start..pixels.min(start + DEPTH);
                // SAFETY: and the gradient of their outputs.
                unsafe {
                    let to = work.gradient.add(group * self.layout.values());
                    self.pack(io, work.first, own, [group, panel], to);
                }
            }
            member.meet();
            for unit in member.take(self.groups * units, 1).flatten() {
                let (group, unit) = (unit / units, unit % units);
                let own = unit * blocks / units..(unit + 1) * blocks / units;
                // SAFETY: the caller's; each block of a group is one member's.
                unsafe { self.sum(io, &work, group, own) };
            }
            member.meet();
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use formwork_ir::Padding;
    use formwork_ir::oracle::Array;
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::check::{Case, Numbers, cases, check};

    /// An image, the gradient of so many filters' outputs, what is there already if anything is, and
    /// what is made of them: sums over all windows, in 64 bits.
    pub(crate) fn case(
        image: Image,
        windows: Windows,
        [groups, filters]: [usize; 2],
        adds: bool,
        seed: u64,
    ) -> Case {
        let Image { batch, height, width, channels } = image;
        let [rows, columns] = windows.count;
        let mut numbers = Numbers::new(seed);
        let mut array = |dims: &[usize]| Array::build(dims, |_| numbers.next().into());
        let x = array(&[batch, height, width, channels]);
        let dy = array(&[batch, rows, columns, filters]);
        let mut sums = sums(image, windows, groups, &x, &dy);
        let mut inputs = vec![x, dy];
        if adds {
            let plus = array(sums.dims());
            sums = Array::broadcast(&[sums, plus.clone()], |a, b| a + b);
            inputs.push(plus);
        }
        Case::of(inputs, Vec::new(), sums)
    }

    /// The sum over all windows, in 64 bits.
    pub(crate) fn sums(of: Image, windows: Windows, groups: usize, x: &Array, dy: &Array) -> Array {
        let (filters, inner) = (dy.dims()[3], of.channels / groups);
        let [rows, columns] = windows.count;
        Array::build(&[windows.taps() * inner, filters], |at| {
            let (tap, channel, filter) = (at[0] / inner, at[0] % inner, at[1]);
            let channel = filter / (filters / groups) * inner + channel;
            let position = [tap / windows.kernel[1], tap % windows.kernel[1]];
            let mut sum = 0.0;
            for image in 0..of.batch {
                for (y, x_at) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
                    if let Some([row, column]) = windows.pixel(&of, [y, x_at], position) {
                        let pixel = (image * of.height + row) * of.width + column;
                        let window = (image * rows + y) * columns + x_at;
                        sum += x.data()[pixel * of.channels + channel]
                            * dy.data()[window * filters + filter];
                    }
                }
            }
            sum
        })
    }

    proptest! {
        #![proptest_config(cases(500))]
        #[test]
        fn gradients_are_sums_over_windows(
            batch in 1..5usize, [height, width] in [1..30usize, 1..30],
            kernel in [1..4usize, 1..4], stride in [1..4usize, 1..4],
            dilation in [1..3usize, 1..3], pads in [[0..3usize, 0..3], [0..3, 0..3]],
            (groups, inner, outer) in (1..4usize, 1..20usize, 1..40usize), adds: bool, seed: u64,
        ) {
            let image = Image::new([batch, height, width, groups * inner]);
            let fits = |a: usize, size: usize| {
                size + pads[a][0] + pads[a][1] > (kernel[a] - 1) * dilation[a]
            };
            prop_assume!(fits(0, height) && fits(1, width));
            let padding = Padding::Explicit(pads);
            let windows = Windows::new([height, width], kernel, stride, dilation, padding);
            let filters = [groups, groups * outer];
            check(case(image, windows, filters, adds, seed), |isa, _| {
                Box::new(ConvWeights::new(isa, image, windows, filters, adds))
            });
        }
    }
}
