//! The product at a frequency.

use std::cell::RefCell;
use std::ops::Range;

use super::Winograd;
use super::spectrum::Spectrum;
use crate::kernels::gemm::{Tile, tiles};

thread_local! {
    /// Where rows begin, of the transformed input and of its product; each thread's, so that no run
    /// allocates it anew.
    static ROWS: RefCell<(Vec<*const f32>, Vec<*mut f32>)> = RefCell::default();
}

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
        ROWS.with_borrow_mut(|(inputs, outputs)| {
            inputs.clear();
            outputs.clear();
            // SAFETY: tiles of the spectra.
            unsafe {
                inputs.extend(rows.clone().map(|i| from.row(frequency, i).cast_const()));
                outputs.extend(rows.clone().map(|i| to.row(frequency, i)));
            }
            let packed = &self.filters[frequency];
            let first = packed.panels()[panels.start].column;
            for index in panels {
                let panel = packed.panels()[index];
                let tiles = tiles(self.isa, panel);
                let values = packed.panel(index);
                let count = rows.len().div_ceil(tiles.len());
                for t in 0..count {
                    // Tiles of nearly equal height.
                    let start = |t: usize| t * rows.len() / count;
                    let tile = Tile {
                        rows: inputs[start(t)..].as_ptr(),
                        stride: 0,
                        segments: 1,
                        length: packed.depth,
                        panel: values.as_ptr(),
                        bias: self.zeros.as_ptr(),
                        outputs: outputs[start(t)..].as_ptr(),
                        residuals: std::ptr::null(),
                        column: at + panel.column - first,
                        columns: panel.vectors * self.isa.lanes(),
                        low: f32::NEG_INFINITY,
                        high: f32::INFINITY,
                    };
                    // SAFETY: rows of the spectra.
                    unsafe { tiles[start(t + 1) - start(t) - 1](&tile) };
                }
            }
        });
    }
}
