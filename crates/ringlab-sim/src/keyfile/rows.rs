//! Rows on their way to the builder: bad ones are counted and the first kept. It knows no format.

use ringlab::keyspace::{KeyError, KeyspaceBuilder, LOAD_MAX};

use crate::loading::{BAD_ROWS_KEPT_MAX, BadRow, BadRowReason, ImportError, ImportReport, builder};

/// Characters of a bad field that its reason quotes.
const QUOTED_CHARACTERS: usize = 32;

/// What a row says.
pub(super) struct Row<'text> {
    pub(super) key: &'text [u8],
    pub(super) requests: u64,
    pub(super) bytes: Option<u64>,
}

/// All rows so far.
pub(super) struct Rows {
    builder: KeyspaceBuilder,
    rows: u64,
    bad_rows: u64,
    first_bad: Vec<BadRow>,
}

impl Rows {
    pub(super) fn new() -> Self {
        Self {
            builder: builder(),
            rows: 0,
            bad_rows: 0,
            first_bad: Vec::new(),
        }
    }

    /// Takes the row of a line. Fails when the population is full.
    pub(super) fn take(
        &mut self,
        line: u64,
        row: Result<Row<'_>, BadRowReason>,
    ) -> Result<(), ImportError> {
        self.rows += 1;
        let reason = match row.and_then(|row| self.push(&row)) {
            Ok(()) => return Ok(()),
            Err(BadRowReason::Key(
                reason @ (KeyError::TooMany { .. } | KeyError::TooManyBytes { .. }),
            )) => return Err(ImportError::Full { line, reason }),
            Err(reason) => reason,
        };
        self.bad_rows += 1;
        if self.first_bad.len() < BAD_ROWS_KEPT_MAX {
            self.first_bad.push(BadRow { line, reason });
        }
        Ok(())
    }

    /// The builder, and a report of what was counted.
    pub(super) fn finish(mut self) -> Result<(KeyspaceBuilder, ImportReport), ImportError> {
        if self.rows == 0 {
            return Err(ImportError::Empty);
        }
        if self.rows == self.bad_rows {
            return Err(ImportError::EveryRowBad {
                rows: self.rows,
                first: self.first_bad.swap_remove(0),
            });
        }
        let report = ImportReport {
            rows: self.rows,
            bad_rows: self.bad_rows,
            first_bad: self.first_bad,
            ..ImportReport::default()
        };
        Ok((self.builder, report))
    }

    /// Rows, and the bad ones among them.
    pub(super) const fn counted(&self) -> (u64, u64) {
        (self.rows, self.bad_rows)
    }

    fn push(&mut self, row: &Row<'_>) -> Result<(), BadRowReason> {
        if row.key.contains(&0) {
            return Err(BadRowReason::ZeroByte);
        }
        self.builder
            .push(row.key, row.requests, row.bytes)
            .map_err(BadRowReason::Key)
    }
}

/// A whole number that a population can have; `None` for anything else.
pub(super) fn whole_number(field: &[u8]) -> Option<u64> {
    let digits = field.trim_ascii();
    let mut number: u64 = 0;
    for digit in digits {
        let digit = digit.is_ascii_digit().then_some(u64::from(digit & 15))?;
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty() && number <= LOAD_MAX).then_some(number)
}

/// The beginning of a field, to be shown.
pub(super) fn quoted(field: &[u8]) -> String {
    let start = &field[..field.len().min(4 * QUOTED_CHARACTERS)];
    let text = String::from_utf8_lossy(start);
    text.trim().chars().take(QUOTED_CHARACTERS).collect()
}
