//! The filters, transformed and packed.

use std::ops::Range;

use super::Size;
use crate::kernels::gemm::Packed;
use crate::simd::Isa;

/// Columns whose products are transformed back at once.
pub(super) const GROUP: usize = 64;

/// A matrix of channels × filters for each frequency, for products of up to `rows` rows. Computed in
/// 64 bits, rounded once.
pub(super) fn transform(
    isa: Isa,
    size: Size,
    rows: usize,
    [channels, filters]: [usize; 2],
    kernel: &[f32],
) -> Vec<Packed> {
    let lines = size.filter();
    let mut matrix = vec![0f32; channels * filters];
    let mut sums = vec![0f64; filters];
    let mut packed = Vec::new();
    for vertical in &lines {
        for horizontal in &lines {
            for (channel, row) in matrix.chunks_exact_mut(filters).enumerate() {
                sums.fill(0.0);
                for tap in 0..9 {
                    let factor = vertical[tap / 3] * horizontal[tap % 3];
                    let values = &kernel[(tap * channels + channel) * filters..][..filters];
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += factor * f64::from(*value);
                    }
                }
                for (value, sum) in row.iter_mut().zip(&sums) {
                    *value = *sum as f32;
                }
            }
            let value = |row: usize, column: usize| matrix[row * filters + column];
            packed.push(Packed::new(isa, rows, [channels, filters], value));
        }
    }
    packed
}

/// Columns of all panels, those included that only fill the last.
pub(super) fn width(packed: &Packed) -> usize {
    let panels = packed.panels();
    let lanes = packed.panel(0).len() / packed.depth / panels[0].vectors;
    panels.iter().map(|panel| panel.vectors * lanes).sum()
}

/// Neighbouring panels, of about [`GROUP`] columns.
pub(super) fn groups(packed: &Packed) -> Vec<Range<usize>> {
    let panels = packed.panels();
    let mut groups = Vec::new();
    let mut start = 0;
    for (index, panel) in panels.iter().enumerate() {
        let columns = panel.column + panel.columns - panels[start].column;
        if columns >= GROUP || index + 1 == panels.len() {
            groups.push(start..index + 1);
            start = index + 1;
        }
    }
    groups
}
