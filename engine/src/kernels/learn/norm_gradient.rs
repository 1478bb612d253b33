use super::blocks::Blocks;
use super::norm::BatchNorm;
use super::norm_rows::{Factors, Rows, gradient_rows, sum_gradients};
use crate::kernels::{Io, Kernel, Scratch};
use crate::team::Member;

impl BatchNorm {
    /// The rows from one on of `x` and the gradient of the outputs. What is cut has no gradient, what
    /// lies on the edge of the range has one; but for 0, which `relu` counts as cut.
    fn of(&self, x: crate::kernels::Place, dy: crate::kernels::Place, rows: usize) -> Rows {
        let (low, high) = self.range;
        let relu = (0.0, f32::INFINITY);
        Rows {
            x,
            dy,
            rows,
            count: self.channels,
            low: if self.range == relu { 0.0 } else { low.next_down() },
            high: high.next_up(),
        }
    }
}

/// The gradients of a batch norm's shifts and factors, `[2, channels]`: of
/// `(gradient of the output, x, means and variances, gamma?, beta?)`.
#[derive(Debug)]
pub struct NormSums(pub BatchNorm);

impl NormSums {
    fn blocks(&self) -> Blocks {
        Blocks::new(self.0.rows, 2 * self.0.channels)
    }
}

impl Kernel for NormSums {
    fn name(&self) -> String {
        "sums of a norm's gradients".to_owned()
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: self.blocks().sums(), own: Factors::values(self.0.channels) }
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let (BatchNorm { isa, channels, .. }, blocks) = (self.0, self.blocks());
        // SAFETY: a member's own scratch memory, and the shared sums of blocks; rows of the tensors.
        unsafe {
            let own = io.scratch.add(self.scratch().own(member));
            let factors = self.0.factors(&io.inputs[2..], own);
            blocks.each(member, |block, rows| {
                let [dy, x] = [0, 1].map(|i| io.inputs[i].at(rows.start, 0));
                let to = io.scratch.add(block * 2 * channels);
                sum_gradients(isa, self.0.of(x, dy, rows.len()), factors, to);
            });
            blocks.each_total(member, io.scratch, channels, |row, channel, sum| {
                *io.output.row(row).add(channel) = sum as f32;
            });
        }
    }
}

/// The gradient of a batch norm's inputs: of
/// `(gradient of the output, x, what NormSums made, means and variances, gamma?, beta?)`.
///
/// `scale · (dy - mean(dy) - x̂ · mean(dy · x̂))`, with `x̂` the normalised inputs (Ioffe and Szegedy,
/// Batch Normalization, 2015). Of statistics that are frozen `scale · dy`, without the sums.
#[derive(Debug)]
pub struct NormGradient(pub BatchNorm);

impl Kernel for NormGradient {
    fn name(&self) -> String {
        "gradient of a norm".to_owned()
    }

    fn scratch(&self) -> Scratch {
        Scratch { shared: 0, own: Factors::values(self.0.channels) }
    }

    fn in_place(&self) -> bool {
        true
    }

    unsafe fn run(&self, io: &Io, member: &Member) {
        let BatchNorm { isa, rows, channels, frozen, .. } = self.0;
        let first = if frozen { 2 } else { 3 };
        // SAFETY: a member's own scratch memory; rows of the tensors.
        unsafe {
            let own = io.scratch.add(self.scratch().own(member));
            let factors = self.0.factors(&io.inputs[first..], own);
            for c in 0..channels {
                let [sum, product] = match frozen {
                    true => [0.0; 2],
                    false => [0, 1].map(|row| *io.inputs[2].row(row).add(c) / rows as f32),
                };
                let scale = *factors.scale.add(c);
                *factors.constant.add(c) = scale * sum;
                *factors.slope.add(c) = scale * product * *factors.inverse.add(c);
            }
            for rows in member.take(rows, self.0.unit()) {
                let [dy, x] = [0, 1].map(|i| io.inputs[i].at(rows.start, 0));
                let to = io.output.at(rows.start, 0);
                gradient_rows(isa, self.0.of(x, dy, rows.len()), factors, to);
            }
        }
    }
}
