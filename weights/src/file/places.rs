//! Tensors whose values lie in the file as they are, or deflated.

use std::io::{Read, SeekFrom};

#[cfg(feature = "formats")]
use super::checked::Checked;
use super::values::{self, Order};
use super::{Entry, Problem, Source, Values, strided};

/// A part of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Where it starts in the file.
    pub(crate) start: u64,
    /// How many bytes it takes there.
    pub(crate) stored: u64,
    /// How many bytes it has.
    pub(crate) size: u64,
    /// Whether it is deflated.
    #[cfg_attr(not(feature = "formats"), expect(dead_code, reason = "only archives deflate"))]
    pub(crate) deflated: bool,
    /// The CRC-32 of its bytes; 0 if that is not known: PyTorch may leave it out.
    #[cfg_attr(not(feature = "formats"), expect(dead_code, reason = "only archives have it"))]
    pub(crate) crc: u32,
}

/// What comes before a tensor's values and is read with them, so that all of a part is checked:
/// more than the header of an array.
#[cfg(feature = "formats")]
const NEAR: u64 = 1 << 17;

impl Span {
    /// Bytes that lie in the file as they are.
    pub(crate) fn plain(start: u64, size: u64) -> Self {
        Span { start, stored: size, size, deflated: false, crc: 0 }
    }

    /// A stream of its bytes, without the first ones; read to the end, it is checked if all of it
    /// was read.
    pub(crate) fn read<'a>(
        self,
        source: &'a mut dyn Source,
        skip: u64,
    ) -> Result<Box<dyn Read + 'a>, Problem> {
        #[cfg(feature = "formats")]
        if self.deflated || (self.crc != 0 && skip <= NEAR) {
            source.seek(SeekFrom::Start(self.start))?;
            let stored = source.take(self.stored);
            let bytes: Box<dyn Read> = if self.deflated {
                let stored = std::io::BufReader::new(stored);
                Box::new(flate2::bufread::DeflateDecoder::new(stored))
            } else {
                Box::new(stored)
            };
            let mut bytes = Checked::new(bytes, self);
            std::io::copy(&mut bytes.by_ref().take(skip), &mut std::io::sink())?;
            return Ok(Box::new(bytes));
        }
        source.seek(SeekFrom::Start(self.start.saturating_add(skip)))?;
        Ok(Box::new(source.take(self.stored.saturating_sub(skip))))
    }
}

/// Where the values of a tensor lie, and how.
pub(crate) struct Place {
    pub(crate) span: Span,
    /// How many bytes come before its first value.
    pub(crate) skip: u64,
    pub(crate) order: Order,
    /// How many values lie from one to the next along each axis; row-major without.
    pub(crate) strides: Option<Vec<usize>>,
}

impl Place {
    /// How many values the tensor has, and how many lie from the first to the last; an error if
    /// the file cannot hold the latter.
    pub(crate) fn extent(&self, entry: &Entry) -> Result<(usize, usize), Problem> {
        let count = entry.count();
        let extent = match &self.strides {
            None => count,
            Some(strides) => strided::extent(&entry.shape, strides),
        };
        let bytes = extent.and_then(|extent| extent.checked_mul(entry.dtype.bytes()));
        let end = bytes.and_then(|bytes| self.skip.checked_add(bytes as u64));
        match (end, extent, count) {
            (Some(end), Some(extent), Some(count)) if end <= self.span.size => Ok((count, extent)),
            _ => Err(format!(
                "`{}` is said to be {:?}: more values than fit into its {} bytes",
                entry.name, entry.shape, self.span.size
            )
            .into()),
        }
    }
}

/// A file, and where the values of each tensor lie in it.
pub(crate) struct Places {
    pub(crate) source: Box<dyn Source>,
    pub(crate) places: Vec<Place>,
}

impl Values for Places {
    fn values(&mut self, index: usize, entry: &Entry) -> Result<Vec<f32>, Problem> {
        let place = &self.places[index];
        let (count, extent) = place.extent(entry)?;
        let mut bytes = place.span.read(&mut *self.source, place.skip)?;
        let justified = usize::try_from(place.span.stored).unwrap_or(usize::MAX);
        let values = values::read(&mut bytes, entry.dtype, place.order, extent, justified);
        let values = values.map_err(|problem| problem.in_tensor(&entry.name))?;
        Ok(match &place.strides {
            None => values,
            Some(strides) => strided::row_major(&values, count, &entry.shape, strides),
        })
    }
}
