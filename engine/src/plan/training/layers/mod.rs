//! How layers are trained: what each does with a batch, and what it makes of what the loss says of
//! its output. Convolutions and dense layers are in [`convs`](super::convs).

mod batch_norm;
mod functions;
mod merges;
mod movement;
mod noise;
mod norms;
mod pools;
mod reductions;
mod softmax;

use formwork_ir::layers::{SeparableConv2d, Split};
use formwork_ir::{Op, with_layer};

use super::super::choice::Choice;
use super::super::fuse::macs;
use super::super::layout::Spot;
use super::super::net::{Layer, Net};
use super::builder::{Builder, Unit};
use crate::kernels::Image;
pub(super) use functions::uncut;
pub(super) use pools::tiles;

/// A layer that is trained: each of the table.
pub(super) trait Learn {
    /// Whether it can cut its outputs to a range.
    fn cuts(&self) -> bool {
        false
    }

    /// Whether it can make the largest outputs alone of windows of that size, which tile them, and say
    /// which they were.
    fn pools(&self, _net: &Net, _choice: Choice, _layer: &Layer, _size: [usize; 2]) -> bool {
        false
    }

    /// Whether the last step of `forward` makes its output at little cost of what `backward` reads.
    fn cheap(&self) -> bool {
        false
    }

    /// Adds the steps that make its output; says what else they made that `backward` reads.
    fn forward(&self, at: &mut Builder, unit: &Unit) -> Vec<Spot> {
        at.plain(&unit.layer);
        Vec::new()
    }

    /// Adds the steps that make the gradients of its inputs and parameters.
    fn backward(&self, at: &mut Builder, unit: &Unit, saved: &[Spot], dy: Spot);
}

/// How a layer is trained.
pub(super) fn learn(op: &Op) -> &dyn Learn {
    with_layer!(op, layer => layer)
}

/// A tensor's sizes as those of images.
pub(super) fn image(at: &Builder, value: usize) -> Image {
    Image::new(at.sizes(value).try_into().expect("a shape rule checked the rank"))
}

/// What a layer's products are, as if each were computed.
pub(super) fn products(at: &Builder, layer: &Layer) -> u64 {
    macs(at.net, layer)
}

/// Layers that never get here.
macro_rules! replaced {
    ($($Layer:ident: $by:literal;)*) => {$(
        impl Learn for $Layer {
            fn backward(&self, _: &mut Builder, _: &Unit, _: &[Spot], _: Spot) {
                unreachable!($by)
            }
        }
    )*};
}

replaced! {
    Split: "its parts stand in a graph, each a `slice`";
    SeparableConv2d: "its two convolutions stand for it, see `expand`";
}
