use formwork_ir::layers::*;

use super::{Function, Rows, apply_rows};
use crate::kernels::pieces::{joined, pieces, rows_and_channels};
use crate::kernels::{Io, Kernel, Lower, Place, Site};
use crate::simd::Isa;
use crate::team::Member;

/// A function of each value of a tensor.
#[derive(Debug)]
pub struct Map {
    isa: Isa,
    function: Function,
    rows: usize,
    channels: usize,
}

impl Map {
    /// For tensors of those sizes.
    pub fn new(isa: Isa, function: Function, dims: &[usize]) -> Self {
        let (rows, channels) = rows_and_channels(dims);
        Map { isa, function, rows, channels }
    }
}

impl Kernel for Map {
    fn name(&self) -> String {
        format!("{:?}", self.function).to_lowercase()
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (input, output) = (io.inputs[0], io.output);
        pieces(member, self.rows, self.channels, |rows, channels| {
            // SAFETY: rows of the tensors, which are the same or apart; each is one member's.
            unsafe {
                let at = |place: Place| place.at(rows.start, channels.start);
                let (from, to) = (at(input), at(output));
                let strides = [from.stride, to.stride];
                let (rows, count) = joined(rows.len(), channels.len(), strides);
                apply_rows(self.isa, self.function, Rows { from, to, rows, count });
            }
        });
    }
}

macro_rules! lower {
    ($($Type:ident),* $(,)?) => {$(
        impl Lower for $Type {
            fn lower(&self, site: &Site) -> Box<dyn Kernel> {
                Box::new(Map::new(site.isa, self.into(), site.output))
            }
        }
    )*};
}

lower! {
    Relu, Relu6, LeakyRelu, Elu, Selu, Gelu, Silu, Sigmoid, Tanh, Softplus, HardSigmoid, HardSwish,
    Mish, Clip, Rescaling,
}
