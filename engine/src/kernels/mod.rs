//! What the steps of a plan do: each file has one kind of layer, prepared for its sizes, with its
//! weights as its loops read them.

mod algorithm;
#[cfg(test)]
pub(crate) mod check;
pub mod conv;
pub(crate) mod copy;
mod cursor;
pub mod depthwise;
#[cfg(test)]
mod every_layer;
mod finish;
pub mod function;
pub mod fused;
pub mod gemm;
mod given;
mod image;
mod lanes;
pub mod learn;
mod lines;
mod lower;
mod matrix;
pub mod merge;
pub mod movement;
pub mod norm;
mod pieces;
pub mod pool;
pub mod reduce;
#[cfg(test)]
pub(crate) mod slopes;
pub mod softmax;
pub mod transposed;
mod turn;
pub mod winograd;

use std::fmt::Debug;

pub use algorithm::Algorithm;
pub use conv::{applies, pools, winograd_fits};
pub use finish::Finish;
pub use function::Function;
pub use given::Given;
pub use image::{Image, Windows};
pub use lower::{finishes, lower};

use crate::simd::Isa;
use crate::team::Member;

/// A tensor in memory: rows of channels, some distance apart. An image's rows are its pixels.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its first value.
    pub first: *mut f32,
    /// From one row to the next, in values.
    pub stride: usize,
}

impl Place {
    /// Where a row begins.
    ///
    /// # Safety
    /// The tensor has that row.
    #[inline(always)]
    pub unsafe fn row(self, row: usize) -> *mut f32 {
        // SAFETY: within the tensor.
        unsafe { self.first.add(row * self.stride) }
    }
}

/// What a step reads and writes.
#[derive(Clone, Copy, Debug)]
pub struct Io<'a> {
    /// The tensors it reads; last what is added to its output, if anything is.
    pub inputs: &'a [Place],
    /// The tensor it writes.
    pub output: Place,
    /// Memory for the step alone, as much as [`Kernel::scratch`] says.
    pub scratch: *mut f32,
}

/// Memory that a kernel needs while it runs, in values.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Scratch {
    /// For all members together.
    pub shared: usize,
    /// For each member by itself.
    pub own: usize,
}

impl Scratch {
    /// For a team of that size. Each part begins at a cache line.
    pub fn total(self, members: usize) -> usize {
        round(self.shared) + members * round(self.own)
    }

    /// Where a member's own begins, behind what is shared.
    pub fn own(self, member: &Member) -> usize {
        round(self.shared) + member.rank * round(self.own)
    }
}

/// Up to whole cache lines.
fn round(values: usize) -> usize {
    values.next_multiple_of(16)
}

/// Where a layer stands in a network: what it needs to know to be prepared.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// The instruction set to use.
    pub isa: Isa,
    /// How it is computed, of a layer that can be computed in several ways.
    pub algorithm: Algorithm,
    /// Its inputs' sizes, batch first.
    pub inputs: Vec<&'a [usize]>,
    /// Its output's sizes.
    pub output: &'a [usize],
    /// Its parameters, in the order of the layer's table row.
    pub params: Vec<&'a [f32]>,
    /// What becomes of its output: nothing but of a layer that can finish.
    pub finish: Finish,
}

impl Site<'_> {
    /// The first input's sizes as those of images.
    ///
    /// # Panics
    /// If its rank is not 4, which the layer's shape rule has checked.
    pub fn image(&self) -> Image {
        Image::new(self.inputs[0].try_into().expect("a shape rule checked the rank"))
    }
}

/// A layer that runs by a kernel of its own.
pub trait Lower {
    /// Whether its kernels can finish what they make: add to it, cut it.
    const FINISHES: bool = false;

    /// Prepares it for where it stands. The layer's shape rule has accepted that.
    fn lower(&self, site: &Site) -> Box<dyn Kernel>;

    /// The same of parameters that the kernel may keep, rather than those of the site.
    fn lower_with(&self, site: &Site, params: Vec<Vec<f32>>) -> Box<dyn Kernel> {
        let params = params.iter().map(Vec::as_slice).collect();
        self.lower(&Site { params, ..site.clone() })
    }
}

/// A layer that is ready to run.
pub trait Kernel: Send + Sync + Debug {
    /// What it is and how it computes: `conv2d 3×3, winograd 4×4`.
    fn name(&self) -> String;

    /// Memory that it needs while it runs.
    fn scratch(&self) -> Scratch {
        Scratch::default()
    }

    /// What its weights take in memory, in bytes.
    fn bytes(&self) -> usize {
        0
    }

    /// Whether its output may lie where its first input does.
    fn in_place(&self) -> bool {
        false
    }

    /// Does a member's share. Members may meet in between, all as often.
    ///
    /// # Safety
    /// The tensors have the shapes that it was made for, and the scratch memory is as large as it
    /// said, for the member's team; nobody else reads or writes what it writes. The output overlaps
    /// no input, but what is added to it, where each value lies in the same place.
    unsafe fn run(&self, io: &Io, member: &Member);
}
