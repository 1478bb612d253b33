//! The filters, transformed and packed.

use std::ops::Range;

use super::Size;
use crate::Buffer;
use crate::kernels::gemm::Layout;

/// Columns whose products are transformed back at once.
pub(super) const GROUP: usize = 64;

/// A matrix of channels × filters for each frequency. Computed in 64 bits, rounded once.
pub(super) fn transform(layout: &Layout, size: Size, kernel: &[f32]) -> Buffer {
    let (channels, filters) = (layout.depth, layout.columns);
    let lines = size.filter();
    let mut matrix = vec![0f32; channels * filters];
    let mut sums = vec![0f64; filters];
    let mut values = Buffer::zeros(size.frequencies() * layout.values());
    let mut frequencies = values.chunks_exact_mut(layout.values());
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
            let to = frequencies.next().expect("a matrix a frequency");
            for panel in 0..layout.panels().len() {
                layout.fill(panel, 0..channels, &mut to[layout.panel(panel)], value);
            }
        }
    }
    values
}

/// Neighbouring panels, of about [`GROUP`] columns.
pub(super) fn groups(layout: &Layout) -> Vec<Range<usize>> {
    let panels = layout.panels();
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
