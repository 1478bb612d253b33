//! The files that PyTorch wrote before 1.6: five pickles, then the storages.

use std::collections::HashMap;
use std::io::{BufReader, Seek, SeekFrom};

use super::storage::{Kind, Storage};
use super::{module, table as table_of};
use crate::file::{Order, Problem, Source, Span, Table};
use crate::pickle::{self, Heap, Id, Value};

/// A pickle of protocol 2 or later.
pub(crate) fn is(start: &[u8]) -> bool {
    matches!(start, [0x80, 2..=5, ..])
}

const MAGIC: i128 = 0x1950_a86a_20f9_469c_fc6c;

/// The table of a file's tensors.
pub(crate) fn table(mut source: Box<dyn Source>, length: u64) -> Result<Table, Problem> {
    source.seek(SeekFrom::Start(0))?;
    let mut bytes = BufReader::new(&mut *source);
    let (heap, magic) = pickle::load(&mut bytes)?;
    if !matches!(heap[magic], Value::Int(MAGIC)) {
        return Err("it is a pickle, but not PyTorch's: `torch.save(model.state_dict(), path)` \
                    writes one that can be read"
            .into());
    }
    pickle::load(&mut bytes)?;
    let system = pickle::load(&mut bytes)?;
    let order = if is_little(&system) { Order::Little } else { Order::Big };
    let saved = pickle::load(&mut bytes)?;
    let (heap, keys) = pickle::load(&mut bytes)?;
    let start = bytes.stream_position()?;
    drop(bytes);
    let keys: Vec<&str> =
        heap.elements(keys).unwrap_or_default().iter().filter_map(|&key| heap.text(key)).collect();
    let spans = spans(&mut *source, (start, length), order, &keys, &kinds(&saved.0))?;
    table_of(source, &saved, order, |storage| spans.get(saved.0.text(storage.key)?).copied())
}

fn is_little((heap, system): &(Heap, Id)) -> bool {
    let items = module::dict(heap, *system, &mut 0).unwrap_or_default();
    let little = items.iter().find(|(name, _)| name == "little_endian");
    !little.is_some_and(|(_, id)| matches!(heap[*id], Value::Bool(false)))
}

/// How the values of each storage that a pickle refers to are stored.
fn kinds(heap: &Heap) -> HashMap<&str, Kind> {
    let storages = heap.ids().filter_map(|id| Storage::of(heap, id).ok());
    storages.filter_map(|storage| Some((heap.text(storage.key)?, storage.kind))).collect()
}

/// Where the storages lie: one after the other, each behind the number of its values.
fn spans<'a>(
    source: &mut dyn Source,
    (mut at, end): (u64, u64),
    order: Order,
    keys: &[&'a str],
    kinds: &HashMap<&str, Kind>,
) -> Result<HashMap<&'a str, Span>, Problem> {
    let mut spans = HashMap::new();
    for &key in keys {
        let kind = kinds.get(key).ok_or_else(|| format!("storage {key} belongs to no tensor"))?;
        let mut count = [0; 8];
        source.seek(SeekFrom::Start(at))?;
        source.read_exact(&mut count)?;
        let count = match order {
            Order::Little => u64::from_le_bytes(count),
            Order::Big => u64::from_be_bytes(count),
        };
        let size =
            count.checked_mul(kind.bytes as u64).filter(|size| *size <= end.saturating_sub(at + 8));
        let size = size.ok_or_else(|| {
            format!("storage {key} is said to have {count} values: the file ends before; was it cut short?")
        })?;
        spans.insert(key, Span::plain(at + 8, size));
        at += 8 + size;
    }
    Ok(spans)
}
