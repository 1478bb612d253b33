//! Filters that are given at each run.

use super::{Ready, SIDE_MOST, Winograd};
use crate::kernels::Io;
use crate::kernels::given::{self, Given, KernelView};
use crate::simd::{Simd, kernel};
use crate::team::Member;

/// A row of a panel: what a channel says of a few columns.
struct Row {
    /// Each position's columns.
    taps: [*const f32; 9],
    /// From one column to the next.
    step: usize,
    columns: usize,
    /// Where they go at the first frequency, and from one frequency to the next.
    to: *mut f32,
    frequency: usize,
    vectors: usize,
    /// What three values of a line are at each point, as factors of them.
    lines: [[f32; 3]; SIDE_MOST],
    side: usize,
}

/// # Safety
/// The machine has `S`. Positions have the columns, and there is room for whole vectors.
#[inline(always)]
unsafe fn transform<S: Simd>(row: &Row) {
    // SAFETY: the caller's.
    unsafe {
        for v in 0..row.vectors {
            let start = v * S::LANES;
            let count = row.columns.saturating_sub(start).min(S::LANES);
            let mut taps = [S::splat(0.0); 9];
            for (to, from) in taps.iter_mut().zip(row.taps) {
                *to = if row.step == 1 {
                    S::load_first(from.add(start), count)
                } else {
                    let mut lanes = [0.0f32; crate::kernels::lanes::MOST];
                    for (lane, to) in lanes[..count].iter_mut().enumerate() {
                        *to = *from.add((start + lane) * row.step);
                    }
                    S::load(lanes.as_ptr())
                };
            }
            for (i, [a, b, c]) in row.lines[..row.side].iter().enumerate() {
                let [a, b, c] = [a, b, c].map(|factor| S::splat(*factor));
                let mut line = [S::splat(0.0); 3];
                for (j, line) in line.iter_mut().enumerate() {
                    let sum = S::fma(b, taps[3 + j], S::mul(a, taps[j]));
                    *line = S::fma(c, taps[6 + j], sum);
                }
                for (j, [a, b, c]) in row.lines[..row.side].iter().enumerate() {
                    let [a, b, c] = [a, b, c].map(|factor| S::splat(*factor));
                    let sum = S::fma(b, line[1], S::mul(a, line[0]));
                    let to = row.to.add((i * row.side + j) * row.frequency + start);
                    S::store(to, S::fma(c, line[2], sum));
                }
            }
        }
    }
}

kernel! {
    /// Transforms what a channel says of a panel's columns.
    fn transform_row(row: &Row) = transform;
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
        let panels = layout.panels().len();
        for unit in member.take(layout.depth * panels, 8).flatten() {
            let (panel, channel) = (unit / layout.depth, unit % layout.depth);
            let own = layout.panel(panel);
            let place = layout.panels()[panel];
            let width = own.len() / layout.depth;
            // SAFETY: columns of the kernel; a row of a panel, which is this member's.
            unsafe {
                let tap = |tap| kernel.row(0, tap, channel).add(place.column * kernel.step());
                let row = Row {
                    taps: std::array::from_fn(tap),
                    step: kernel.step(),
                    columns: place.columns,
                    to: io.scratch.add(own.start + channel * width),
                    frequency: layout.values(),
                    vectors: place.vectors,
                    lines,
                    side: self.size.side(),
                };
                transform_row(self.isa, &row);
            }
        }
        // SAFETY: behind the filters there is room for the bias; what is read was written before the
        // members met.
        unsafe {
            let bias = io.scratch.add(filters);
            let sizes = [1, layout.columns, layout.width()];
            given::bias(given, io, sizes, bias, member);
            member.meet();
            Ready {
                filters: std::slice::from_raw_parts(io.scratch, filters),
                bias: std::slice::from_raw_parts(bias, layout.width()),
            }
        }
    }
}
