//! Convolutions as matrix products: each output pixel is a row, its pieces the pixels under the
//! window, read where they lie.

mod given;
mod layers;
mod pooled;
mod rows;

use std::borrow::Cow;
use std::ops::Range;

pub use layers::{applies, pools, winograd_fits};
pub use pooled::PooledConv;

use super::function::apply;
use super::gemm::{Layout, Packed, Product, Table};
use super::{Finish, Given, Image, Io, Kernel, Scratch, Windows};
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

    /// Makes what all members read, with the others of the team: the image within its padding, and the
    /// matrices of what is given, if that is packed for all.
    ///
    /// # Safety
    /// As for [`Kernel::run`].
    unsafe fn prepare(&self, io: &Io, member: &Member, packs: bool) {
        let given = match self.weights {
            Weights::Given(given) if packs => Some(given),
            _ => None,
        };
        // SAFETY: the caller's.
        unsafe {
            if let Some(padded) = self.padded {
                self.pad(padded, io, member);
            }
            if let Some(given) = given {
                self.pack(given, io, member);
            }
        }
        if self.padded.is_some() || given.is_some() {
            member.meet();
        }
    }

    /// The product of a group's matrix, of its panels from `first` on.
    fn product<'a>(&'a self, first: usize, [values, bias]: [&'a [f32]; 2]) -> Product<'a> {
        let Conv { image, windows, finish, layout, .. } = self;
        Product {
            isa: self.isa,
            layout,
            first,
            values,
            bias,
            segments: if self.padded.is_some() { windows.kernel[0] } else { windows.taps() },
            rows: image.batch * windows.count[0] * windows.count[1],
            residual: finish.residual,
            low: finish.low,
            high: finish.high,
        }
    }
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
            Weights::Own(_) => Scratch::default(),
            Weights::Given(_) => self.given_scratch(),
        };
        Scratch { shared: self.copied() + given.shared, own: given.own }
    }

    fn bytes(&self) -> usize {
        match &self.weights {
            Weights::Own(own) => own.iter().map(|(packed, _)| packed.bytes()).sum(),
            Weights::Given(_) => 0,
        }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let apart = match self.weights {
            Weights::Given(given) if self.packs_apart(member.size) => Some(given),
            _ => None,
        };
        // SAFETY: the caller's.
        unsafe { self.prepare(io, member, apart.is_none()) };
        for group in 0..self.groups {
            // SAFETY: the caller's.
            let rows = unsafe { self.rows(io, group) };
            let fill = |row: usize, i: usize, table: &mut Table| {
                // SAFETY: a row that there is; members have met.
                unsafe { rows.fill(row, i, table) };
            };
            let done = |table: &Table, columns: Range<usize>| {
                let Some(function) = self.finish.function else { return };
                for row in &table.to[..table.count] {
                    // SAFETY: values that this member made.
                    unsafe { apply(self.isa, function, row.add(columns.start), columns.len()) };
                }
            };
            // SAFETY: the table holds pixels of the tensors, each as long as the product reads; what
            // is given is packed, or will be.
            Table::with(|table| unsafe {
                match apart {
                    Some(given) => {
                        self.multiply_apart((given, group), io, member, table, fill, done);
                    }
                    None => {
                        let product = self.product(0, self.weights(group, io));
                        product.run(member, table, fill, done);
                    }
                }
            });
        }
    }
}
