//! The text of a file: its head tells the format, then every byte goes to that format's reader.

use super::FILE_BYTES_MAX;
use super::format::detect;
use super::json;
use super::lines::{Lines, plain_row};
use super::rows::Rows;
use super::table::Table;
use crate::loading::{Format, ImportError};

/// Bytes that tell a file's format.
pub const HEAD_BYTES: usize = 64 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The byte order marks of UTF-16.
const UTF_16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// A text that is being read.
pub(super) struct Text {
    bytes: u64,
    reader: Reader,
    rows: Rows,
}

enum Reader {
    /// Waits for the head to be whole.
    Head(Vec<u8>),
    Lines(Lines),
    Json(Lines),
    Table(Format, Box<Table>),
}

impl Text {
    pub(super) fn new() -> Self {
        Self {
            bytes: 0,
            reader: Reader::Head(Vec::new()),
            rows: Rows::new(),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), ImportError> {
        self.bytes += bytes.len() as u64;
        if self.bytes > FILE_BYTES_MAX {
            return Err(ImportError::TooLarge {
                limit: FILE_BYTES_MAX,
            });
        }
        let Reader::Head(head) = &mut self.reader else {
            return self.read(bytes);
        };
        let missing = bytes.len().min(HEAD_BYTES - head.len());
        let (to_head, rest) = bytes.split_at(missing);
        head.extend_from_slice(to_head);
        if head.len() < HEAD_BYTES {
            return Ok(());
        }
        self.read_head()?;
        self.read(rest)
    }

    /// The format, and the rows.
    pub(super) fn finish(mut self) -> Result<(Format, Rows), ImportError> {
        if let Reader::Head(_) = self.reader {
            self.read_head()?;
        }
        let rows = &mut self.rows;
        let format = match self.reader {
            Reader::Head(_) => return Err(ImportError::Empty),
            Reader::Lines(mut lines) => {
                lines.finish(|line, text| rows.take(line, text.and_then(plain_row)))?;
                Format::Lines
            }
            Reader::Json(mut lines) => {
                lines.finish(|line, text| json::take(rows, line, text))?;
                Format::JsonLines
            }
            Reader::Table(format, mut table) => {
                table.finish(rows)?;
                format
            }
        };
        Ok((format, self.rows))
    }

    /// Rows so far, and the bad ones among them.
    pub(super) const fn counted(&self) -> (u64, u64) {
        self.rows.counted()
    }

    fn read_head(&mut self) -> Result<(), ImportError> {
        let Reader::Head(head) = &mut self.reader else {
            return Ok(());
        };
        let head = std::mem::take(head);
        if head.contains(&0) {
            let is_utf_16 = UTF_16_MARKS.iter().any(|mark| head.starts_with(mark));
            return Err(if is_utf_16 {
                ImportError::Utf16
            } else {
                ImportError::NotText
            });
        }
        let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&head);
        self.reader = match detect(text) {
            Format::Lines => Reader::Lines(Lines::new()),
            Format::JsonLines => Reader::Json(Lines::new()),
            Format::Csv => Reader::Table(Format::Csv, Box::new(Table::new(b','))),
            Format::Tsv => Reader::Table(Format::Tsv, Box::new(Table::new(b'\t'))),
        };
        self.read(text)
    }

    fn read(&mut self, bytes: &[u8]) -> Result<(), ImportError> {
        let rows = &mut self.rows;
        match &mut self.reader {
            Reader::Head(_) => Ok(()),
            Reader::Lines(lines) => lines.push(bytes, |line, text| {
                rows.take(line, text.and_then(plain_row))
            }),
            Reader::Json(lines) => lines.push(bytes, |line, text| json::take(rows, line, text)),
            Reader::Table(_, table) => table.push(bytes, rows),
        }
    }
}
