//! The filters, transformed and packed.

use super::Size;
use crate::kernels::gemm::Packed;
use crate::simd::Isa;

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
