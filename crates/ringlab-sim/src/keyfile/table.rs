//! A table, CSV or TSV: quoted fields, also over several lines, with a header or without.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use ringlab::keyspace::KEY_BYTES_MAX;

use super::rows::{Row, Rows, quoted, whole_number};
use crate::loading::{BadRowReason, ImportError};

/// Longest row, in bytes without quotes and separators: the largest key, and room for the rest.
const ROW_BYTES_MAX: usize = KEY_BYTES_MAX + 16 * 1024;
/// Most columns of a row.
const COLUMNS_MAX: usize = 256;
/// Columns of a table without a header.
const COLUMNS_UNNAMED: usize = 3;

/// A table that is being read.
pub(super) struct Table {
    delimiter: u8,
    reader: Reader,
    columns: Option<Columns>,
    /// The line that is read.
    line: u64,
    /// The line that the row began on; `None` between rows.
    row_line: Option<u64>,
    /// The row is too long: the rest of its line is passed over.
    skipping: bool,
    fields: Vec<u8>,
    fields_length: usize,
    ends: [usize; COLUMNS_MAX],
    ends_length: usize,
}

/// Which column means what.
pub(super) struct Columns {
    key: usize,
    requests: Option<usize>,
    bytes: Option<usize>,
    most: usize,
}

impl Table {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            reader: reader(delimiter),
            columns: None,
            line: 1,
            row_line: None,
            skipping: false,
            fields: vec![0; ROW_BYTES_MAX],
            fields_length: 0,
            ends: [0; COLUMNS_MAX],
            ends_length: 0,
        }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8], rows: &mut Rows) -> Result<(), ImportError> {
        while !bytes.is_empty() {
            let used = if self.skipping {
                self.skip(bytes, rows)?
            } else if self.row_line.is_none() && matches!(bytes[0], b'\n' | b'\r') {
                1
            } else {
                self.read(bytes, rows)?
            };
            self.line += bytes[..used].iter().filter(|byte| **byte == b'\n').count() as u64;
            bytes = &bytes[used..];
        }
        Ok(())
    }

    /// The last row may lack the end of its line, and a quote its end.
    pub(super) fn finish(&mut self, rows: &mut Rows) -> Result<(), ImportError> {
        if self.row_line.is_none() {
            return Ok(());
        }
        // Only inside quotes a line's end does not end the row.
        let last_line = self.line;
        self.push(b"\n", rows)?;
        match self.row_line {
            Some(line) => rows.take(
                line,
                Err(BadRowReason::UnfinishedQuote { until: last_line }),
            ),
            None => Ok(()),
        }
    }

    /// Reads up to the end of the row or of the bytes; returns how many it used.
    fn read(&mut self, bytes: &[u8], rows: &mut Rows) -> Result<usize, ImportError> {
        let row_line = *self.row_line.get_or_insert(self.line);
        let (result, used, written, ended) = self.reader.read_record(
            bytes,
            &mut self.fields[self.fields_length..],
            &mut self.ends[self.ends_length..],
        );
        self.fields_length += written;
        self.ends_length += ended;
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => self.skipping = true,
            ReadRecordResult::Record => {
                self.end_row(row_line, rows)?;
                self.start_over();
            }
        }
        Ok(used)
    }

    /// Passes over the rest of a line whose row is too long.
    fn skip(&mut self, bytes: &[u8], rows: &mut Rows) -> Result<usize, ImportError> {
        let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
            return Ok(bytes.len());
        };
        if let Some(line) = self.row_line {
            rows.take(line, Err(self.too_long(line)))?;
        }
        self.skipping = false;
        self.reader = reader(self.delimiter);
        self.start_over();
        Ok(end + 1)
    }

    fn start_over(&mut self) {
        self.row_line = None;
        self.fields_length = 0;
        self.ends_length = 0;
    }

    fn too_long(&self, row_line: u64) -> BadRowReason {
        if self.ends_length == COLUMNS_MAX {
            return BadRowReason::TooManyColumns {
                most: COLUMNS_MAX as u64,
            };
        }
        if self.line > row_line {
            return BadRowReason::UnfinishedQuote { until: self.line };
        }
        BadRowReason::TooLong {
            limit: ROW_BYTES_MAX as u64,
        }
    }

    fn end_row(&mut self, line: u64, rows: &mut Rows) -> Result<(), ImportError> {
        let fields = Fields {
            bytes: &self.fields[..self.fields_length],
            ends: &self.ends[..self.ends_length],
        };
        let Some(columns) = &self.columns else {
            let named = Columns::named(fields.all());
            let is_header = named.is_some();
            let columns = self.columns.insert(named.unwrap_or(Columns::UNNAMED));
            if is_header {
                return Ok(());
            }
            return rows.take(line, columns.row(&fields));
        };
        rows.take(line, columns.row(&fields))
    }
}

/// The fields of one row.
struct Fields<'table> {
    bytes: &'table [u8],
    ends: &'table [usize],
}

impl<'table> Fields<'table> {
    fn get(&self, at: usize) -> Option<&'table [u8]> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        Some(&self.bytes[start..end])
    }

    fn all(&self) -> impl Iterator<Item = &'table [u8]> {
        (0..self.ends.len()).filter_map(|at| self.get(at))
    }
}

impl Columns {
    const UNNAMED: Self = Self {
        key: 0,
        requests: Some(1),
        bytes: Some(2),
        most: COLUMNS_UNNAMED,
    };

    /// What these fields name, if they are a header: one names the keys.
    pub(super) fn named<'text>(fields: impl Iterator<Item = &'text [u8]>) -> Option<Self> {
        let (mut key, mut requests, mut bytes, mut most) = (None, None, None, 0);
        for (at, field) in fields.enumerate() {
            most = at + 1;
            match field.trim_ascii().to_ascii_lowercase().as_slice() {
                b"key" | b"name" => key = key.or(Some(at)),
                b"requests" | b"count" | b"downloads" | b"hits" => requests = requests.or(Some(at)),
                b"bytes" | b"size" => bytes = bytes.or(Some(at)),
                _ => {}
            }
        }
        key.map(|key| Self {
            key,
            requests,
            bytes,
            most,
        })
    }

    fn row<'table>(&self, fields: &Fields<'table>) -> Result<Row<'table>, BadRowReason> {
        if fields.ends.len() > self.most {
            return Err(BadRowReason::TooManyColumns {
                most: self.most as u64,
            });
        }
        let amount = |column: Option<usize>| {
            let field = column.and_then(|at| fields.get(at))?;
            (!field.trim_ascii().is_empty()).then_some(field)
        };
        let requests = match amount(self.requests) {
            None => 1,
            Some(field) => whole_number(field).ok_or_else(|| BadRowReason::Requests {
                text: quoted(field),
            })?,
        };
        let bytes = match amount(self.bytes) {
            None => None,
            Some(field) => {
                let number = whole_number(field);
                Some(number.ok_or_else(|| BadRowReason::Bytes {
                    text: quoted(field),
                })?)
            }
        };
        Ok(Row {
            key: fields.get(self.key).ok_or(BadRowReason::NoKey)?,
            requests,
            bytes,
        })
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}
