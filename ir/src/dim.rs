use std::fmt;

/// One dimension of a [`Shape`](crate::Shape).
///
/// Shape rules go through the methods here, so that a new kind of dimension changes this file
/// and not every layer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dim {
    /// Any batch size: `_`, what Keras prints as `None`.
    Batch,
    /// A size known while the model is compiled.
    Known(usize),
}

impl Dim {
    /// The largest size a dimension may have; products of two never overflow.
    pub const MAX: usize = (1 << 31) - 1;

    /// The size, where it is known.
    pub fn known(self) -> Option<usize> {
        match self {
            Dim::Batch => None,
            Dim::Known(n) => Some(n),
        }
    }
}

impl From<usize> for Dim {
    fn from(n: usize) -> Self {
        Dim::Known(n)
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Dim::Batch => f.write_str("_"),
            Dim::Known(n) => n.fmt(f),
        }
    }
}
