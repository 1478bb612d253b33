//! Convolutions with 3×3 windows by Winograd's method: tiles of the input and the filters become
//! values of polynomials at a few points (frequencies), where a convolution is a product. A tile of
//! 4×4 outputs takes 36 multiplications instead of 144, one of 2×2 takes 16 instead of 36.

mod blocks;
mod cost;
mod filters;
mod given;
mod input;
mod lines;
mod output;
mod plan;
mod product;
mod spectrum;
mod split;
mod tiles;
mod weights;

use std::ops::Range;

pub use cost::{best, best_given, best_weights, fits};
use filters::groups;
use plan::Plan;
use tiles::Tiles;
pub use weights::WinogradWeights;

use super::gemm::Layout;
use super::given::Given;
use super::{Finish, Image, Io, Kernel, Scratch, Windows};
use crate::Buffer;
use crate::simd::Isa;
use crate::team::Member;

/// The tiles of outputs that are made at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// 2×2: 2.25 times fewer multiplications.
    Two,
    /// 4×4: four times fewer. Errors are about twice as large.
    Four,
}

/// The longest line of outputs of a tile.
const OUTPUTS_MOST: usize = 4;
/// The longest line of inputs.
const SIDE_MOST: usize = 6;

impl Size {
    /// Outputs in a line of a tile.
    pub fn outputs(self) -> usize {
        match self {
            Size::Two => 2,
            Size::Four => 4,
        }
    }

    /// Inputs in a line of a tile.
    pub fn side(self) -> usize {
        self.outputs() + 2
    }

    /// Number of products.
    pub fn frequencies(self) -> usize {
        self.side() * self.side()
    }
}

/// A convolution with windows of 3×3 pixels, side by side, of all channels.
#[derive(Debug)]
pub struct Winograd {
    isa: Isa,
    image: Image,
    windows: Windows,
    finish: Finish,
    size: Size,
    tiles: Tiles,
    /// How the matrix of a frequency lies.
    layout: Layout,
    weights: Weights,
    /// Pixels of padding, and what else is 0.
    zeros: Buffer,
    /// Neighbouring panels, about [`filters::GROUP`] columns.
    groups: Vec<Range<usize>>,
    plan: Plan,
    /// Of a square of so many outputs a side only the largest is kept.
    pool: usize,
    /// Whether it is said which that was.
    says_which: bool,
}

/// The filters of each frequency, one behind the other, and the bias, as wide as the panels.
#[derive(Debug)]
enum Weights {
    Own([Buffer; 2]),
    Given(Given),
}

/// The same where they lie.
#[derive(Clone, Copy, Debug)]
struct Ready<'a> {
    filters: &'a [f32],
    bias: &'a [f32],
}

impl Winograd {
    /// A convolution with a kernel `[3, 3, channels, filters]` and a bias.
    ///
    /// # Panics
    /// If the windows are not of 3×3 neighbouring pixels, one pixel apart.
    pub fn new(
        isa: Isa,
        image: Image,
        windows: Windows,
        params: [&[f32]; 2],
        finish: Finish,
        size: Size,
    ) -> Self {
        let tiles = Tiles::new(image, windows, size);
        let plan = Plan::new(size, tiles.count, [image.channels, params[1].len()]);
        Self::with_plan(isa, image, windows, params, finish, size, plan)
    }

    /// The same, and of each 2×2 outputs only the largest is written: a max pooling behind it. A row
    /// or a column that is left over at the end is dropped.
    ///
    /// # Panics
    /// If something is added to the outputs.
    pub fn pooled(self) -> Self {
        assert!(!self.finish.residual, "nothing is added to outputs of which some are dropped");
        Winograd { pool: 2, ..self }
    }

    /// The same as [`Winograd::pooled`], and to the last input is written which the largest were: row
    /// by row from 0, the first of several.
    ///
    /// # Panics
    /// As [`Winograd::pooled`].
    pub fn pooled_saying_which(self) -> Self {
        Winograd { says_which: true, ..self.pooled() }
    }

    fn with_plan(
        isa: Isa,
        image: Image,
        windows: Windows,
        [kernel, bias]: [&[f32]; 2],
        finish: Finish,
        size: Size,
        plan: Plan,
    ) -> Self {
        let layout = layout(isa, plan, &Tiles::new(image, windows, size), image, bias.len());
        let filters = filters::transform(&layout, size, kernel);
        let mut padded = Buffer::zeros(layout.width());
        padded[..bias.len()].copy_from_slice(bias);
        Self::with(isa, image, windows, Weights::Own([filters, padded]), finish, size, plan, layout)
    }

    /// A convolution that makes so many channels with a kernel that it is given.
    ///
    /// # Panics
    /// As [`Winograd::new`].
    pub fn given(
        isa: Isa,
        image: Image,
        windows: Windows,
        filters: usize,
        given: Given,
        finish: Finish,
        size: Size,
    ) -> Self {
        let tiles = Tiles::new(image, windows, size);
        let plan = Plan::new(size, tiles.count, [image.channels, filters]);
        let layout = layout(isa, plan, &tiles, image, filters);
        Self::with(isa, image, windows, Weights::Given(given), finish, size, plan, layout)
    }

    #[expect(clippy::too_many_arguments, reason = "all that it is")]
    fn with(
        isa: Isa,
        image: Image,
        windows: Windows,
        weights: Weights,
        finish: Finish,
        size: Size,
        plan: Plan,
        layout: Layout,
    ) -> Self {
        let of = [windows.kernel, windows.stride, windows.dilation];
        assert_eq!(of, [[3, 3], [1, 1], [1, 1]], "windows of 3×3 neighbours, side by side");
        let tiles = Tiles::new(image, windows, size);
        let groups = groups(&layout);
        let zeros = Buffer::zeros(image.channels.max(layout.width()));
        Winograd {
            isa,
            image,
            windows,
            finish,
            size,
            tiles,
            layout,
            weights,
            zeros,
            groups,
            plan,
            pool: 1,
            says_which: false,
        }
    }
}

impl Kernel for Winograd {
    fn name(&self) -> String {
        let outputs = self.size.outputs();
        let pooled = if self.pool == 1 { "" } else { ", max pool 2×2" };
        format!("3×3, winograd {outputs}×{outputs}{pooled}")
    }

    fn scratch(&self) -> Scratch {
        let Scratch { shared, own } = match self.plan {
            Plan::Blocks(tiles) => self.blocks_scratch(tiles),
            Plan::Split(tiles) => self.split_scratch(tiles),
        };
        Scratch { shared: shared + self.given_values(), own }
    }

    fn bytes(&self) -> usize {
        match &self.weights {
            Weights::Own(own) => own.iter().map(|values| size_of_val(&values[..])).sum(),
            Weights::Given(_) => 0,
        }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let ready = match &self.weights {
            Weights::Own([filters, bias]) => Ready { filters, bias },
            // SAFETY: the caller's.
            Weights::Given(given) => unsafe { self.transform_given(*given, io, member) },
        };
        // SAFETY: the caller's; behind what is given there is as much scratch memory as the plan
        // takes.
        unsafe {
            let io = &Io { scratch: io.scratch.add(self.given_values()), ..*io };
            match self.plan {
                Plan::Blocks(tiles) => self.run_blocks(io, member, tiles, ready),
                Plan::Split(tiles) => self.run_split(io, member, tiles, ready),
            }
        }
    }
}

/// How the matrix of a frequency lies.
fn layout(isa: Isa, plan: Plan, tiles: &Tiles, image: Image, filters: usize) -> Layout {
    let (Plan::Blocks(rows) | Plan::Split(rows)) = plan;
    Layout::new(isa, rows.min(tiles.count), [image.channels, filters])
}

#[cfg(test)]
mod tests;
