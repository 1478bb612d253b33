//! Convolutions of each channel by itself.
//!
//! [`Depthwise`] makes a few rows of outputs from lines of pixels, wherever those lie: `layer.rs` has
//! the layer that reads an image.

mod block;
mod blocks;
mod general;
mod layer;

pub use layer::{Layer, Repeat};

use std::ops::Range;

use block::{Block, LINES};
use blocks::{Blocks, Run, blocks};
use general::{Spot, spot};

use super::lines::{Course, Lines};
use super::{Image, Place, Windows};
use crate::Buffer;
use crate::simd::Isa;

/// A depthwise convolution of as many channels as it makes.
#[derive(Debug)]
pub struct Depthwise {
    isa: Isa,
    course: Course,
    blocks: Option<Blocks>,
    weights: Buffer,
    /// What is read where a window reaches over the edge.
    zeros: Buffer,
    low: f32,
    high: f32,
}

/// Where rows of outputs go: two of them at most are made together.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// Each row's first output.
    pub outputs: [Place; 2],
    /// What is added to each row.
    pub residuals: Option<[Place; 2]>,
}

impl Rows {
    /// Rows of `width` pixels of a tensor, from row `row` on.
    pub fn of(output: Place, residual: Option<Place>, row: usize, width: usize) -> Self {
        let two = |place: Place| {
            // Of two rows that are not both there, the second is never touched.
            let first = |row: usize| place.first.wrapping_add(row * width * place.stride);
            [row, row + 1].map(|row| Place { first: first(row), ..place })
        };
        Rows { outputs: two(output), residuals: residual.map(two) }
    }
}

impl Depthwise {
    /// A convolution of images with a kernel `[height, width, channels]` and a bias; outputs are cut
    /// to a range.
    pub fn new(
        isa: Isa,
        image: Image,
        windows: Windows,
        [kernel, bias]: [&[f32]; 2],
        [low, high]: [f32; 2],
    ) -> Self {
        let of = Self::without(isa, image, windows, [low, high]);
        let mut weights = Buffer::zeros(of.packed());
        let value = |tap: usize, channel: usize| kernel[tap * image.channels + channel];
        of.pack(0..of.groups(), &mut weights, value, |channel| bias[channel]);
        Depthwise { weights, ..of }
    }

    /// The same without weights of its own.
    pub fn without(isa: Isa, image: Image, windows: Windows, [low, high]: [f32; 2]) -> Self {
        let Windows { kernel: [height, width], stride, dilation, .. } = windows;
        let alike = height == width && stride[0] == stride[1] && dilation == [1, 1];
        let blocks = if alike { blocks(isa, height, stride[0]) } else { None };
        let rows = blocks.map_or(1, <[_]>::len);
        let (course, zeros) = (Course { image, windows, rows }, Buffer::zeros(image.channels));
        Depthwise { isa, course, blocks, weights: Buffer::zeros(0), zeros, low, high }
    }

    /// Vectors of channels.
    pub fn groups(&self) -> usize {
        self.course.image.channels.div_ceil(self.isa.lanes())
    }

    /// Number of values of its weights as they are read: of each vector of channels the bias, then
    /// the positions of the kernel.
    pub fn packed(&self) -> usize {
        self.groups() * (1 + self.course.windows.taps()) * self.isa.lanes()
    }

    /// Writes some vectors' weights.
    pub fn pack(
        &self,
        groups: Range<usize>,
        to: &mut [f32],
        value: impl Fn(usize, usize) -> f32,
        bias: impl Fn(usize) -> f32,
    ) {
        let (lanes, taps) = (self.isa.lanes(), self.course.windows.taps());
        for (group, to) in groups.zip(to.chunks_exact_mut((1 + taps) * lanes)) {
            let channels = group * lanes..self.course.image.channels.min((group + 1) * lanes);
            to.fill(0.0);
            for (lane, channel) in channels.enumerate() {
                to[lane] = bias(channel);
                for tap in 0..taps {
                    to[(1 + tap) * lanes + lane] = value(tap, channel);
                }
            }
        }
    }

    /// Its own weights as they are read.
    pub fn weights(&self) -> *const f32 {
        self.weights.as_ptr()
    }

    /// How its windows go over images.
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// What its weights take in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.weights.len() * size_of::<f32>()
    }

    /// Makes rows of outputs, counted over all images, as many at a time as go together. `make` says
    /// where pixels lie, as `Lines::under` wants to know it, `rows` where outputs go.
    ///
    /// # Safety
    /// The weights are as many as [`Depthwise::packed`] says. Those pixels may be read, those outputs written, and what is added to them read. It overlaps
    /// them only where it is the same.
    pub unsafe fn run(
        &self,
        lines: &mut Lines,
        share: Range<usize>,
        mut make: impl FnMut(usize, usize) -> Place,
        rows: impl Fn(usize) -> Rows,
        weights: *const f32,
    ) {
        let Course { windows: Windows { kernel, stride, .. }, .. } = self.course;
        let mut row = share.start;
        while row < share.end {
            let count = self.course.together(row, share.end);
            // For a second row, positions go on behind the window's last.
            let positions = (count - 1) * stride[0] + kernel[0];
            let under = lines.under(&self.course, row, positions, self.zeros.as_ptr(), &mut make);
            // SAFETY: the caller's.
            unsafe {
                match self.blocks {
                    Some(blocks) => self.blocks(blocks[count - 1], under, rows(row), weights),
                    None => self.spots(under, rows(row), weights),
                }
            }
            row += count;
        }
    }

    /// # Safety
    /// As for [`Depthwise::run`].
    unsafe fn blocks(
        &self,
        runs: &[Run],
        under: &[*const *const f32],
        rows: Rows,
        weights: *const f32,
    ) {
        let Windows { stride, count: [_, width], .. } = self.course.windows;
        let mut lines = [std::ptr::null(); LINES];
        lines[..under.len()].copy_from_slice(under);
        let pieces = width.div_ceil(runs.len());
        for piece in 0..pieces {
            // Of nearly equal size.
            let at = |piece: usize| piece * width / pieces;
            let (x, columns) = (at(piece), at(piece + 1) - at(piece));
            let pixel = |place: Place| place.first.wrapping_add(x * place.stride);
            let none = [std::ptr::null(); 2];
            let block = Block {
                lines: lines.map(|line| line.wrapping_add(x * stride[1])),
                reach: under.len(),
                weights,
                channels: self.course.image.channels,
                outputs: rows.outputs.map(pixel),
                stride: rows.outputs[0].stride,
                residuals: rows
                    .residuals
                    .map_or(none, |rows| rows.map(|row| pixel(row).cast_const())),
                residual_stride: rows.residuals.map_or(0, |rows| rows[0].stride),
                low: self.low,
                high: self.high,
            };
            // SAFETY: the caller's; the lines reach as far as the windows.
            unsafe { runs[columns - 1](&block) };
        }
    }

    /// # Safety
    /// As for [`Depthwise::run`].
    unsafe fn spots(&self, under: &[*const *const f32], rows: Rows, weights: *const f32) {
        let Windows { kernel, stride, dilation, count, .. } = self.course.windows;
        for x in 0..count[1] {
            let pixel = |place: Place| place.first.wrapping_add(x * place.stride);
            let of = Spot {
                lines: under,
                column: x * stride[1],
                width: kernel[1],
                dilation: dilation[1],
                weights,
                channels: self.course.image.channels,
                output: pixel(rows.outputs[0]),
                residual: rows.residuals.map_or(std::ptr::null(), |rows| pixel(rows[0])),
                low: self.low,
                high: self.high,
            };
            // SAFETY: the caller's; the lines reach as far as the windows.
            unsafe { spot(self.isa, &of) };
        }
    }
}
