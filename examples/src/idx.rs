//! Gzipped IDX files of bytes, the format that MNIST comes in.

use std::io::{self, Read};

use flate2::read::GzDecoder;

/// Bytes with their sizes: `[images, height, width]`, or `[labels]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Idx {
    /// Length of each dimension.
    pub sizes: Vec<usize>,
    /// The values, last dimension fastest; as many as the product of [`Self::sizes`].
    pub values: Vec<u8>,
}

/// Why an IDX file cannot be read.
#[derive(thiserror::Error, Debug)]
pub enum IdxError {
    /// Not a gzip file, or it is cut short or damaged.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// The first two bytes are not zero.
    #[error("not an IDX file: it starts with {0:02x?}")]
    Magic([u8; 4]),
    /// The values are no bytes.
    #[error("values of type {0:#04x}, expected unsigned bytes (0x08)")]
    Type(u8),
    /// More values than this reader takes.
    #[error("sizes {0:?} are more than {MOST} values")]
    Large(Vec<u32>),
    /// Fewer or more values than the sizes say; of more, only the first is counted.
    #[error("sizes {sizes:?} need {expected} values, found {found}")]
    Length {
        /// The sizes in the file.
        sizes: Vec<u32>,
        /// Their product.
        expected: usize,
        /// Number of values read.
        found: usize,
    },
}

/// The most values that are read from one file.
const MOST: usize = 1 << 28;

impl Idx {
    /// Reads one gzipped file.
    pub fn read(gzipped: impl Read) -> Result<Self, IdxError> {
        let mut file = GzDecoder::new(gzipped);
        let magic: [u8; 4] = bytes(&mut file)?;
        let [0, 0, kind, rank] = magic else { return Err(IdxError::Magic(magic)) };
        if kind != 0x08 {
            return Err(IdxError::Type(kind));
        }
        let sizes = (0..rank)
            .map(|_| bytes(&mut file).map(u32::from_be_bytes))
            .collect::<io::Result<Vec<_>>>()?;
        let lengths: Vec<_> = sizes.iter().map(|&n| n as usize).collect();
        let expected = lengths
            .iter()
            .try_fold(1, |product: usize, &n| product.checked_mul(n))
            .filter(|&product| product <= MOST)
            .ok_or_else(|| IdxError::Large(sizes.clone()))?;
        let mut values = Vec::new();
        let found = file.take(expected as u64 + 1).read_to_end(&mut values)?;
        if found != expected {
            return Err(IdxError::Length { sizes, expected, found });
        }
        Ok(Idx { sizes: lengths, values })
    }
}

fn bytes(file: &mut impl Read) -> io::Result<[u8; 4]> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    const TWO_BY_THREE: &[u8] = &[0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];

    fn check(content: &[u8], expect: &str) {
        let error = Idx::read(gzip(content).as_slice()).unwrap_err();
        assert_eq!(error.to_string(), expect);
    }

    #[test]
    fn reads_sizes_and_values() {
        let idx = Idx::read(gzip(TWO_BY_THREE).as_slice()).unwrap();
        assert_eq!(idx, Idx { sizes: vec![2, 3], values: vec![1, 2, 3, 4, 5, 6] });
    }

    #[test]
    fn says_what_is_wrong() {
        check(b"PNG\n", "not an IDX file: it starts with [50, 4e, 47, 0a]");
        check(&[0, 0, 13, 1, 0, 0, 0, 0], "values of type 0x0d, expected unsigned bytes (0x08)");
        check(&TWO_BY_THREE[..17], "sizes [2, 3] need 6 values, found 5");
        check(&[TWO_BY_THREE, &[7, 8]].concat(), "sizes [2, 3] need 6 values, found 7");
        check(
            &[&[0, 0, 8, 3][..], &[255; 12]].concat(),
            "sizes [4294967295, 4294967295, 4294967295] are more than 268435456 values",
        );
        check(&[0, 0, 8, 2, 0], "failed to fill whole buffer");
    }

    #[test]
    fn damage_is_found() {
        let whole = gzip(TWO_BY_THREE);
        for end in 0..whole.len() {
            assert!(Idx::read(&whole[..end]).is_err(), "cut after {end} bytes");
        }
        let sound = Idx::read(whole.as_slice()).unwrap();
        for (i, bit) in (0..whole.len()).flat_map(|i| (0..8).map(move |bit| (i, bit))) {
            let mut damaged = whole.clone();
            damaged[i] ^= 1 << bit;
            if let Ok(idx) = Idx::read(damaged.as_slice()) {
                assert_eq!(idx, sound, "bit {bit} of byte {i}");
            }
        }
    }
}
