//! What came of loading: the report, bad rows with their reasons, and why an import fails. Texts
//! say what and where; none ends with a full stop.

use std::fmt;

use ringlab::keyspace::{KeyError, LOAD_MAX, Load};
use serde::{Deserialize, Serialize};

/// Bad rows that a report keeps; later ones are only counted.
pub const BAD_ROWS_KEPT_MAX: usize = 100;

/// How an import went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// The file's name; empty when the keys were made.
    pub label: String,
    /// How the file was read; `None` when the keys were made.
    pub format: Option<Format>,
    /// Whether the file was compressed.
    pub gzip: bool,
    /// Rows, good and bad; blank lines and a header are none.
    pub rows: u64,
    /// Good rows whose key came before: their load was added.
    pub duplicates: u64,
    /// Rows that were left out.
    pub bad_rows: u64,
    /// The first of those, at most [`BAD_ROWS_KEPT_MAX`].
    pub first_bad: Vec<BadRow>,
    /// Distinct keys, with their requests and bytes.
    pub total: Load,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// One key a line.
    Lines,
    /// A table whose columns are separated by commas.
    Csv,
    /// A table whose columns are separated by tabs.
    Tsv,
    /// A JSON object or string a line.
    JsonLines,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The line it begins on, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: BadRowReason,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BadRowReason {
    /// The key cannot be stored.
    Key(KeyError),
    /// The table has a column for keys and the row ends before it.
    NoKey,
    /// Requests that are no whole number, or too large a one.
    Requests {
        /// What stands there, cut short.
        text: String,
    },
    /// Bytes that are no whole number, or too large a one.
    Bytes {
        /// What stands there, cut short.
        text: String,
    },
    /// More columns than the table has.
    TooManyColumns {
        /// How many a row can have.
        most: u64,
    },
    /// Longer than a row can be.
    TooLong {
        /// The limit in bytes.
        limit: u64,
    },
    /// A quote is opened and not closed, in this line or soon after it. The lines after it are rows
    /// of their own.
    UnfinishedQuote,
    /// A zero byte, which no text has.
    ZeroByte,
    /// Not a JSON object with a `key`, nor a JSON string.
    Json {
        /// Where in the line, from 1; 0 when it is the whole.
        column: u64,
        /// What the JSON parser says.
        text: String,
    },
}

/// Why an import fails; what was loaded before stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportError {
    /// No row in it.
    Empty,
    /// A text in another encoding than ours.
    Utf16,
    /// Not a text file.
    NotText,
    /// The compressed file ends too early or its last checksum is wrong: the decoder does not say
    /// which.
    GzipEnd {
        /// Its length in bytes.
        at: u64,
    },
    /// The compressed file is damaged.
    GzipCorrupt {
        /// The damage shows within [`crate::keyfile::GZIP_SLICE_BYTES`] bytes after this one.
        at: u64,
    },
    /// The file is too large.
    TooLarge {
        /// Most bytes, before and after unpacking.
        limit: u64,
    },
    /// The population is full.
    Full {
        /// The line that does not go in any more.
        line: u64,
        /// Which limit it would pass.
        reason: KeyError,
    },
    /// Not one good row.
    EveryRowBad {
        /// How many rows there are.
        rows: u64,
        /// The first one.
        first: BadRow,
    },
}

impl fmt::Display for BadRowReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(reason) => reason.fmt(f),
            Self::NoKey => write!(f, "the row ends before its key"),
            Self::Requests { text } => not_whole(f, "requests", text),
            Self::Bytes { text } => not_whole(f, "bytes", text),
            Self::TooManyColumns { most } => write!(f, "more than {most} columns"),
            Self::TooLong { limit } => write!(f, "longer than {limit} bytes"),
            Self::UnfinishedQuote => write!(f, "a quote opens and is not closed"),
            Self::ZeroByte => write!(f, "has a zero byte"),
            Self::Json { column: 0, text } => write!(f, "{text}"),
            Self::Json { column, text } => write!(f, "{text} at column {column}"),
        }
    }
}

fn not_whole(f: &mut fmt::Formatter<'_>, what: &str, text: &str) -> fmt::Result {
    write!(
        f,
        "{what} {text:?}: a whole number is expected, at most {LOAD_MAX}"
    )
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "the file has no rows"),
            Self::Utf16 => write!(f, "it is UTF-16; save it as UTF-8"),
            Self::NotText => write!(f, "it is not text"),
            Self::GzipEnd { at } => {
                write!(
                    f,
                    "the gzip data is cut off, or its checksum wrong, after byte {at}"
                )
            }
            Self::GzipCorrupt { at } => {
                write!(f, "the gzip data is damaged shortly after byte {at}")
            }
            Self::TooLarge { limit } => {
                write!(
                    f,
                    "the file is larger than {limit} bytes, as it is or unpacked"
                )
            }
            Self::Full { line, reason } => write!(f, "line {line}: {reason}"),
            Self::EveryRowBad { rows: 1, first } => write!(f, "its only row is bad: {first}"),
            Self::EveryRowBad { rows, first } => {
                write!(f, "all of its {rows} rows are bad; the first, {first}")
            }
        }
    }
}

impl std::error::Error for ImportError {}
