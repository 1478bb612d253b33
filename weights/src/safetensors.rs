//! safetensors: the length of a JSON header, the header, the values.

use std::io::{Read, Seek, SeekFrom};

use safetensors::tensor::{Dtype as Stored, Metadata};

use crate::file::{Dtype, Entry, Format, Order, Place, Places, Problem, Source, Span, Table};

/// The header's length, 8 bytes, and `{`.
pub(crate) fn is(start: &[u8]) -> bool {
    start.get(8) == Some(&b'{')
}

/// Reads the header.
pub(crate) fn table(mut source: Box<dyn Source>, length: u64) -> Result<Table, Problem> {
    let mut size = [0; 8];
    source.seek(SeekFrom::Start(0))?;
    source.read_exact(&mut size)?;
    let size = u64::from_le_bytes(size);
    let Some(start) = size.checked_add(8).filter(|&start| start <= length) else {
        return Err(format!(
            "its header would take {size} bytes, of {length} in the file: it was cut short, or is \
             no safetensors file"
        )
        .into());
    };
    let mut header = Vec::new();
    source.by_ref().take(size).read_to_end(&mut header)?;
    let header: Metadata = serde_json::from_slice(&header)
        .map_err(|e| format!("the header of a safetensors file expected: {e}"))?;
    let values = header.data_len() as u64;
    if values != length - start {
        return Err(format!(
            "its tensors take {values} bytes, and {} follow the header: it was cut short, or \
             something was appended",
            length - start
        )
        .into());
    }
    let (mut entries, mut left_out, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for name in header.offset_keys() {
        let Some(info) = header.info(&name) else { continue };
        let Some(dtype) = dtype(info.dtype) else {
            left_out.push(format!("`{name}`: its values are {}", info.dtype));
            continue;
        };
        entries.push(Entry { name, shape: info.shape.clone(), dtype });
        let (first, end) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
        let span = Span::plain(start + first, end - first);
        places.push(Place { span, skip: 0, order: Order::Little, strides: None });
    }
    let values = Box::new(Places { source, places });
    Ok(Table {
        format: Format::Safetensors,
        entries,
        config: None,
        version: None,
        left_out,
        values,
    })
}

fn dtype(stored: Stored) -> Option<Dtype> {
    Some(match stored {
        Stored::F16 => Dtype::F16,
        Stored::BF16 => Dtype::Bf16,
        Stored::F32 => Dtype::F32,
        Stored::F64 => Dtype::F64,
        Stored::I8 => Dtype::I8,
        Stored::I16 => Dtype::I16,
        Stored::I32 => Dtype::I32,
        Stored::I64 => Dtype::I64,
        Stored::U8 => Dtype::U8,
        Stored::U16 => Dtype::U16,
        Stored::U32 => Dtype::U32,
        Stored::U64 => Dtype::U64,
        Stored::BOOL => Dtype::Bool,
        _ => return None,
    })
}
