//! Depthwise convolutions between matrix products, a few rows at a time, so that what lies between
//! the layers never leaves the cache.

mod inverted;
mod separable;

pub use inverted::Inverted;

use super::depthwise::{Depthwise, Repeat, Rows};
use super::gemm::{Product, Table};
use super::lines::Lines;
use super::matrix::Matrix;
use super::pieces::strips;
use super::{Finish, Image, Io, Place, Scratch};
use crate::team::Member;

/// A depthwise convolution of what a source makes, then a 1×1 convolution. Members share the rows of
/// outputs of all images.
#[derive(Debug)]
struct Fused {
    source: Source,
    depthwise: Depthwise,
    project: Matrix,
    finish: Finish,
}

/// What a row of pixels for the depthwise convolution is made of.
#[derive(Debug)]
enum Source {
    /// Pixels of the tensor, each channel some times.
    Repeat(Repeat),
    /// Pixels of the tensor times a matrix, cut to a range.
    Expand { image: Image, matrix: Matrix, low: f32, high: f32 },
}

/// How many bytes of a depthwise convolution's outputs are made before they are multiplied.
const STRIP_BYTES: usize = 128 << 10;
/// How many pixels at least, since the matrix is read anew for each strip.
const STRIP_PIXELS: usize = 96;

impl Fused {
    /// Values in a row of the depthwise convolution's outputs.
    fn row(&self) -> usize {
        let course = self.depthwise.course();
        course.windows.count[1] * course.image.channels
    }

    /// How many rows of its outputs are made before they are multiplied.
    fn strip(&self) -> usize {
        let course = self.depthwise.course();
        let rows = STRIP_BYTES / size_of::<f32>() / self.row();
        let least = STRIP_PIXELS.div_ceil(course.windows.count[1]);
        rows.max(least).next_multiple_of(course.rows).min(course.count())
    }

    /// Values of scratch memory for the rows that the depthwise convolution reads.
    fn held(&self) -> usize {
        let slots = self.depthwise.course().slots();
        let values = match &self.source {
            Source::Repeat(repeat) => repeat.scratch(slots),
            Source::Expand { image, .. } => {
                slots * image.width * self.depthwise.course().image.channels
            }
        };
        values.next_multiple_of(16)
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: 0, own: self.held() + self.strip() * self.row() }
    }

    fn bytes(&self) -> usize {
        let source = match &self.source {
            Source::Repeat(_) => 0,
            Source::Expand { matrix, .. } => matrix.bytes(),
        };
        source + self.depthwise.bytes() + self.project.bytes()
    }

    /// # Safety
    /// As for the kernel's `run`.
    unsafe fn run(&self, io: &Io, member: &Member) {
        let course = self.depthwise.course();
        let width = course.windows.count[1];
        let channels = course.image.channels;
        // SAFETY: this member's own scratch memory, the rows that are held first, then the strip.
        let (held, strip) = unsafe {
            let own = io.scratch.add(self.scratch().own(member));
            (own, Place { first: own.add(self.held()), stride: channels })
        };
        let make = |row: usize, slot: usize| {
            // SAFETY: a row of the input; a slot of the scratch memory.
            unsafe { self.source.row(io.inputs[0], held, row, slot, channels) }
        };
        Lines::with(course, |lines| {
            let taken = member.take(course.count(), 1);
            for own in taken.flat_map(|taken| strips(taken, self.strip())) {
                let (first, count) = (own.start * width, own.len() * width);
                let rows = |row: usize| Rows::of(strip, None, row - own.start, width);
                // SAFETY: rows of the input and of the scratch memory; this member's of the output.
                unsafe {
                    let weights = self.depthwise.weights();
                    self.depthwise.run(lines, own.clone(), make, rows, weights);
                    self.project(io, strip, first, count);
                }
            }
        });
    }

    /// Multiplies the first `count` pixels of a strip; the output's first is `first`.
    ///
    /// # Safety
    /// The strip has these pixels, the output too, which nobody else touches.
    unsafe fn project(&self, io: &Io, strip: Place, first: usize, count: usize) {
        let Finish { residual, low, high, .. } = self.finish;
        let plus = residual.then(|| io.inputs[io.inputs.len() - 1]);
        let skip =
            |place: Place| Place { first: place.first.wrapping_add(first * place.stride), ..place };
        // SAFETY: the caller's.
        unsafe { rows(&self.project, [low, high], count, strip, skip(io.output), plus.map(skip)) }
    }
}

impl Source {
    /// Where a row of pixels for the depthwise convolution lies.
    ///
    /// # Safety
    /// The tensor has the row, and the memory room for as many rows of as many channels as are held,
    /// which nobody else touches.
    unsafe fn row(
        &self,
        input: Place,
        held: *mut f32,
        row: usize,
        slot: usize,
        channels: usize,
    ) -> Place {
        // SAFETY: the caller's.
        unsafe {
            match self {
                Source::Repeat(repeat) => repeat.row(input, held, row, slot),
                Source::Expand { image, matrix, low, high } => {
                    let from = Place { first: input.row(row * image.width), ..input };
                    let first = held.add(slot * image.width * channels);
                    let to = Place { first, stride: channels };
                    rows(matrix, [*low, *high], image.width, from, to, None);
                    to
                }
            }
        }
    }
}

/// Neighbouring pixels times a matrix.
///
/// # Safety
/// There are `count` pixels, as long as the matrix is deep, and room for as many as wide as it is;
/// what is added may only overlap that where it is the same.
unsafe fn rows(
    matrix: &Matrix,
    [low, high]: [f32; 2],
    count: usize,
    from: Place,
    to: Place,
    plus: Option<Place>,
) {
    let product = Product { residual: plus.is_some(), low, high, ..matrix.product(1, count) };
    let blocks = count.div_ceil(product.block());
    Table::with(|table| {
        for block in 0..blocks {
            let [first, end] = [block, block + 1].map(|block| block * count / blocks);
            table.resize(1, end - first, plus.is_some());
            for i in 0..end - first {
                // SAFETY: pixels that there are.
                unsafe {
                    table.from[i] = from.row(first + i);
                    table.to[i] = to.row(first + i);
                    if let Some(plus) = plus {
                        table.plus[i] = plus.row(first + i);
                    }
                }
            }
            // SAFETY: the caller's.
            unsafe { product.multiply(table, 0..product.layout.panels().len()) };
        }
    });
}
