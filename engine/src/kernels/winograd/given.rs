//! Filters that are given at each run.

use super::{Ready, SIDE_MOST, Winograd};
use crate::kernels::Io;
use crate::kernels::gemm::Panel;
use crate::kernels::given::{self, Given, KernelView};
use crate::kernels::lanes::MOST;
use crate::simd::{Simd, kernel};
use crate::team::Member;

/// What some channels say of a vector of columns.
struct Block {
    /// Each position's columns of the first channel.
    taps: [*const f32; 9],
    /// From one channel to the next.
    step: usize,
    /// Number of columns.
    columns: usize,
    /// Where the first channel's go at the first frequency.
    to: *mut f32,
    /// From one channel to the next.
    to_step: usize,
    /// From one frequency to the next.
    frequency: usize,
    /// Number of channels.
    channels: usize,
    /// What three values of a line are at each point, as factors of them.
    lines: [[f32; 3]; SIDE_MOST],
    side: usize,
}

/// # Safety
/// The machine has `S`. Positions have the columns, and there is room for whole vectors.
#[inline(always)]
unsafe fn transform<S: Simd>(of: &Block) {
    // SAFETY: the caller's.
    unsafe {
        for channel in 0..of.channels {
            let mut taps = [S::splat(0.0); 9];
            for (to, from) in taps.iter_mut().zip(of.taps) {
                let from = from.add(channel * of.step);
                *to = match of.columns == S::LANES {
                    true => S::load(from),
                    false => S::load_first(from, of.columns),
                };
            }
            let to = of.to.add(channel * of.to_step);
            for (i, [a, b, c]) in of.lines[..of.side].iter().enumerate() {
                let [a, b, c] = [a, b, c].map(|factor| S::splat(*factor));
                let mut line = [S::splat(0.0); 3];
                for (j, line) in line.iter_mut().enumerate() {
                    let sum = S::fma(b, taps[3 + j], S::mul(a, taps[j]));
                    *line = S::fma(c, taps[6 + j], sum);
                }
                for (j, [a, b, c]) in of.lines[..of.side].iter().enumerate() {
                    let [a, b, c] = [a, b, c].map(|factor| S::splat(*factor));
                    let sum = S::fma(b, line[1], S::mul(a, line[0]));
                    let to = to.add((i * of.side + j) * of.frequency);
                    S::store(to, S::fma(c, line[2], sum));
                }
            }
        }
    }
}

kernel! {
    /// Transforms what channels say of a vector of columns.
    fn transform_block(of: &Block) = transform;
}

impl Winograd {
    /// Values of the filters and the bias, where they are given.
    pub(super) fn given_values(&self) -> usize {
        let values = self.size.frequencies() * self.layout.values() + self.layout.width();
        match self.weights {
            super::Weights::Own(_) => 0,
            super::Weights::Given(_) => values.next_multiple_of(16),
        }
    }

    /// Transforms what is given, with the others of the team.
    ///
    /// # Safety
    /// As for [`Kernel::run`](crate::kernels::Kernel::run).
    pub(super) unsafe fn transform_given(
        &self,
        given: Given,
        io: &Io,
        member: &Member,
    ) -> Ready<'_> {
        let layout = &self.layout;
        let filters = self.size.frequencies() * layout.values();
        let kernel = KernelView::new(given, io.inputs[1], 9, [1, layout.depth, layout.columns]);
        let mut lines = [[0.0; 3]; SIDE_MOST];
        for (to, from) in lines.iter_mut().zip(self.size.filter()) {
            *to = from.map(|factor| factor as f32);
        }
        const CHANNELS: usize = 16;
        let blocks = layout.depth.div_ceil(CHANNELS);
        let lanes = self.isa.lanes();
        let mut copy = [0.0f32; 9 * CHANNELS * MOST];
        for unit in member.take(layout.width() / lanes * blocks, 1).flatten() {
            let (vector, first) = (unit / blocks, unit % blocks * CHANNELS);
            let start = vector * lanes;
            let before = |panel: &Panel| panel.column <= start;
            let panel = layout.panels().partition_point(before) - 1;
            let Panel { column, vectors, .. } = layout.panels()[panel];
            let channels = first..layout.depth.min(first + CHANNELS);
            let columns = start..layout.columns.min(start + lanes);
            let at = layout.panel(panel).start + first * vectors * lanes + start - column;
            // SAFETY: columns of the kernel; a part of a panel, which is this member's.
            unsafe {
                let (taps, step) = match given {
                    Given::Straight { .. } => (
                        std::array::from_fn(|tap| kernel.row(0, tap, first).add(start)),
                        kernel.stride(),
                    ),
                    Given::Turned => {
                        for (tap, to) in copy.chunks_exact_mut(CHANNELS * MOST).enumerate() {
                            let (of, to) = (channels.clone(), (to.as_mut_ptr(), MOST));
                            kernel.turn(self.isa, [0, tap], of, columns.clone(), to);
                        }
                        (std::array::from_fn(|tap| copy[tap * CHANNELS * MOST..].as_ptr()), MOST)
                    }
                };
                let block = Block {
                    taps,
                    step,
                    columns: columns.len(),
                    to: io.scratch.add(at),
                    to_step: vectors * lanes,
                    frequency: layout.values(),
                    channels: channels.len(),
                    lines,
                    side: self.size.side(),
                };
                transform_block(self.isa, &block);
            }
        }
        // SAFETY: behind the filters there is room for the bias; what is read was written before the
        // members met.
        unsafe {
            let bias = io.scratch.add(filters);
            let sizes = [1, layout.columns, layout.width()];
            given::biases(given, io, sizes, bias, member);
            member.meet();
            Ready {
                filters: std::slice::from_raw_parts(io.scratch, filters),
                bias: std::slice::from_raw_parts(bias, layout.width()),
            }
        }
    }
}
