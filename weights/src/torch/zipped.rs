//! The archives that PyTorch writes since 1.6.

use std::collections::HashMap;
use std::io::{BufReader, Read};

use crate::file::{Order, Problem, Source, Table};
use crate::pickle;
use crate::zip::Member;

const PICKLE: &str = "data.pkl";

/// Whether an archive is PyTorch's.
pub(crate) fn is(members: &[Member]) -> bool {
    folder(members).is_some()
}

/// The folder that all is in.
fn folder(members: &[Member]) -> Option<&str> {
    members.iter().find_map(|member| {
        let folder = member.name.strip_suffix(PICKLE)?;
        (folder.is_empty() || folder.ends_with('/')).then_some(folder)
    })
}

/// The table of an archive's tensors.
pub(crate) fn table(mut source: Box<dyn Source>, members: &[Member]) -> Result<Table, Problem> {
    let folder = folder(members).unwrap_or_default();
    let spans: HashMap<&str, _> =
        members.iter().map(|member| (member.name.as_str(), member.span)).collect();
    let file = |name: &str| spans.get(format!("{folder}{name}").as_str()).copied();
    let order = match file("byteorder") {
        None => Order::Little,
        Some(span) => {
            let mut order = Vec::new();
            let read = span.read(&mut *source, 0)?.take(8).read_to_end(&mut order);
            read.map_err(|e| Problem::Io(e).at("byteorder"))?;
            match order.as_slice() {
                b"little" => Order::Little,
                b"big" => Order::Big,
                other => {
                    let other = other.escape_ascii();
                    return Err(
                        format!("its byte order is `{other}`: expected little or big").into()
                    );
                }
            }
        }
    };
    let pickled = file(PICKLE).ok_or("it has no data.pkl")?;
    if pickled.size > 64 * pickled.stored.max(1 << 10) {
        return Err(
            "its data.pkl is deflated to less than a 64th: expected as PyTorch writes it".into()
        );
    }
    let pickled =
        pickled.read(&mut *source, 0).and_then(|bytes| pickle::load(&mut BufReader::new(bytes)));
    let pickled = pickled.map_err(|problem| problem.at(PICKLE))?;
    super::table(source, &pickled, order, |storage| {
        file(&format!("data/{}", pickled.0.text(storage.key)?))
    })
}
