//! A tensor of a file, and how its values are stored.

use std::fmt;

/// How the values of a tensor are stored. Displayed as safetensors spells it: `F32`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Dtype {
    F16,
    Bf16,
    F32,
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    Bool,
}

impl Dtype {
    /// How many bytes a value takes.
    #[must_use]
    pub fn bytes(self) -> usize {
        match self {
            Dtype::I8 | Dtype::U8 | Dtype::Bool => 1,
            Dtype::F16 | Dtype::Bf16 | Dtype::I16 | Dtype::U16 => 2,
            Dtype::F32 | Dtype::I32 | Dtype::U32 => 4,
            Dtype::F64 | Dtype::I64 | Dtype::U64 => 8,
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{self:?}").to_uppercase())
    }
}

/// A tensor in a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name: the file's own, or as a state dict would have it, `layers.0.weight`, of PyTorch;
    /// the layer's and the weight's, `conv2d/kernel`, of Keras.
    pub name: String,
    /// Its sizes, in the file's layout.
    pub shape: Vec<usize>,
    /// How its values are stored.
    pub dtype: Dtype,
}

impl Entry {
    /// How many values it has, if that many bytes can be addressed at all; of an empty tensor, if
    /// its other sizes could be.
    pub(crate) fn count(&self) -> Option<usize> {
        let sizes = self.shape.iter().map(|&size| size.max(1));
        let most = sizes.into_iter().try_fold(1usize, usize::checked_mul)?;
        most.checked_mul(self.dtype.bytes().max(size_of::<f32>()))?;
        Some(if self.shape.contains(&0) { 0 } else { most })
    }
}
