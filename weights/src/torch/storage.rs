//! What a pickle says of a storage, the bytes that tensors look into.

use super::start;
use crate::file::Dtype;
use crate::pickle::{Heap, Id, Value};

/// A storage that a pickle refers to.
pub(super) struct Storage {
    /// Its name in the file, a text in the heap.
    pub(super) key: Id,
    /// How its values are stored.
    pub(super) kind: Kind,
    /// Where it starts in the one that is in the file, in values.
    pub(super) offset: usize,
}

/// How values are stored.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Kind {
    /// How many bytes one takes.
    pub(super) bytes: usize,
    /// What it is, if it can be read: not of a storage of mere bytes, nor of complex numbers.
    pub(super) dtype: Option<Dtype>,
}

impl Storage {
    /// `("storage", type, key, location, values)`, in older files with `(key, offset, values)` of
    /// the part that it is of another.
    pub(super) fn of(heap: &Heap, id: Id) -> Result<Self, String> {
        let Value::Persistent(id) = heap[id] else { return Err("it has no storage".into()) };
        let parts = heap.elements(id).unwrap_or_default();
        let &[tag, class, key, _, _, ref view @ ..] = parts else {
            return Err("its storage is not described as PyTorch does".into());
        };
        let Some((_, class)) = heap.global(class).filter(|_| heap.text(tag) == Some("storage"))
        else {
            return Err("its storage is not described as PyTorch does".into());
        };
        let kind =
            kind_of_storage(class).ok_or_else(|| format!("its values are a {}", start(class)))?;
        let view = view.first().and_then(|view| heap.elements(*view));
        let offset = match view {
            Some(&[_, offset, ..]) => heap.size(offset).ok_or("its storage starts nowhere")?,
            _ => 0,
        };
        Ok(Storage { key, kind, offset })
    }
}

/// How the values of a class of storages are stored.
fn kind_of_storage(class: &str) -> Option<Kind> {
    let kind = |bytes, dtype| Some(Kind { bytes, dtype });
    let dtype = match class {
        "UntypedStorage" | "_UntypedStorage" => return kind(1, None),
        "QUInt8Storage" | "QInt8Storage" | "QUInt4x2Storage" | "QUInt2x4Storage" => {
            return kind(1, None);
        }
        "QInt32Storage" => return kind(4, None),
        "ComplexFloatStorage" => return kind(8, None),
        "ComplexDoubleStorage" => return kind(16, None),
        "HalfStorage" => Dtype::F16,
        "BFloat16Storage" => Dtype::Bf16,
        "FloatStorage" => Dtype::F32,
        "DoubleStorage" => Dtype::F64,
        "CharStorage" => Dtype::I8,
        "ShortStorage" => Dtype::I16,
        "IntStorage" => Dtype::I32,
        "LongStorage" => Dtype::I64,
        "ByteStorage" => Dtype::U8,
        "BoolStorage" => Dtype::Bool,
        _ => return None,
    };
    kind(dtype.bytes(), Some(dtype))
}

/// What `torch.float32` and its like are.
pub(super) fn dtype(name: &str) -> Option<Dtype> {
    Some(match name {
        "float16" | "half" => Dtype::F16,
        "bfloat16" => Dtype::Bf16,
        "float32" | "float" => Dtype::F32,
        "float64" | "double" => Dtype::F64,
        "int8" => Dtype::I8,
        "int16" | "short" => Dtype::I16,
        "int32" | "int" => Dtype::I32,
        "int64" | "long" => Dtype::I64,
        "uint8" => Dtype::U8,
        "uint16" => Dtype::U16,
        "uint32" => Dtype::U32,
        "uint64" => Dtype::U64,
        "bool" => Dtype::Bool,
        _ => return None,
    })
}
