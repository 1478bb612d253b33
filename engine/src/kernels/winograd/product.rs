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
    ) {
        let packed = &self.filters[frequency];
        let first = packed.panels()[panels.start].column;
        for index in panels.clone() {
            let panel = packed.panels()[index];
            // What comes next: another panel, or the same columns of the next frequency.
            let next = match self.filters.get(frequency + 1) {
                _ if index + 1 < panels.end => packed.panel(index + 1),
                Some(filters) => filters.panel(panels.start),
                None => packed.panel(index),
            };
            // SAFETY: tiles of the spectra, the panel's columns.
            unsafe {
                let strip = Strip {
                    rows: rows.len(),
                    depth: packed.depth,
                    from: from.row(frequency, rows.start),
                    from_stride: from.tile,
                    panel: packed.panel(index).as_ptr(),
                    to: to.row(frequency, rows.start).add(at + panel.column - first),
                    to_stride: to.tile,
                    next: next.as_ptr(),
                };
                multiply(self.isa, panel, &strip);
            }
        }
    }
}
