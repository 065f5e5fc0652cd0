//! What users did in a run, as lines of JSON that whoever has nothing else can judge: first what the
//! run promises, then one operation a line. It knows no cluster and does not judge.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::workload::{Deed, End};
use ringlab::sorted::SortedMap;

/// Operations that a text may have: far more than a run.
pub const DEEDS_MAX: usize = 100_000;
/// Bytes of its longest line.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// What a run promises of its history, by its settings and by what went wrong in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promises {
    /// Every read sees what was acknowledged before it began, or what replaced that.
    pub regular: bool,
    /// No read shows what a write replaced that was acknowledged before it began.
    pub exact: bool,
    /// When all replicas had become equal, in microseconds, if nothing was dropped as was wanted: no
    /// later read misses anything, and each key and set is read once more.
    pub settled: Option<u64>,
    /// Values that were there at first, by key.
    pub loaded: SortedMap<String, String>,
}

/// A history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chronicle {
    /// What is promised of it.
    pub promises: Promises,
    /// In the order in which they ended.
    pub deeds: Vec<Deed>,
}

/// Where a text is no history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoChronicle {
    /// The line, from 1.
    pub line: usize,
    /// The column in it, from 1, in bytes.
    pub column: usize,
    /// What stands there, and what was expected.
    pub what: String,
}

impl Chronicle {
    /// As lines of JSON.
    ///
    /// # Errors
    /// None that this data can cause.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        let mut text = serde_json::to_string(&self.promises)? + "\n";
        for deed in &self.deeds {
            text += &serde_json::to_string(deed)?;
            text.push('\n');
        }
        Ok(text)
    }

    /// From lines of JSON. O(bytes).
    ///
    /// # Errors
    /// The first place that is not as it should be.
    pub fn read(text: &str) -> Result<Self, NoChronicle> {
        let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let Some(first) = lines.next() else {
            let what = "the text is empty: expected what the run promises, \
                        as {\"regular\":true,\"exact\":true,\"settled\":null,\"loaded\":{}}";
            return Err(wrong(1, 1, what.into()));
        };
        let promises = read(first)?;
        let mut deeds = Vec::new();
        for line in lines {
            if deeds.len() == DEEDS_MAX {
                let what =
                    format!("expected the end: a history has at most {DEEDS_MAX} operations");
                return Err(wrong(line.0, 1, what));
            }
            let deed: Deed = read(line)?;
            if deed.ended < deed.began {
                let what = format!(
                    "it ended at {}: expected {} or later, when it began",
                    deed.ended, deed.began
                );
                return Err(wrong(line.0, 1, what));
            }
            deeds.push(deed);
        }
        Ok(Self { promises, deeds })
    }

    /// The line of an operation, from 1.
    #[must_use]
    pub const fn line_of(deed: usize) -> usize {
        deed + 2
    }
}

fn read<T: DeserializeOwned>((line, text): (usize, &str)) -> Result<T, NoChronicle> {
    if text.len() > LINE_BYTES_MAX {
        let what = format!("expected the end of the line: it may have {LINE_BYTES_MAX} bytes");
        return Err(wrong(line, LINE_BYTES_MAX + 1, what));
    }
    serde_json::from_str(text).map_err(|error| {
        let told = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let told = told.strip_suffix(&place).unwrap_or(&told);
        let what = match told {
            "trailing characters" => "trailing characters: expected the end of the line".to_owned(),
            told if error.is_eof() => format!("{told}: expected the rest of it in this line"),
            told => told.to_owned(),
        };
        wrong(line, error.column().max(1), what)
    })
}

const fn wrong(line: usize, column: usize, what: String) -> NoChronicle {
    NoChronicle { line, column, what }
}

/// Whether it may have been done.
pub(crate) const fn may_be_done(deed: &Deed) -> bool {
    !matches!(deed.end, End::Refused)
}

impl fmt::Display for NoChronicle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, what } = self;
        write!(f, "line {line}, column {column}: {what}")
    }
}

impl std::error::Error for NoChronicle {}

#[cfg(test)]
mod tests;
