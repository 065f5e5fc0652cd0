//! A row of JSON lines: an object with a key, or a bare string.

use std::borrow::Cow;

use serde::Deserialize;

use super::rows::{Row, Rows};
use crate::loading::{BadRowReason, ImportError};

#[derive(Deserialize)]
struct Object<'text> {
    #[serde(borrow, alias = "name")]
    key: Cow<'text, str>,
    #[serde(default = "one", alias = "count", alias = "downloads", alias = "hits")]
    requests: u64,
    #[serde(default, alias = "size")]
    bytes: Option<u64>,
}

const fn one() -> u64 {
    1
}

/// Hands the row of a line over.
pub(super) fn take(
    rows: &mut Rows,
    line: u64,
    text: Result<&[u8], BadRowReason>,
) -> Result<(), ImportError> {
    match text.and_then(parse) {
        Ok(object) => {
            let row = Row {
                key: object.key.as_bytes(),
                requests: object.requests,
                bytes: object.bytes,
            };
            rows.take(line, Ok(row))
        }
        Err(reason) => rows.take(line, Err(reason)),
    }
}

fn parse(line: &[u8]) -> Result<Object<'_>, BadRowReason> {
    let parsed = if line.trim_ascii_start().starts_with(b"\"") {
        serde_json::from_slice(line).map(|key| Object {
            key: Cow::Owned(key),
            requests: 1,
            bytes: None,
        })
    } else {
        serde_json::from_slice(line)
    };
    parsed.map_err(|error| reason(&error))
}

fn reason(error: &serde_json::Error) -> BadRowReason {
    let text = error.to_string();
    // The parser counts lines in what it is given: always the first.
    let text = text.split(" at line ").next().unwrap_or(&text).to_owned();
    BadRowReason::Json {
        column: error.column() as u64,
        text,
    }
}
