//! The members of a gzip file (RFC 1952), which follow each other: a header, deflated data, and the
//! checksum and length of what those were. They know no file.
//!
//! Not flate2: its checksums bring 16 kB of tables, which a browser would load.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crc::{CRC_32_ISO_HDLC, Crc, Digest, Table};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// How far back deflated data copies from.
const WINDOW_BYTES: usize = 32 * 1024;
/// Longer names and comments are taken for damage.
const NAME_BYTES_MAX: usize = 65_535;

const DEFLATE: u8 = 8;
const HAS_HEADER_SUM: u8 = 1 << 1;
const HAS_EXTRA: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// Tables of a checksum: in a browser one, by bytes; else by 16 bytes at a time.
const TABLES: usize = if cfg!(target_arch = "wasm32") { 1 } else { 16 };
type Tables = Table<TABLES>;
static CRC32: LazyLock<Crc<u32, Tables>> =
    LazyLock::new(|| Crc::<u32, Tables>::new(&CRC_32_ISO_HDLC));

/// What no gzip file has.
#[derive(Debug)]
pub(super) struct Damaged;

/// What unpacks members, as far as they came.
pub(super) struct Unpacker {
    part: Part,
    /// The bytes of this part.
    held: Vec<u8>,
    flags: u8,
    header_sum: Digest<'static, u32, Tables>,
    data: Data,
}

/// What a member has, in this order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Extra,
    Name,
    Comment,
    HeaderSum,
    Data,
    /// Judged with the next byte, or at the end of the file.
    Trailer,
}

/// Deflated data.
struct Data {
    inflater: Box<DecompressorOxide>,
    /// What was unpacked last, in a circle.
    window: Box<[u8]>,
    at: usize,
    sum: Digest<'static, u32, Tables>,
    length: u32,
}

impl Unpacker {
    pub(super) fn new() -> Self {
        Self {
            part: Part::Start,
            held: Vec::new(),
            flags: 0,
            header_sum: CRC32.digest(),
            data: Data::new(),
        }
    }

    /// Unpacks the next bytes, up to the first that is damaged.
    pub(super) fn take(&mut self, bytes: &[u8], unpacked: &mut Vec<u8>) -> Result<(), Damaged> {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            if self.part == Part::Data {
                let (read, is_over) = self.data.inflate(rest, unpacked)?;
                rest = &rest[read..];
                if is_over {
                    self.part = Part::Trailer;
                }
                continue;
            }
            if self.is_whole() {
                *self = Self::new();
            }
            self.held.push(byte);
            rest = after;
            if self.is_part_whole()? {
                self.go_on()?;
            }
        }
        Ok(())
    }

    /// Whether the file may end here.
    pub(super) fn is_whole(&self) -> bool {
        self.part == Part::Trailer && self.held == self.data.trailer().as_flattened()
    }

    fn is_part_whole(&self) -> Result<bool, Damaged> {
        let length = self.held.len();
        match self.part {
            Part::Start => Ok(length == 10),
            Part::Extra => {
                let told = self.held.first_chunk::<2>();
                Ok(told.is_some_and(|&told| length == 2 + usize::from(u16::from_le_bytes(told))))
            }
            Part::Name | Part::Comment => {
                let is_over = self.held.ends_with(&[0]);
                let is_too_long = length > NAME_BYTES_MAX && !is_over;
                (!is_too_long).then_some(is_over).ok_or(Damaged)
            }
            Part::HeaderSum => Ok(length == 2),
            Part::Data => Ok(false),
            Part::Trailer if length > 8 => Err(Damaged),
            Part::Trailer => Ok(false),
        }
    }

    /// A part of the header is over.
    fn go_on(&mut self) -> Result<(), Damaged> {
        if self.part == Part::Start {
            let flags = self.held[3];
            if !self.held.starts_with(&[0x1f, 0x8b, DEFLATE]) || flags & RESERVED != 0 {
                return Err(Damaged);
            }
            self.flags = flags;
        }
        if self.part == Part::HeaderSum {
            let sum = self.header_sum.clone().finalize().to_le_bytes();
            if self.held != sum[..2] {
                return Err(Damaged);
            }
        }
        self.header_sum.update(&self.held);
        self.held.clear();
        let parts = [
            (Part::Extra, HAS_EXTRA),
            (Part::Name, HAS_NAME),
            (Part::Comment, HAS_COMMENT),
            (Part::HeaderSum, HAS_HEADER_SUM),
        ];
        let before = parts.iter().position(|(part, _)| *part == self.part);
        let mut after = parts[before.map_or(0, |place| place + 1)..].iter();
        let next = after.find(|(_, flag)| self.flags & flag != 0);
        self.part = next.map_or(Part::Data, |(part, _)| *part);
        Ok(())
    }
}

impl Data {
    fn new() -> Self {
        Self {
            inflater: Box::default(),
            window: vec![0; WINDOW_BYTES].into(),
            at: 0,
            sum: CRC32.digest(),
            length: 0,
        }
    }

    /// How many bytes it read, and whether the data is over.
    fn inflate(&mut self, bytes: &[u8], unpacked: &mut Vec<u8>) -> Result<(usize, bool), Damaged> {
        let mut read = 0;
        loop {
            let (status, more, written) = decompress(
                &mut self.inflater,
                &bytes[read..],
                &mut self.window,
                self.at,
                TINFL_FLAG_HAS_MORE_INPUT,
            );
            read += more;
            let new = &self.window[self.at..self.at + written];
            unpacked.extend_from_slice(new);
            self.sum.update(new);
            self.length = self.length.wrapping_add(written as u32);
            self.at = (self.at + written) % WINDOW_BYTES;
            match status {
                TINFLStatus::Done => return Ok((read, true)),
                TINFLStatus::NeedsMoreInput => return Ok((read, false)),
                TINFLStatus::HasMoreOutput => {}
                _ => return Err(Damaged),
            }
        }
    }

    /// What follows it, if it is whole.
    fn trailer(&self) -> [[u8; 4]; 2] {
        let sum = self.sum.clone().finalize();
        [sum.to_le_bytes(), self.length.to_le_bytes()]
    }
}
