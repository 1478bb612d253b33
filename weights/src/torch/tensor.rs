//! The calls that make a tensor.

use super::start;
use super::storage::{self, Storage};
use crate::file::Dtype;
use crate::pickle::{Heap, Id, Value};

/// A tensor: a look into a storage.
pub(super) struct Tensor {
    pub(super) storage: Storage,
    pub(super) dtype: Dtype,
    /// Where it starts in the storage that is in the file, in values.
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    pub(super) strides: Vec<usize>,
}

/// PyTorch has no more dimensions.
const DIMENSIONS: usize = 64;

/// The tensor that a value is, or why it cannot be read; `None` if it is no tensor.
pub(super) fn tensor(heap: &Heap, id: Id) -> Option<Result<Tensor, String>> {
    let mut id = id;
    // A parameter of a parameter of …: PyTorch makes one.
    for _ in 0..4 {
        let Value::Call(call) = &heap[id] else { return None };
        let (module, mut name) = heap.global(call.function)?;
        let mut arguments = heap.elements(call.arguments)?;
        if (module, name) == ("torch._tensor", "_rebuild_from_type_v2") {
            let &[function, _, of, ..] = arguments else { return Some(Err(unlike(name))) };
            let (Some(("torch._utils", made_by)), Some(of)) =
                (heap.global(function), heap.elements(of))
            else {
                return Some(Err(unlike(name)));
            };
            (name, arguments) = (made_by, of);
        } else if module != "torch._utils" {
            return None;
        }
        match (name, arguments) {
            ("_rebuild_parameter" | "_rebuild_parameter_with_state", &[of, ..]) => id = of,
            ("_rebuild_tensor" | "_rebuild_tensor_v2", arguments) => {
                return Some(Tensor::of(heap, arguments, None, arguments.get(6)));
            }
            ("_rebuild_tensor_v3", &[_, _, _, _, _, _, dtype, ..]) => {
                return Some(Tensor::of(heap, arguments, Some(dtype), arguments.get(7)));
            }
            (name, _) if name.starts_with("_rebuild") => return Some(Err(unlike(name))),
            _ => return None,
        }
    }
    Some(Err("it is no tensor, but a parameter of parameters".into()))
}

fn unlike(name: &str) -> String {
    format!("it is made by `{}`: expected a dense tensor of numbers", start(name))
}

impl Tensor {
    /// Reads `(storage, offset, sizes, strides, …)`; `bits` are what else becomes of its values.
    fn of(
        heap: &Heap,
        arguments: &[Id],
        dtype: Option<Id>,
        bits: Option<&Id>,
    ) -> Result<Self, String> {
        let &[storage, offset, shape, strides, ..] = arguments else {
            return Err("it is not described as PyTorch does".into());
        };
        let storage = Storage::of(heap, storage)?;
        let dtype = match dtype.map(|dtype| heap.global(dtype)) {
            None => storage.kind.dtype.ok_or("its values are no real numbers")?,
            Some(name) => {
                let name = name.map_or("of no known type", |(_, name)| name);
                storage::dtype(name).ok_or_else(|| format!("its values are {}", start(name)))?
            }
        };
        let bits = match bits.map(|&bits| &heap[bits]) {
            Some(Value::Dict(bits)) => &bits[..bits.len().min(DIMENSIONS)],
            _ => &[],
        };
        if bits.iter().any(|(_, is)| matches!(heap[*is], Value::Bool(true))) {
            return Err("it is stored negated or conjugated: save \
                        `tensor.resolve_neg().resolve_conj()`"
                .into());
        }
        let (shape, strides) = (sizes(heap, shape)?, sizes(heap, strides)?);
        if shape.len() != strides.len() {
            return Err("it has other strides than sizes".into());
        }
        let offset = heap.size(offset).and_then(|offset| offset.checked_add(storage.offset));
        let offset = offset.ok_or("it starts nowhere")?;
        Ok(Tensor { storage, dtype, offset, shape, strides })
    }
}

/// A tuple of sizes, or a `torch.Size` of one.
fn sizes(heap: &Heap, id: Id) -> Result<Vec<usize>, String> {
    let elements = match &heap[id] {
        Value::Call(call) => match heap.elements(call.arguments) {
            Some(&[of]) => heap.elements(of),
            _ => None,
        },
        _ => heap.elements(id),
    };
    let elements = elements.filter(|elements| elements.len() <= DIMENSIONS);
    let sizes = elements.and_then(|elements| elements.iter().map(|&id| heap.size(id)).collect());
    sizes.ok_or_else(|| "its sizes or strides are none".into())
}
