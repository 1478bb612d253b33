//! The header of an array of NumPy's.

use std::io::Read;

use crate::file::{Dtype, Order, Problem};

/// What an array's header says.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Header {
    /// How its values are stored, or what NumPy calls that, if they are no numbers.
    pub(crate) dtype: Result<(Dtype, Order), String>,
    pub(crate) fortran: bool,
    pub(crate) shape: Vec<usize>,
    /// How many bytes come before the values.
    pub(crate) length: u64,
}

pub(crate) const MAGIC: &[u8] = b"\x93NUMPY";

/// NumPy itself takes 10,000 characters for more than can be trusted.
const LONGEST: usize = 1 << 16;
/// NumPy has no more dimensions.
pub(crate) const DIMENSIONS: usize = 64;
/// The name of no type that NumPy writes is longer.
const NAME: usize = 64;

/// Reads a header.
pub(crate) fn header(source: &mut dyn Read) -> Result<Header, Problem> {
    let mut start = [0; 8];
    source.read_exact(&mut start)?;
    let (magic, version) = start.split_at(6);
    if magic != MAGIC {
        return Err("it does not start as NumPy's arrays do".into());
    }
    let (size, before) = match version[0] {
        1 => (usize::from(u16::from_le_bytes(bytes(source)?)), 10),
        2 | 3 => (u32::from_le_bytes(bytes(source)?) as usize, 12),
        other => return Err(format!("version {other} of NumPy's format is not known").into()),
    };
    if size > LONGEST {
        return Err(
            format!("its header would take {size} bytes: expected at most {LONGEST}").into()
        );
    }
    let mut text = vec![0; size];
    source.read_exact(&mut text)?;
    let text = String::from_utf8_lossy(&text);
    let header = parse(&text, before + size as u64);
    header.ok_or_else(|| {
        let text = &text[..text.floor_char_boundary(400)];
        format!("its header cannot be read: `{}`", text.trim_end()).into()
    })
}

fn bytes<const N: usize>(source: &mut dyn Read) -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
fn parse(text: &str, length: u64) -> Option<Header> {
    let after = |key: &str| {
        let (_, after) = text.split_once(&format!("'{key}':"))?;
        Some(after.trim_start())
    };
    let descr = after("descr")?;
    let dtype = match descr.strip_prefix('\'') {
        Some(name) => {
            let (name, _) = name.split_once('\'').filter(|(name, _)| name.len() <= NAME)?;
            dtype(name).ok_or(name.into())
        }
        None => Err("of fields".into()),
    };
    let order = after("fortran_order")?;
    let fortran = order.starts_with("True");
    let (shape, _) = after("shape")?.strip_prefix('(')?.split_once(')')?;
    let sizes = shape.split(',').map(|size| size.trim().trim_end_matches('L'));
    let sizes = sizes.filter(|size| !size.is_empty()).take(DIMENSIONS + 1);
    let shape = sizes.map(|size| size.parse().ok()).collect::<Option<Vec<_>>>()?;
    let known = (fortran || order.starts_with("False")) && shape.len() <= DIMENSIONS;
    known.then_some(Header { dtype, fortran, shape, length })
}

fn dtype(name: &str) -> Option<(Dtype, Order)> {
    let order = match name.chars().next()? {
        '<' | '|' => Order::Little,
        '>' => Order::Big,
        _ => return None,
    };
    let dtype = match &name[1..] {
        "f2" => Dtype::F16,
        "f4" => Dtype::F32,
        "f8" => Dtype::F64,
        "i1" => Dtype::I8,
        "i2" => Dtype::I16,
        "i4" => Dtype::I32,
        "i8" => Dtype::I64,
        "u1" => Dtype::U8,
        "u2" => Dtype::U16,
        "u4" => Dtype::U32,
        "u8" => Dtype::U64,
        "b1" => Dtype::Bool,
        _ => return None,
    };
    Some((dtype, order))
}

/// A header of row-major f32, padded so that values are aligned to 64 bytes.
pub(crate) fn written(shape: &[usize]) -> Vec<u8> {
    let mut sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
    if shape.len() > 1 {
        sizes.truncate(sizes.len() - 2);
    }
    let text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}", sizes.trim());
    let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let mut header = [MAGIC, &[1, 0], &(length as u16).to_le_bytes()].concat();
    header.extend(format!("{text:width$}\n", width = length - 1).bytes());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let check =
            |text: &str, expect: Option<Header>| assert_eq!(parse(text, 128), expect, "{text}");
        let header = |dtype, fortran, shape: &[usize]| {
            Some(Header { dtype, fortran, shape: shape.into(), length: 128 })
        };
        let f4 = Ok((Dtype::F32, Order::Little));
        check(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
            header(f4.clone(), false, &[2, 3]),
        );
        check(
            "{'shape': (), 'fortran_order': True, 'descr': '>i8'}",
            header(Ok((Dtype::I64, Order::Big)), true, &[]),
        );
        check(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (5L,), }",
            header(f4.clone(), false, &[5]),
        );
        check(
            "{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }",
            header(Err("<U5".into()), false, &[1]),
        );
        check(
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
            header(Err("of fields".into()), false, &[1]),
        );
        check(
            "{'descr': 'é', 'fortran_order': False, 'shape': (1,), }",
            header(Err("é".into()), false, &[1]),
        );
        check("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", None);
        check("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", None);
        check("{'descr': '<f4', 'fortran_order': False, 'shape': (1,", None);
        check("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), }", None);
        let sizes = |count| {
            let sizes = "1, ".repeat(count);
            format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}), }}")
        };
        check(&sizes(64), header(f4.clone(), false, &[1; 64]));
        check(&sizes(65), None);
        let name = "U".repeat(65);
        check(&format!("{{'descr': '{name}', 'fortran_order': False, 'shape': (1,), }}"), None);
        check("{}", None);
    }

    #[test]
    fn written_as_numpy_does() {
        let check = |shape: &[usize], expect: &str| {
            let header = written(shape);
            assert_eq!(header.len() % 64, 0);
            assert!(
                String::from_utf8_lossy(&header).contains(&format!("'shape': ({expect}), }} "))
            );
            let read = super::header(&mut header.as_slice()).unwrap();
            assert_eq!((read.shape.as_slice(), read.length), (shape, header.len() as u64));
        };
        check(&[], "");
        check(&[7], "7,");
        check(&[2, 3, 4], "2, 3, 4");
    }
}
