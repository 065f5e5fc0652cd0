//! A row of JSON lines: an object with a key, or a bare string; or what an object would have, in
//! order, as a list.

mod reader;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use self::reader::{Reader, Wrong};
use super::rows::{Row, Rows};
use crate::loading::{BadRowReason, ImportError};

/// What is known of a row.
#[derive(Debug, Default, PartialEq, Eq)]
struct Object<'text> {
    key: Option<Cow<'text, str>>,
    requests: Option<u64>,
    /// Nothing may be told, and `null`.
    bytes: Option<Option<u64>>,
}

/// What an object may have.
const FIELDS: [&str; 3] = ["key", "requests", "bytes"];

/// Hands the row of a line over.
pub(super) fn take(
    rows: &mut Rows,
    line: u64,
    text: Result<&[u8], BadRowReason>,
) -> Result<(), ImportError> {
    let parsed = text.and_then(|text| parse(text).map_err(reason));
    let row = parsed.as_ref().map(|(key, object)| Row {
        key: key.as_bytes(),
        requests: object.requests.unwrap_or(1),
        bytes: object.bytes.flatten(),
    });
    rows.take(line, row.map_err(Clone::clone))
}

/// Whether a line is a string.
pub(super) fn is_string(line: &[u8]) -> bool {
    let mut reader = Reader::new(line);
    reader.string().is_ok() && reader.finish().is_ok()
}

fn reason(Wrong { text, column }: Wrong) -> BadRowReason {
    BadRowReason::Json {
        column: column as u64,
        text,
    }
}

/// The key of a row, and what else it tells.
fn parse(line: &[u8]) -> Result<(Cow<'_, str>, Object<'_>), Wrong> {
    let mut reader = Reader::new(line);
    let mut object = Object::default();
    match reader.peek() {
        Some(b'{') => reader.object(|reader, name| object.read(field(name), reader))?,
        Some(b'[') => {
            let mut fields = 0..FIELDS.len();
            reader.list(|reader| match fields.next() {
                Some(field) => object.read(Some(field), reader),
                None => Err(reader.wrong_next("trailing characters")),
            })?;
        }
        _ => object.key = Some(reader.string()?),
    }
    let key = object.key.take();
    let key = key.ok_or_else(|| reader.wrong("missing field `key`"))?;
    reader.finish()?;
    Ok((key, object))
}

/// Which of the fields is named so.
fn field(name: &str) -> Option<usize> {
    match name {
        "key" | "name" => Some(0),
        "requests" | "count" | "downloads" | "hits" => Some(1),
        "bytes" | "size" => Some(2),
        _ => None,
    }
}

impl<'text> Object<'text> {
    fn read(&mut self, field: Option<usize>, reader: &mut Reader<'text>) -> Result<(), Wrong> {
        let is_there = [
            self.key.is_some(),
            self.requests.is_some(),
            self.bytes.is_some(),
        ];
        let Some(field) = field else {
            return reader.pass();
        };
        if is_there[field] {
            return Err(reader.wrong(&format!("duplicate field `{}`", FIELDS[field])));
        }
        match field {
            0 => self.key = Some(reader.string()?),
            1 => self.requests = Some(reader.whole()?),
            _ if reader.peek() == Some(b'n') => {
                reader.pass()?;
                self.bytes = Some(None);
            }
            _ => self.bytes = Some(Some(reader.whole()?)),
        }
        Ok(())
    }
}
