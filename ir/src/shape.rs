use std::fmt;
use std::ops::Index;

use crate::Dim;

/// The shape of a tensor, batch first: `[_, height, width, channels]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Shape(Vec<Dim>);

impl Shape {
    /// A shape from all its dimensions.
    pub fn new(dims: impl Into<Vec<Dim>>) -> Self {
        Shape(dims.into())
    }

    /// `[_, sizes…]`: any batch, then the sizes of one sample.
    pub fn batched<D: Into<Dim>>(sample: impl IntoIterator<Item = D>) -> Self {
        let dims = sample.into_iter().map(D::into);
        Shape(std::iter::once(Dim::batch()).chain(dims).collect())
    }

    /// The same batch, with samples of other sizes.
    pub fn sized<D: Into<Dim>>(&self, sample: impl IntoIterator<Item = D>) -> Self {
        let batch = self.0.iter().take(1).cloned();
        Shape(batch.chain(sample.into_iter().map(D::into)).collect())
    }

    /// Number of dimensions, the batch included.
    pub fn rank(&self) -> usize {
        self.0.len()
    }

    /// All dimensions.
    pub fn dims(&self) -> &[Dim] {
        &self.0
    }

    /// The sizes of one sample: every dimension after the batch.
    pub fn sample(&self) -> &[Dim] {
        self.0.get(1..).unwrap_or_default()
    }

    /// Number of values in one sample; saturates.
    pub fn values(&self) -> Dim {
        product(self.sample())
    }

    /// The same shape with dimension `axis` replaced.
    pub fn with(&self, axis: usize, dim: impl Into<Dim>) -> Self {
        let mut dims = self.0.clone();
        dims[axis] = dim.into();
        Shape(dims)
    }

    /// What dimension `axis` is called in a message.
    pub fn axis_name(&self, axis: usize) -> &'static str {
        match (axis, self.rank()) {
            (0, _) => "batch",
            (1, 4) => "height",
            (2, 4) => "width",
            (a, r) if a + 1 == r => "channels",
            _ => "length",
        }
    }
}

/// The product of sizes; saturates.
pub(crate) fn product<'a>(dims: impl IntoIterator<Item = &'a Dim>) -> Dim {
    dims.into_iter().fold(Dim::Known(1), |product, dim| product * dim)
}

impl Index<usize> for Shape {
    type Output = Dim;
    fn index(&self, axis: usize) -> &Dim {
        &self.0[axis]
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (i, dim) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{dim}")?;
        }
        f.write_str("]")
    }
}
