//! What a pickle holds besides what holds it: numbers, texts, bytes.

use std::io::{self, Read};

use super::heap::{Heap, Value};
use super::machine::Machine;
use super::op;
use crate::file::Problem;

impl Machine<'_> {
    /// What holds no other values.
    pub(super) fn atom(&mut self, code: u8) -> Result<(), Problem> {
        match code {
            op::NONE => self.stack.push(Heap::NONE),
            op::NEWTRUE => self.stack.push(Heap::TRUE),
            op::NEWFALSE => self.stack.push(Heap::FALSE),
            op::INT => match self.line()?.as_str() {
                "00" => self.stack.push(Heap::FALSE),
                "01" => self.stack.push(Heap::TRUE),
                text => return self.integer(text.parse().ok()),
            },
            op::LONG => {
                let text = self.line()?;
                return self.integer(text.trim_end_matches('L').parse().ok());
            }
            op::BININT => {
                let number = i32::from_le_bytes(self.bytes()?);
                return self.integer(Some(number.into()));
            }
            op::BININT1 => {
                let [number] = self.bytes()?;
                return self.integer(Some(number.into()));
            }
            op::BININT2 => {
                let number = u16::from_le_bytes(self.bytes()?);
                return self.integer(Some(number.into()));
            }
            op::LONG1 | op::LONG4 => {
                let length = self.length(if code == op::LONG1 { 1 } else { 4 })?;
                return self.long(length);
            }
            op::FLOAT => {
                self.line()?;
                self.stack.push(Heap::OTHER);
            }
            op::BINFLOAT => {
                self.bytes::<8>()?;
                self.stack.push(Heap::OTHER);
            }
            op::STRING => {
                let line = self.line()?;
                let text = line.trim_matches(['\'', '"']).to_owned();
                return self.push(Value::Text(text));
            }
            op::UNICODE => {
                let text = unescaped(&self.raw_line()?);
                return self.push(Value::Text(text));
            }
            op::SHORT_BINSTRING | op::SHORT_BINUNICODE => return self.text(1),
            op::BINSTRING | op::BINUNICODE => return self.text(4),
            op::BINUNICODE8 => return self.text(8),
            op::SHORT_BINBYTES => return self.skip(1),
            op::BINBYTES => return self.skip(4),
            op::BINBYTES8 | op::BYTEARRAY8 => return self.skip(8),
            other => return Err(format!("opcode {other:#04x} is none of a pickle's").into()),
        }
        Ok(())
    }

    fn integer(&mut self, number: Option<i128>) -> Result<(), Problem> {
        self.push(number.map_or(Value::Other, Value::Int))
    }

    /// A number in two's complement.
    fn long(&mut self, length: u64) -> Result<(), Problem> {
        let bytes = self.take(length)?;
        if bytes.len() > size_of::<i128>() {
            return self.integer(None);
        }
        let fill = if bytes.last().is_some_and(|last| last & 0x80 != 0) { 0xff } else { 0 };
        let mut number = [fill; size_of::<i128>()];
        number[..bytes.len()].copy_from_slice(&bytes);
        self.integer(Some(i128::from_le_bytes(number)))
    }

    fn text(&mut self, width: usize) -> Result<(), Problem> {
        let length = self.length(width)?;
        let bytes = self.take(length)?;
        self.push(Value::Text(into_text(bytes)))
    }

    /// Bytes, which hold no tensors that could be read.
    fn skip(&mut self, width: usize) -> Result<(), Problem> {
        let length = self.length(width)?;
        if io::copy(&mut self.source.take(length), &mut io::sink())? < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        self.stack.push(Heap::OTHER);
        Ok(())
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// A length of 1, 4 or 8 bytes.
    fn length(&mut self, width: usize) -> Result<u64, Problem> {
        let mut length = [0; 8];
        self.source.read_exact(&mut length[..width])?;
        Ok(u64::from_le_bytes(length))
    }

    /// The next bytes; memory is taken as they come.
    fn take(&mut self, length: u64) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        self.source.take(length).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        bytes.shrink_to_fit();
        Ok(bytes)
    }

    /// A line without its end.
    pub(super) fn line(&mut self) -> Result<String, Problem> {
        self.raw_line().map(into_text)
    }

    fn raw_line(&mut self) -> Result<Vec<u8>, Problem> {
        let mut line = Vec::new();
        self.source.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(line)
    }
}

/// A text in Python's `raw-unicode-escape`: Latin-1, and `\u` or `\U` before what that has not.
fn unescaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut left = bytes;
    while !left.is_empty() {
        let (digits, plain) = match left {
            [b'\\', b'u', ..] => (2..6, 1),
            [b'\\', b'U', ..] => (2..10, 1),
            [b'\\', _, ..] => (0..0, 2),
            _ => (0..0, 1),
        };
        let code = left.get(digits.clone()).and_then(|digits| str::from_utf8(digits).ok());
        if let Some(code) = code.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            left = &left[digits.end..];
        } else {
            text.extend(left[..plain].iter().copied().map(char::from));
            left = &left[plain..];
        }
    }
    text
}

fn into_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}
