//! Stored bytes as f32, a buffer at a time.

use std::io::Read;

use super::Dtype;
use super::error::Problem;

/// Which byte of a value comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    Little,
    #[cfg_attr(not(feature = "formats"), expect(dead_code, reason = "safetensors has none"))]
    Big,
}

/// The next `count` values of a stream.
///
/// No more is reserved than `justified` values: what exceeds it must have been read.
pub(crate) fn read(
    source: &mut dyn Read,
    dtype: Dtype,
    order: Order,
    count: usize,
    justified: usize,
) -> Result<Vec<f32>, Problem> {
    const VALUES: usize = 8192;
    let mut buffer = vec![0; count.min(VALUES) * dtype.bytes()];
    let mut values = Vec::with_capacity(count.min(justified));
    while values.len() < count {
        let bytes = (count - values.len()).min(VALUES) * dtype.bytes();
        source.read_exact(&mut buffer[..bytes])?;
        decode(&buffer[..bytes], dtype, order, &mut values);
    }
    Ok(values)
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "to the nearest")]
fn decode(bytes: &[u8], dtype: Dtype, order: Order, values: &mut Vec<f32>) {
    macro_rules! each {
        ($number:ty, $to_f32:expr) => {{
            let (words, _) = bytes.as_chunks::<{ size_of::<$number>() }>();
            let to_f32: fn($number) -> f32 = $to_f32;
            match order {
                Order::Little => {
                    values.extend(words.iter().map(|word| to_f32(<$number>::from_le_bytes(*word))));
                }
                Order::Big => {
                    values.extend(words.iter().map(|word| to_f32(<$number>::from_be_bytes(*word))));
                }
            }
        }};
    }
    match dtype {
        Dtype::F16 => each!(u16, f16),
        Dtype::Bf16 => each!(u16, |x| f32::from_bits(u32::from(x) << 16)),
        Dtype::F32 => each!(f32, |x| x),
        Dtype::F64 => each!(f64, |x| x as f32),
        Dtype::I8 => each!(i8, f32::from),
        Dtype::I16 => each!(i16, f32::from),
        Dtype::I32 => each!(i32, |x| x as f32),
        Dtype::I64 => each!(i64, |x| x as f32),
        Dtype::U8 => each!(u8, f32::from),
        Dtype::U16 => each!(u16, f32::from),
        Dtype::U32 => each!(u32, |x| x as f32),
        Dtype::U64 => each!(u64, |x| x as f32),
        Dtype::Bool => each!(u8, |x| f32::from(x != 0)),
    }
}

/// A half as an f32: each has one.
fn f16(bits: u16) -> f32 {
    let (exponent, fraction) = ((bits >> 10) & 0x1f, bits & 0x3ff);
    let magnitude = match exponent {
        0 => f32::from(fraction) * 2f32.powi(-24),
        0x1f => f32::from_bits(0x7f80_0000 | u32::from(fraction) << 13),
        _ => f32::from(fraction | 0x400) * 2f32.powi(i32::from(exponent) - 25),
    };
    f32::from_bits(magnitude.to_bits() | u32::from(bits >> 15) << 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where halves change their kind, and NumPy's values of them.
    #[test]
    fn halves() {
        let cases = [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x0001, 2f32.powi(-24)),
            (0x03ff, 1023.0 * 2f32.powi(-24)),
            (0x0400, 2f32.powi(-14)),
            (0x3c00, 1.0),
            (0x3555, 0.333_251_95),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
            (0xfc00, f32::NEG_INFINITY),
        ];
        for (bits, value) in cases {
            assert_eq!(f16(bits).to_bits(), value.to_bits(), "{bits:#06x}");
        }
        assert!(f16(0x7e00).is_nan());
    }
}
