//! HDF5 as far as Keras writes it.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use hdf5_pure::{
    AttrValue, ChunkCacheConfig, Dataset, Datatype, DatatypeByteOrder, File, FileAccessProperties,
    FormatError, Group,
};

use crate::file::{Dtype, Order, Problem, Source, Span};

pub(crate) const MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";

/// An open file.
pub(super) struct Opened {
    pub(super) file: File,
    /// How many bytes it has.
    pub(super) length: u64,
    /// How many of them may be read yet.
    pub(super) budget: Arc<AtomicU64>,
}

/// Opens a file that lies in another.
///
/// Its table may refer to one text many times: until that is read, no more than a few times its
/// bytes are.
pub(super) fn open(source: Box<dyn Source>, span: Span) -> Result<Opened, Problem> {
    let length = span.size;
    let budget = Arc::new(AtomicU64::new(length.saturating_mul(8).saturating_add(1 << 20)));
    let window = Window { source: Mutex::new(source), span, budget: budget.clone() };
    let no_cache = ChunkCacheConfig::from_h5p_cache(0, 0);
    let properties = FileAccessProperties::new().with_chunk_cache(no_cache);
    Ok(Opened { file: File::from_source_with_options(window, properties)?, length, budget })
}

/// A part of a file, for the reader of HDF5.
struct Window {
    source: Mutex<Box<dyn Source>>,
    span: Span,
    budget: Arc<AtomicU64>,
}

impl hdf5_pure::Source for Window {
    fn len(&self) -> u64 {
        self.span.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), FormatError> {
        let length = buffer.len() as u64;
        let end = offset.checked_add(length).filter(|&end| end <= self.span.size);
        if end.is_none() {
            return Err(FormatError::OffsetOverflow { offset, length });
        }
        let less = |budget: u64| budget.checked_sub(length);
        if self.budget.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_err() {
            return Err(FormatError::Source("its table refers to itself too often".into()));
        }
        let mut source = self.source.lock().map_err(|e| FormatError::Source(e.to_string()))?;
        let read = source.seek(SeekFrom::Start(self.span.start + offset));
        let read = read.and_then(|_| source.read_exact(buffer));
        read.map_err(|e| FormatError::Source(e.to_string()))
    }
}

impl From<hdf5_pure::Error> for Problem {
    fn from(error: hdf5_pure::Error) -> Self {
        Problem::Format(format!("as an HDF5 file it cannot be read: {error}"))
    }
}

/// The texts of a group's attribute; of several with numbers, where one would be too large.
pub(super) fn texts(attributes: &HashMap<String, AttrValue>, name: &str) -> Option<Vec<String>> {
    if let Some(value) = attributes.get(name) {
        // An empty array has no texts, but numbers.
        return Some(value.as_strings().unwrap_or_default().to_vec());
    }
    let parts = (0..).map_while(|part| attributes.get(&format!("{name}{part}")));
    let texts: Vec<_> = parts.flat_map(|value| value.as_strings().unwrap_or_default()).collect();
    (!texts.is_empty()).then(|| texts.into_iter().cloned().collect())
}

/// The text of a group's attribute.
pub(super) fn text(group: &Group, name: &str) -> Result<Option<String>, Problem> {
    Ok(group.attrs()?.get(name).and_then(AttrValue::as_str).map(str::to_owned))
}

/// How the values of a dataset are stored, or what that is called, if they are no numbers.
pub(super) fn dtype(dataset: &Dataset) -> Result<Result<(Dtype, Order), String>, Problem> {
    let datatype = dataset.datatype()?;
    if let Datatype::Opaque { size: 2, .. } = datatype
        && dataset.attrs()?.get("dtype").and_then(AttrValue::as_str) == Some("bfloat16")
    {
        return Ok(Ok((Dtype::Bf16, Order::Little)));
    }
    Ok(number(&datatype))
}

fn number(datatype: &Datatype) -> Result<(Dtype, Order), String> {
    let (dtype, byte_order) = match datatype {
        Datatype::FloatingPoint { size, byte_order, layout } => {
            let dtype = match (size, layout.exponent_size) {
                (2, 5) => Dtype::F16,
                (2, 8) => Dtype::Bf16,
                (4, 8) => Dtype::F32,
                (8, 11) => Dtype::F64,
                (size, _) => return Err(format!("floats of {size} bytes that are not IEEE's")),
            };
            (dtype, byte_order)
        }
        Datatype::FixedPoint { size, byte_order, layout } => {
            let dtype = match (size, layout.signed) {
                (1, true) => Dtype::I8,
                (2, true) => Dtype::I16,
                (4, true) => Dtype::I32,
                (8, true) => Dtype::I64,
                (1, false) => Dtype::U8,
                (2, false) => Dtype::U16,
                (4, false) => Dtype::U32,
                (8, false) => Dtype::U64,
                (size, _) => return Err(format!("integers of {size} bytes")),
            };
            (dtype, byte_order)
        }
        Datatype::Enumeration { size: 1, members, .. } if members.len() == 2 => {
            return Ok((Dtype::Bool, Order::Little));
        }
        _ => return Err("no numbers".into()),
    };
    match byte_order {
        DatatypeByteOrder::LittleEndian => Ok((dtype, Order::Little)),
        DatatypeByteOrder::BigEndian => Ok((dtype, Order::Big)),
        _ => Err("in the byte order of a VAX".into()),
    }
}
