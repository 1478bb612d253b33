//! Constants as files store them.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path};
use std::rc::Rc;

use formwork_ir::Dim;

use super::MOST_COMPUTED;
use super::tensor::{Data, Tensor, count};
use crate::onnx::proto::{DataType, TensorProto};

/// Reads constants of a file in `folder`, where external data is looked for.
pub struct Decoder<'a> {
    pub folder: &'a Path,
    /// Whether values may be in files that are not there.
    pub absent_allowed: bool,
}

impl Decoder<'_> {
    /// # Errors
    /// If it does not hold as many values as its sizes say, or not of a kind that is known.
    pub fn tensor(&self, proto: &TensorProto) -> Result<Tensor, String> {
        let dims: Option<Vec<usize>> =
            proto.dims.iter().map(|&n| usize::try_from(n).ok()).collect();
        let dims = dims.ok_or_else(|| format!("it has sizes {:?}", proto.dims))?;
        let len = count(&dims).ok_or_else(|| format!("its sizes {dims:?} are too large"))?;
        let dtype = DataType::try_from(proto.data_type)
            .map_err(|_| format!("its values have the unknown type {}", proto.data_type))?;
        let data = self.data(proto, dtype, len)?;
        let name = (!proto.name.is_empty()).then(|| Rc::from(proto.name.as_str()));
        Ok(Tensor { dims, data, name })
    }

    fn data(&self, proto: &TensorProto, dtype: DataType, len: usize) -> Result<Data, String> {
        let external;
        let raw = if proto.data_location == 1 {
            match self.external(proto, len.checked_mul(width(dtype)?)) {
                Err(_) if self.absent_allowed => return Ok(Data::Absent),
                bytes => external = bytes?,
            }
            &external
        } else {
            &proto.raw_data
        };
        let floats = |values: Vec<f32>| Data::Floats(values.into());
        let data = if raw.is_empty() {
            match dtype {
                DataType::Float => floats(proto.float_data.clone()),
                DataType::Double => floats(proto.double_data.iter().map(|&x| x as f32).collect()),
                DataType::Float16 | DataType::Bfloat16 => {
                    let words = proto.int32_data.iter().map(|&bits| bits as u16);
                    floats(words.map(|bits| half(dtype, bits)).collect())
                }
                DataType::Int64 => ints(proto.int64_data.iter().copied())?,
                _ => {
                    width(dtype)?;
                    ints(proto.int32_data.iter().map(|&n| n.into()))?
                }
            }
        } else {
            numbers(dtype, raw)?
        };
        let found = match &data {
            Data::Floats(values) => values.len(),
            Data::Ints(values) => values.len(),
            Data::Quotients(_) | Data::Absent => len,
        };
        if found != len {
            return Err(format!("it holds {found} values, its sizes say {len}"));
        }
        Ok(data)
    }

    /// The bytes of a tensor in another file, `length` of them.
    fn external(&self, proto: &TensorProto, length: Option<usize>) -> Result<Vec<u8>, String> {
        let entry = |key: &str| {
            let entry = proto.external_data.iter().find(|entry| entry.key == key);
            entry.map(|entry| entry.value.as_str())
        };
        let location = entry("location").ok_or("its values are in another file without a name")?;
        let inside =
            Path::new(location).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(format!("its values are in `{location}`, which is not beside the file"));
        }
        let number = |key| entry(key).map_or(Ok(None), |text| text.trim().parse().map(Some));
        let wrong =
            |_: std::num::ParseIntError| format!("where it is in `{location}` is no number");
        let offset: Option<u64> = number("offset").map_err(wrong)?;
        let given: Option<u64> = number("length").map_err(wrong)?;
        let length = length.ok_or("its sizes are too large")? as u64;
        if given.is_some_and(|given| given != length) {
            return Err(format!(
                "it has {} bytes in `{location}`, expected {length}",
                given.unwrap_or(0)
            ));
        }
        let path = self.folder.join(location);
        let failed = |error: std::io::Error| format!("cannot read `{}`: {error}", path.display());
        let mut file = File::open(&path).map_err(failed)?;
        file.seek(SeekFrom::Start(offset.unwrap_or(0))).map_err(failed)?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 != length {
            return Err(format!("`{}` ends before its values do", path.display()));
        }
        Ok(bytes)
    }
}

/// Bytes of one value.
fn width(dtype: DataType) -> Result<usize, String> {
    use DataType::*;
    match dtype {
        Bool | Int8 | Uint8 => Ok(1),
        Float16 | Bfloat16 | Int16 | Uint16 => Ok(2),
        Float | Int32 | Uint32 => Ok(4),
        Double | Int64 | Uint64 => Ok(8),
        Undefined | String | Complex64 | Complex128 => Err(format!("its values are {dtype:?}")),
    }
}

/// Little-endian values.
fn numbers(dtype: DataType, raw: &[u8]) -> Result<Data, String> {
    let width = width(dtype)?;
    if !raw.len().is_multiple_of(width) {
        return Err(format!("its {} bytes are no whole number of values", raw.len()));
    }
    let words = raw
        .chunks_exact(width)
        .map(|word| word.iter().rev().fold(0_u64, |bits, &byte| bits << 8 | u64::from(byte)));
    let floats = |values: Vec<f32>| Ok(Data::Floats(values.into()));
    match dtype {
        DataType::Float => floats(words.map(|bits| f32::from_bits(bits as u32)).collect()),
        DataType::Double => floats(words.map(|bits| f64::from_bits(bits) as f32).collect()),
        DataType::Float16 | DataType::Bfloat16 => {
            floats(words.map(|bits| half(dtype, bits as u16)).collect())
        }
        DataType::Int8 => ints(words.map(|bits| i64::from(bits as i8))),
        DataType::Int16 => ints(words.map(|bits| i64::from(bits as i16))),
        DataType::Int32 => ints(words.map(|bits| i64::from(bits as i32))),
        DataType::Uint64 => ints(words.map(|bits| i64::try_from(bits).unwrap_or(i64::MAX))),
        _ => ints(words.map(|bits| bits as i64)),
    }
}

/// Whole numbers are sizes and indices: many of them are something else.
fn ints(values: impl Iterator<Item = i64>) -> Result<Data, String> {
    let values: Vec<_> = values.take(MOST_COMPUTED + 1).map(Dim::Known).collect();
    if values.len() > MOST_COMPUTED {
        return Err("it holds many whole numbers; formwork takes models of floats".to_owned());
    }
    Ok(Data::Ints(values.into()))
}

fn half(dtype: DataType, bits: u16) -> f32 {
    if dtype == DataType::Bfloat16 {
        return f32::from_bits(u32::from(bits) << 16);
    }
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (fraction + 1024.0) * 2_f32.powi(exponent - 25),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_read() {
        let check = |dtype, bits, expect: f32| assert_eq!(half(dtype, bits), expect, "{bits:#x}");
        check(DataType::Float16, 0x3c00, 1.0);
        check(DataType::Float16, 0xc100, -2.5);
        check(DataType::Float16, 0x0001, 5.960_464_5e-8);
        check(DataType::Float16, 0xfc00, f32::NEG_INFINITY);
        check(DataType::Bfloat16, 0x3fc0, 1.5);
    }

    #[test]
    fn what_a_tensor_holds_is_what_its_sizes_say() {
        let decoder = Decoder { folder: Path::new("."), absent_allowed: false };
        let check = |proto: TensorProto, expect: &str| {
            assert_eq!(decoder.tensor(&proto).unwrap_err(), expect);
        };
        let proto = TensorProto { dims: vec![2], data_type: 1, ..TensorProto::default() };
        check(proto.clone(), "it holds 0 values, its sizes say 2");
        check(
            TensorProto { raw_data: vec![0; 7], ..proto.clone() },
            "its 7 bytes are no whole number of values",
        );
        check(TensorProto { dims: vec![-1], ..proto.clone() }, "it has sizes [-1]");
        check(
            TensorProto { dims: vec![i64::MAX, 3], ..proto.clone() },
            "its sizes [9223372036854775807, 3] are too large",
        );
        check(
            TensorProto { data_type: 99, ..proto.clone() },
            "its values have the unknown type 99",
        );
        check(
            TensorProto { data_type: 8, raw_data: vec![1], ..proto.clone() },
            "its values are String",
        );
        let outside = crate::onnx::proto::StringStringEntryProto {
            key: "location".to_owned(),
            value: "../secret".to_owned(),
        };
        let proto = TensorProto { data_location: 1, external_data: vec![outside], ..proto };
        check(proto, "its values are in `../secret`, which is not beside the file");
    }
}
