use super::gemm::{Packed, Product};
use crate::Buffer;
use crate::simd::Isa;

/// A packed matrix with a bias for each column.
#[derive(Debug)]
pub struct Matrix {
    isa: Isa,
    packed: Packed,
    bias: Buffer,
}

impl Matrix {
    /// A matrix of `[depth, columns]` for products of that many rows, as [`Packed::new`] makes it.
    pub fn new(
        isa: Isa,
        rows: usize,
        size: [usize; 2],
        value: impl Fn(usize, usize) -> f32,
        bias: &[f32],
    ) -> Self {
        let packed = Packed::new(isa, rows, size, value);
        let mut own = Buffer::zeros(packed.layout.width());
        own[..bias.len()].copy_from_slice(bias);
        Matrix { isa, packed, bias: own }
    }

    /// The product of that many rows, each in some segments, with it.
    pub fn product(&self, segments: usize, rows: usize) -> Product<'_> {
        Product {
            isa: self.isa,
            layout: &self.packed.layout,
            first: 0,
            values: self.packed.values(),
            bias: &self.bias,
            segments,
            rows,
            residual: false,
            low: f32::NEG_INFINITY,
            high: f32::INFINITY,
        }
    }

    /// What it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        self.packed.bytes()
    }
}
