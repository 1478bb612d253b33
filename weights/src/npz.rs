//! npz: a zip archive of NumPy's arrays.

use crate::file::{Entry, Format, Place, Places, Problem, Source, Table};
use crate::npy;
use crate::zip::Member;

/// The table of an archive's arrays, in its order.
pub(crate) fn table(mut source: Box<dyn Source>, members: &[Member]) -> Result<Table, Problem> {
    let (mut entries, mut left_out, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for member in members {
        let Some(name) = member.name.strip_suffix(".npy") else {
            left_out.push(format!("`{}`: it is no array", member.name));
            continue;
        };
        let bytes = member.span.read(&mut *source, 0);
        let header = bytes.and_then(|mut bytes| npy::header(&mut bytes));
        let header = header.map_err(|problem| problem.at(name))?;
        let (dtype, order) = match header.dtype {
            Ok(dtype) => dtype,
            Err(dtype) => {
                left_out.push(format!("`{name}`: its values are {dtype}"));
                continue;
            }
        };
        let entry = Entry { name: name.into(), shape: header.shape, dtype };
        let strides = header.fortran.then(|| fortran(&entry.shape));
        let place = Place { span: member.span, skip: header.length, order, strides };
        place.extent(&entry)?;
        entries.push(entry);
        places.push(place);
    }
    let values = Box::new(Places { source, places });
    Ok(Table { format: Format::Npz, entries, config: None, version: None, left_out, values })
}

/// The strides of an array whose first axis is the innermost.
fn fortran(shape: &[usize]) -> Vec<usize> {
    let products = shape.iter().scan(1usize, |stride, &size| {
        let this = *stride;
        *stride = stride.saturating_mul(size);
        Some(this)
    });
    products.collect()
}
