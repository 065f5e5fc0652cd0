//! A table, CSV or TSV: quoted fields, also over several lines, with a header or without.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use ringlab::keyspace::KEY_BYTES_MAX;

use super::rows::{Row, Rows, quoted, whole_number};
use crate::loading::{BadRowReason, ImportError};

/// Longest row, in bytes without quotes and separators: the largest key, and room for the rest.
const ROW_BYTES_MAX: usize = KEY_BYTES_MAX + 16 * 1024;
/// Most columns of a row.
const COLUMNS_MAX: usize = 256;
/// Most lines of a row: a quote that stays open for longer was not meant to span lines.
const ROW_LINES_MAX: u64 = 16;
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
    /// What follows the row's first line, in case that its quote was not meant to span lines.
    spanned: Vec<u8>,
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
            spanned: Vec::new(),
            skipping: false,
            fields: vec![0; ROW_BYTES_MAX],
            fields_length: 0,
            ends: [0; COLUMNS_MAX],
            ends_length: 0,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], rows: &mut Rows) -> Result<(), ImportError> {
        // A line at most, so that a quote that spans lines is seen at each of them.
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.push_line(line, rows)?;
        }
        Ok(())
    }

    /// Reads a line, or the part of one: a carriage return ends rows within it.
    fn push_line(&mut self, mut line: &[u8], rows: &mut Rows) -> Result<(), ImportError> {
        while !line.is_empty() {
            let used = if self.skipping {
                self.skip(line, rows)?
            } else if self.row_line.is_none() && matches!(line[0], b'\n' | b'\r') {
                self.line += u64::from(line[0] == b'\n');
                1
            } else {
                self.read(line, rows)?
            };
            line = &line[used..];
        }
        Ok(())
    }

    /// The last row may lack the end of its line, and a quote its end.
    pub(super) fn finish(&mut self, rows: &mut Rows) -> Result<(), ImportError> {
        if self.row_line.is_none() {
            return Ok(());
        }
        // Only inside quotes a line's end does not end the row.
        self.push(b"\n", rows)?;
        while self.row_line.is_some() {
            self.leave_out_line(rows)?;
        }
        Ok(())
    }

    /// Reads up to the end of the row or of the line; returns how many bytes it used.
    fn read(&mut self, bytes: &[u8], rows: &mut Rows) -> Result<usize, ImportError> {
        let row_line = *self.row_line.get_or_insert(self.line);
        let (result, used, written, ended) = self.reader.read_record(
            bytes,
            &mut self.fields[self.fields_length..],
            &mut self.ends[self.ends_length..],
        );
        self.fields_length += written;
        self.ends_length += ended;
        let spans = self.line > row_line;
        if spans {
            self.spanned.extend_from_slice(&bytes[..used]);
        }
        self.line += u64::from(bytes[..used].ends_with(b"\n"));
        match result {
            ReadRecordResult::InputEmpty | ReadRecordResult::End => {
                if self.line - row_line >= ROW_LINES_MAX {
                    self.leave_out_line(rows)?;
                }
            }
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull if spans => {
                self.leave_out_line(rows)?;
            }
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => self.skipping = true,
            ReadRecordResult::Record if spans && !self.is_meant_to_span() => {
                self.leave_out_line(rows)?;
            }
            ReadRecordResult::Record => {
                self.end_row(row_line, rows)?;
                self.start_over();
            }
        }
        Ok(used)
    }

    /// Passes over the rest of a line whose row is too long.
    fn skip(&mut self, bytes: &[u8], rows: &mut Rows) -> Result<usize, ImportError> {
        if bytes.ends_with(b"\n") {
            if let Some(line) = self.row_line {
                rows.take(line, Err(self.too_long()))?;
            }
            self.line += 1;
            self.skipping = false;
            self.reader = reader(self.delimiter);
            self.start_over();
        }
        Ok(bytes.len())
    }

    /// Whether the row's quotes open and close where fields do, and make no more of them than the
    /// table has columns.
    fn is_meant_to_span(&self) -> bool {
        let most = self
            .columns
            .as_ref()
            .map_or(COLUMNS_MAX, |columns| columns.most);
        self.ends_length <= most && closes_at_ends(&self.spanned, self.delimiter)
    }

    /// The first line of the row opens a quote that was not meant to span lines: that line is bad,
    /// and those after it are read again, each on its own.
    fn leave_out_line(&mut self, rows: &mut Rows) -> Result<(), ImportError> {
        let spanned = std::mem::take(&mut self.spanned);
        let line = self.row_line.unwrap_or(self.line);
        rows.take(line, Err(BadRowReason::UnfinishedQuote))?;
        self.reader = reader(self.delimiter);
        self.start_over();
        self.line = line + 1;
        self.push(&spanned, rows)
    }

    fn start_over(&mut self) {
        self.spanned.clear();
        self.row_line = None;
        self.fields_length = 0;
        self.ends_length = 0;
    }

    const fn too_long(&self) -> BadRowReason {
        if self.ends_length == COLUMNS_MAX {
            return BadRowReason::TooManyColumns {
                most: COLUMNS_MAX as u64,
            };
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

/// Whether in the rest of a row, which begins inside quotes, each quote ends its field and the next
/// one begins another.
fn closes_at_ends(rest: &[u8], delimiter: u8) -> bool {
    let (mut inside, mut at) = (true, 0);
    while let Some(byte) = rest.get(at) {
        let next = rest.get(at + 1).copied().unwrap_or(b'\n');
        match (byte, inside) {
            (b'"', true) if next == b'"' => at += 1,
            (b'"', true) if next != delimiter && !matches!(next, b'\r' | b'\n') => return false,
            (b'"', false) if at == 0 || rest[at - 1] != delimiter => return false,
            (b'"', _) => inside = !inside,
            _ => {}
        }
        at += 1;
    }
    true
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}
