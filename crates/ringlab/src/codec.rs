//! Bytes that are the same on every platform: how numbers and strings of bytes are written and
//! read back. It knows no keys and no versions.
//!
//! A number has one spelling only, so what is read back and written again is the same bytes.

use std::fmt;

/// What a number takes at most.
const VARINT_BYTES_MAX: u32 = 10;

/// Bytes are not what was written: cut short, or never made by this code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes are malformed")
    }
}

impl std::error::Error for Malformed {}

/// Writes a number in groups of seven bits, low ones first: 1 byte below 128, 10 at most.
pub fn write_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes a string of bytes with its length before it.
pub fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    write_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Reads from the front of some bytes.
///
/// ```
/// use ringlab::codec::{Malformed, Reader, write_bytes, write_number};
/// let mut out = Vec::new();
/// write_number(&mut out, 300);
/// write_bytes(&mut out, b"left-pad");
/// let mut reader = Reader::new(&out);
/// assert_eq!((reader.number()?, reader.bytes()?), (300, b"left-pad".as_slice()));
/// reader.end()?;
/// assert_eq!(Reader::new(&out[..5]).bytes(), Err(Malformed));
/// # Ok::<(), Malformed>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads `bytes` from their beginning.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next number.
    ///
    /// # Errors
    ///
    /// [`Malformed`] when it is cut off, above 64 bits or longer than it need be.
    #[inline]
    pub fn number(&mut self) -> Result<u64, Malformed> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            _ => self.long_number(),
        }
    }

    /// The next number, as a length in memory.
    ///
    /// # Errors
    ///
    /// As [`number`](Self::number); [`Malformed`], too, when memory has no such length.
    #[inline]
    pub fn length(&mut self) -> Result<usize, Malformed> {
        usize::try_from(self.number()?).map_err(|_| Malformed)
    }

    /// The next so many bytes.
    ///
    /// # Errors
    ///
    /// [`Malformed`] when fewer are left.
    #[inline]
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next string of bytes.
    ///
    /// # Errors
    ///
    /// As [`length`](Self::length) and [`take`](Self::take).
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = self.length()?;
        self.take(length)
    }

    /// The next eight bytes, as a number of fixed width.
    ///
    /// # Errors
    ///
    /// [`Malformed`] when fewer are left.
    #[inline]
    pub fn word(&mut self) -> Result<u64, Malformed> {
        let (word, rest) = self.rest.split_first_chunk().ok_or(Malformed)?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*word))
    }

    /// All that was not read.
    #[must_use]
    #[inline]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Makes sure that all was read.
    ///
    /// # Errors
    ///
    /// [`Malformed`] when some bytes were not.
    pub const fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    fn long_number(&mut self) -> Result<u64, Malformed> {
        let mut number = 0;
        for place in 0..VARINT_BYTES_MAX {
            let (&byte, rest) = self.rest.split_first().ok_or(Malformed)?;
            self.rest = rest;
            let bits = u64::from(byte & 0x7f);
            // The tenth group has room for one bit.
            if place == VARINT_BYTES_MAX - 1 && bits > 1 {
                return Err(Malformed);
            }
            number |= bits << (7 * place);
            if byte < 0x80 {
                // A last group of zeros would be a second spelling.
                return if byte == 0 {
                    Err(Malformed)
                } else {
                    Ok(number)
                };
            }
        }
        Err(Malformed)
    }
}

#[cfg(test)]
mod tests;
