//! Parts of a file whose checksum is known.

use std::io::{Error, ErrorKind, Read, Result};

use flate2::Crc;

use super::Span;

/// The bytes of a part of a file: the last are given only if all are those that were written.
pub(super) struct Checked<R> {
    bytes: R,
    /// How many are to come.
    left: u64,
    crc: Crc,
    expect: u32,
}

impl<R: Read> Checked<R> {
    pub(super) fn new(bytes: R, span: Span) -> Self {
        Checked { bytes, left: span.size, crc: Crc::new(), expect: span.crc }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.bytes.by_ref().take(self.left).read(buffer)?;
        self.left -= read as u64;
        if self.expect == 0 {
            return Ok(read);
        }
        self.crc.update(&buffer[..read]);
        if read > 0 && self.left == 0 && self.crc.sum() != self.expect {
            let message = "its checksum is another: the file is damaged; fetch it again";
            return Err(Error::new(ErrorKind::InvalidData, message));
        }
        Ok(read)
    }
}
