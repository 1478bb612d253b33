//! PyTorch's files: a pickle of what was saved, and storages that its tensors look into.

mod legacy;
mod module;
mod storage;
mod tensor;
mod tree;
mod zipped;

use crate::file::{Entry, Format, Order, Place, Places, Problem, Source, Span, Table};
use crate::pickle::{Heap, Id};
use storage::Storage;

pub(crate) use legacy::{is as is_legacy, table as legacy};
pub(crate) use zipped::{is as is_zipped, table as zipped};

/// As much of a text as a person wants to read.
fn start(text: &str) -> &str {
    &text[..text.floor_char_boundary(400)]
}

/// The table of the tensors that hang on a pickle's value; `find` says where a storage lies.
fn table(
    source: Box<dyn Source>,
    (heap, root): &(Heap, Id),
    order: Order,
    find: impl Fn(&Storage) -> Option<Span>,
) -> Result<Table, Problem> {
    let mut found = tree::tensors(heap, *root)?;
    let (mut entries, mut places) = (Vec::new(), Vec::new());
    for (name, tensor) in found.tensors {
        let entry = Entry { name, shape: tensor.shape, dtype: tensor.dtype };
        let Some(span) = find(&tensor.storage) else {
            return Err(format!("the storage of `{}` is not in the file", entry.name).into());
        };
        let skip = (tensor.offset as u64).saturating_mul(entry.dtype.bytes() as u64);
        let place = Place { span, skip, order, strides: Some(tensor.strides) };
        let (count, extent) = place.extent(&entry)?;
        // A value may be in many places of a tensor, in no more than would have been written.
        if count as u64 > place.span.size.max(1 << 16) {
            found.left_out.push(format!(
                "`{}`: its {count} values repeat {extent} of the file's: save \
                 `tensor.contiguous()`",
                start(&entry.name)
            ));
            continue;
        }
        entries.push(entry);
        places.push(place);
    }
    let values = Box::new(Places { source, places });
    let (format, left_out) = (Format::Pytorch, found.left_out);
    Ok(Table { format, entries, config: None, version: None, left_out, values })
}
