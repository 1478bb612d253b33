//! `softmax` and its logarithm: of rows, of rows so short that vectors go across them, and along
//! other axes, where vectors go along the channels.

mod columns;
mod rows;

use formwork_ir::layers;

use columns::{Columns, softmax_columns, softmax_short};
use rows::{Rows, softmax_rows};

use super::pieces::{rows_and_channels, unit};
use super::{Io, Kernel, Lower, Site};
use crate::simd::Isa;
use crate::team::Member;

/// `eˣ / Σ eˣ` along an axis, or its logarithm.
#[derive(Debug)]
pub struct Softmax {
    isa: Isa,
    logarithm: bool,
    way: Way,
}

/// How it is computed.
#[derive(Debug)]
enum Way {
    /// Along rows.
    Rows { rows: usize, channels: usize },
    /// Along rows, as many at a time as a vector has lanes.
    ShortRows { rows: usize, channels: usize },
    /// Along an axis of `length`: `inner` rows from one of its positions to the next.
    Axis { outer: usize, length: usize, inner: usize, channels: usize },
}

/// From how many rows on vectors may go across them.
const SEVERAL: usize = 4;

impl Softmax {
    /// For tensors of those sizes, along one of their axes.
    pub fn new(isa: Isa, logarithm: bool, dims: &[usize], axis: usize) -> Self {
        let (rows, channels) = rows_and_channels(dims);
        let last = dims.len() - 1;
        let way = if axis < last {
            let outer = dims[..axis].iter().product();
            let inner = dims[axis + 1..last].iter().product();
            Way::Axis { outer, length: dims[axis], inner, channels }
        } else if rows >= SEVERAL && channels <= columns::SHORT {
            Way::ShortRows { rows, channels }
        } else {
            Way::Rows { rows, channels }
        };
        Softmax { isa, logarithm, way }
    }
}

impl Kernel for Softmax {
    fn name(&self) -> String {
        let what = if self.logarithm { "log softmax" } else { "softmax" };
        let how = match self.way {
            Way::Rows { .. } => "along rows",
            Way::ShortRows { .. } => "across short rows",
            Way::Axis { .. } => "along an axis",
        };
        format!("{what} {how}")
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (isa, logarithm) = (self.isa, self.logarithm);
        // SAFETY: rows of the tensors, which are the same or apart; each is one member's.
        unsafe {
            let at = |row: usize| [io.inputs[0], io.output].map(|place| place.at(row, 0));
            match self.way {
                Way::Rows { rows, channels } | Way::ShortRows { rows, channels } => {
                    for own in member.take(rows, unit(channels)) {
                        let [from, to] = at(own.start);
                        let all = Rows { from, to, rows: own.len(), count: channels, logarithm };
                        match self.way {
                            Way::ShortRows { .. } => softmax_short(isa, all),
                            _ => softmax_rows(isa, all),
                        }
                    }
                }
                Way::Axis { outer, length, inner, channels: count } => {
                    for row in member.take(outer * inner, unit(length * count)).flatten() {
                        let [from, to] = at(row / inner * length * inner + row % inner);
                        let all = Columns { from, to, length, step: inner, count, logarithm };
                        softmax_columns(isa, all);
                    }
                }
            }
        }
    }
}

impl Lower for layers::Softmax {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let axis = self.axis.index(site.output.len()).expect("a shape rule checked the axis");
        Box::new(Softmax::new(site.isa, false, site.output, axis))
    }
}

impl Lower for layers::LogSoftmax {
    fn lower(&self, site: &Site) -> Box<dyn Kernel> {
        let axis = self.axis.index(site.output.len()).expect("a shape rule checked the axis");
        Box::new(Softmax::new(site.isa, true, site.output, axis))
    }
}

#[cfg(test)]
mod tests {
    use formwork_ir::Axis;
    use formwork_ir::layers::{LogSoftmax, Softmax};
    use proptest::prelude::*;

    use crate::kernels::Finish;
    use crate::kernels::check::{cases, check_layer};

    proptest! {
        #![proptest_config(cases(300))]
        #[test]
        fn softmaxes_are_the_layer(
            dims in prop::collection::vec(1..7usize, 1..4), channels in 1..150usize, short: bool,
            axis in 1..4isize, seed: u64,
        ) {
            let channels = if short { channels % 25 + 1 } else { channels };
            let dims = [dims, vec![channels]].concat();
            let axis = Axis(axis.min(dims.len() as isize - 1));
            check_layer(&Softmax::new().axis(axis), &[&dims], Finish::NONE, seed);
            check_layer(&LogSoftmax::new().axis(axis), &[&dims], Finish::NONE, seed);
        }
    }
}
