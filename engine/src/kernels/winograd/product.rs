//! The product at a frequency.

use std::ops::Range;

use super::Winograd;
use super::spectrum::Spectrum;
use crate::kernels::gemm::{Strip, multiply};

impl Winograd {
    /// Some tiles of a frequency times panels; the columns go to the spectrum `to` from `at` on.
    ///
    /// # Safety
    /// Both spectra have those tiles; nobody else uses what is written.
    pub(super) unsafe fn multiply(
        &self,
        frequency: usize,
        rows: Range<usize>,
        panels: Range<usize>,
        from: Spectrum,
        (to, at): (Spectrum, usize),
        filters: &[f32],
    ) {
        let layout = &self.layout;
        let first = layout.panels()[panels.start].column;
        // Of a frequency, where a panel lies.
        let at_panel = |frequency: usize, index: usize| {
            filters[frequency * layout.values() + layout.panel(index).start..].as_ptr()
        };
        for index in panels.clone() {
            let panel = layout.panels()[index];
            // What comes next: another panel, or the same columns of the next frequency.
            let next = match frequency + 1 < self.size.frequencies() {
                _ if index + 1 < panels.end => at_panel(frequency, index + 1),
                true => at_panel(frequency + 1, panels.start),
                false => at_panel(frequency, index),
            };
            // SAFETY: tiles of the spectra, the panel's columns.
            unsafe {
                let strip = Strip {
                    rows: rows.len(),
                    depth: layout.depth,
                    from: from.row(frequency, rows.start),
                    from_stride: from.tile,
                    panel: at_panel(frequency, index),
                    to: to.row(frequency, rows.start).add(at + panel.column - first),
                    to_stride: to.tile,
                    next,
                };
                multiply(self.isa, panel, &strip);
            }
        }
    }
}
