use super::moves::{Move, Moves, Repeat, Spot};
use crate::kernels::pieces::{pieces, rows_and_channels};
use crate::kernels::{Io, Kernel};
use crate::simd::Isa;
use crate::team::Member;

/// The same values in rows of another length, where neither length divides the other.
#[derive(Debug)]
pub struct Regroup {
    /// Length of a row read.
    from: usize,
    /// Number of rows written.
    rows: usize,
    /// Their length.
    to: usize,
}

/// The same values in a tensor of other sizes.
pub(super) fn regroup(isa: Isa, input: &[usize], output: &[usize]) -> Box<dyn Kernel> {
    let ((count, from), (rows, to)) = (rows_and_channels(input), rows_and_channels(output));
    let copy = |length: usize, outer: Repeat, inner: Repeat| {
        Moves::new(isa, vec![Move::new(Some(0), [Spot::default(); 2], length, [outer, inner])])
    };
    if from == to {
        return Box::new(Moves::whole(isa, output));
    }
    if to.is_multiple_of(from) {
        let several = to / from;
        let outer = Repeat { count: rows, from: Spot::row(several), to: Spot::row(1) };
        let inner = Repeat { count: several, from: Spot::row(1), to: Spot::channel(from) };
        return Box::new(copy(from, outer, inner));
    }
    if from.is_multiple_of(to) {
        let several = from / to;
        let outer = Repeat { count, from: Spot::row(1), to: Spot::row(several) };
        let inner = Repeat { count: several, from: Spot::channel(to), to: Spot::row(1) };
        return Box::new(copy(to, outer, inner));
    }
    Box::new(Regroup { from, rows, to })
}

impl Kernel for Regroup {
    fn name(&self) -> String {
        format!("rows of {} to rows of {}", self.from, self.to)
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        pieces(member, self.rows, self.to, |rows, channels| {
            for row in rows {
                let (mut channel, first) = (channels.start, row * self.to);
                while channel < channels.end {
                    let at = first + channel;
                    let (from_row, from_channel) = (at / self.from, at % self.from);
                    let count = (self.from - from_channel).min(channels.end - channel);
                    // SAFETY: a part of a row of each tensor; the tensors are apart.
                    unsafe {
                        let from = io.inputs[0].row(from_row).add(from_channel);
                        let to = io.output.row(row).add(channel);
                        std::ptr::copy_nonoverlapping(from, to, count);
                    }
                    channel += count;
                }
            }
        });
    }
}
