use super::blocks::Blocks;
use crate::Buffer;
use crate::kernels::norm::{Sums, sum_rows};
use crate::kernels::{Io, Kernel, Scratch};
use crate::simd::Isa;
use crate::team::Member;

/// The sum of each channel over all rows: the gradient of a bias. A second input is added to it, if
/// there is to be one.
#[derive(Debug)]
pub struct ColumnSums {
    isa: Isa,
    blocks: Blocks,
    channels: usize,
    adds: bool,
    zeros: Buffer,
}

impl ColumnSums {
    /// Of so many rows of channels.
    pub fn new(isa: Isa, [rows, channels]: [usize; 2], adds: bool) -> Self {
        let zeros = Buffer::zeros(channels);
        ColumnSums { isa, blocks: Blocks::new(rows, channels), channels, adds, zeros }
    }
}

impl Kernel for ColumnSums {
    fn name(&self) -> String {
        "sums of channels".to_owned()
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: self.blocks.sums(), own: 0 }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let ColumnSums { isa, blocks, channels, .. } = *self;
        // SAFETY: rows of the tensor, and a block's sums in `shared` scratch memory.
        blocks.each(member, |block, rows| unsafe {
            sum_rows(
                isa,
                Sums {
                    from: io.inputs[0].at(rows.start, 0),
                    mean: self.zeros.as_ptr(),
                    squares: false,
                    to: io.scratch.add(block * channels),
                    rows: rows.len(),
                    count: channels,
                },
            );
        });
        // SAFETY: members have met; a channel of the output is one member's.
        unsafe {
            blocks.each_total(member, io.scratch, channels, |_, channel, sum| {
                let plus = if self.adds { *io.inputs[1].first.add(channel) } else { 0.0 };
                *io.output.first.add(channel) = plus + sum as f32;
            });
        }
    }
}
