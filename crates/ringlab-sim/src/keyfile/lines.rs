//! Cuts a text into lines, whatever the chunks it comes in, and passes over what is too long.

#[cfg(test)]
mod tests;

use super::rows::Row;
use crate::loading::{BadRowReason, ImportError};

/// Longest line: a key of the largest size with each character escaped, and room for the rest.
pub(super) const LINE_BYTES_MAX: usize = 512 * 1024;

/// A text that is being cut.
pub(super) struct Lines {
    line: u64,
    /// The part of the line that came with chunks before.
    start: Vec<u8>,
    too_long: bool,
}

impl Lines {
    pub(super) const fn new() -> Self {
        Self {
            line: 1,
            start: Vec::new(),
            too_long: false,
        }
    }

    /// Gives each line that ends in these bytes, without its end, to `take`; blank ones not.
    pub(super) fn push(
        &mut self,
        mut bytes: &[u8],
        mut take: impl FnMut(u64, Result<&[u8], BadRowReason>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = bytes.split_at(end);
            if self.start.is_empty() && !self.too_long && line.len() <= LINE_BYTES_MAX {
                give(self.line, line, &mut take)?;
            } else {
                self.keep(line);
                self.finish(&mut take)?;
            }
            self.line += 1;
            bytes = &rest[1..];
        }
        self.keep(bytes);
        Ok(())
    }

    /// Gives the last line, which nothing ends.
    pub(super) fn finish(
        &mut self,
        mut take: impl FnMut(u64, Result<&[u8], BadRowReason>) -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        if std::mem::take(&mut self.too_long) {
            let limit = LINE_BYTES_MAX as u64;
            return take(self.line, Err(BadRowReason::TooLong { limit }));
        }
        give(self.line, &self.start, &mut take)?;
        self.start.clear();
        Ok(())
    }

    fn keep(&mut self, part: &[u8]) {
        if self.start.len() + part.len() > LINE_BYTES_MAX {
            self.too_long = true;
            self.start = Vec::new();
        }
        if !self.too_long {
            self.start.extend_from_slice(part);
        }
    }
}

/// A line that is a key.
pub(super) fn plain_row(key: &[u8]) -> Result<Row<'_>, BadRowReason> {
    Ok(Row {
        key,
        requests: 1,
        bytes: None,
    })
}

fn give(
    number: u64,
    line: &[u8],
    mut take: impl FnMut(u64, Result<&[u8], BadRowReason>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.trim_ascii().is_empty() {
        return Ok(());
    }
    take(number, Ok(line))
}
