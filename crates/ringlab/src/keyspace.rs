//! A population of keys by token, with their load: made once, then shared and never changed. It
//! knows no ring; [`Census`] joins the two.
//!
//! Rows stand in the order of (token, key). Requests and bytes are kept as sums of all rows
//! before, so the load of a range is one subtraction between its two ends, however many keys lie
//! in it.
//!
//! [`Census`]: crate::keyspace::Census

mod arena;
mod builder;
mod census;
mod column;
mod hottest;
mod load;
mod signposts;
mod sorting;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

pub use self::builder::KeyspaceBuilder;
pub use self::census::{Census, moved_by_modulo};
pub use self::load::{KEY_BYTES_MAX, KeyError, LOAD_MAX, Load, Unevenness};
pub use self::sorting::Sorting;

use self::arena::Arena;
use self::hottest::{Hottest, Maxima};
use self::signposts::Signposts;
use crate::hash::{Token, token};
use crate::ring::TokenRange;

/// Keys in order of their tokens, with their load. 28 bytes a key beside the key itself.
///
/// ```
/// use ringlab::hash::Token;
/// use ringlab::keyspace::{KeyError, KeyspaceBuilder};
/// use ringlab::ring::TokenRange;
///
/// let mut builder = KeyspaceBuilder::new(1_000);
/// builder.push(b"left-pad", 40, None)?;
/// builder.push(b"is-odd", 2, Some(512))?;
/// builder.push(b"left-pad", 2, None)?;
/// let keyspace = builder.finish();
///
/// assert_eq!(keyspace.len(), 2);
/// assert_eq!(keyspace.load(TokenRange::whole(Token(7))).requests, 44);
/// let row = keyspace.find(b"left-pad").expect("it was pushed");
/// assert_eq!(keyspace.value(row), b"42");
/// # Ok::<(), KeyError>(())
/// ```
pub struct Keyspace {
    tokens: Vec<Token>,
    places: Vec<u32>,
    /// Requests of all rows before; one longer than the rows.
    requests_before: Vec<u64>,
    /// Bytes of all rows before; one longer than the rows.
    bytes_before: Vec<u64>,
    keys: Arena,
    signposts: Signposts,
    maxima: Maxima,
}

/// The rows of a range, clockwise: at most two runs, because a range may pass token 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows {
    runs: [Range<u32>; 2],
}

impl Keyspace {
    /// Distinct keys: rows go from 0 to below this.
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.tokens.len()).expect("a builder takes fewer than 2^32 keys")
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The load of all keys. O(1).
    #[must_use]
    pub fn total(&self) -> Load {
        self.load_before(self.len())
    }

    /// The token of a row. O(1); panics when there is no such row.
    #[must_use]
    pub fn token(&self, row: u32) -> Token {
        self.tokens[row as usize]
    }

    /// The tokens of some rows, in order. O(1); panics when one of them is not there.
    pub(crate) fn tokens(&self, rows: Range<u32>) -> &[Token] {
        &self.tokens[rows.start as usize..rows.end as usize]
    }

    /// The key of a row. O(1); panics when there is no such row.
    #[must_use]
    pub fn key(&self, row: u32) -> &[u8] {
        self.keys.get(self.places[row as usize])
    }

    /// The load of a row. O(1); panics when there is no such row.
    #[must_use]
    pub fn load_of(&self, row: u32) -> Load {
        self.load_before(row + 1) - self.load_before(row)
    }

    /// What a loaded key has for a value: its requests in decimal text. O(1); panics when there is
    /// no such row.
    #[must_use]
    pub fn value(&self, row: u32) -> Vec<u8> {
        self.load_of(row).requests.to_string().into_bytes()
    }

    /// The row of a key. O(log keys), with tokens as even as a hash makes them O(1).
    #[must_use]
    pub fn find(&self, key: &[u8]) -> Option<u32> {
        self.row_at(token(key), key)
    }

    /// The same, of a key whose token is known.
    pub(crate) fn row_at(&self, token: Token, key: &[u8]) -> Option<u32> {
        let end = self.rows_up_to(token);
        (0..end)
            .rev()
            .take_while(|&row| self.token(row) == token)
            .find(|&row| self.key(row) == key)
    }

    /// The rows of a range, clockwise. O(log keys).
    #[must_use]
    pub fn rows(&self, range: TokenRange) -> Rows {
        let (from, to) = (self.rows_up_to(range.after), self.rows_up_to(range.to));
        let runs = if range.after < range.to {
            [from..to, to..to]
        } else {
            [from..self.len(), 0..to]
        };
        Rows { runs }
    }

    /// The load of a range. O(log keys).
    #[must_use]
    pub fn load(&self, range: TokenRange) -> Load {
        self.load_of_rows(&self.rows(range))
    }

    /// The load of some rows. O(1).
    #[must_use]
    pub fn load_of_rows(&self, rows: &Rows) -> Load {
        rows.runs
            .iter()
            .map(|run| self.load_before(run.end) - self.load_before(run.start))
            .sum()
    }

    /// The rows with most requests in ranges that do not overlap, most first, equal ones in order
    /// of their rows. Passes over blocks of keys whose maximum is too small, so large ranges do
    /// not cost their keys.
    #[must_use]
    pub fn hottest(&self, ranges: impl IntoIterator<Item = TokenRange>, most: usize) -> Vec<u32> {
        let mut hottest = Hottest::new(most);
        for range in ranges {
            for run in self.rows(range).runs {
                hottest.look_through(run, &self.maxima, |row| self.requests_of(row));
            }
        }
        hottest.into_rows()
    }

    /// How many rows have a token up to and including `token`.
    fn rows_up_to(&self, token: Token) -> u32 {
        let candidates = self.signposts.around(token);
        let passed = self.tokens[candidates.start as usize..candidates.end as usize]
            .partition_point(|&other| other <= token);
        candidates.start + u32::try_from(passed).expect("no more than all rows")
    }

    fn load_before(&self, row: u32) -> Load {
        Load {
            keys: u64::from(row),
            requests: self.requests_before[row as usize],
            bytes: self.bytes_before[row as usize],
        }
    }

    fn requests_of(&self, row: u32) -> u64 {
        self.requests_before[row as usize + 1] - self.requests_before[row as usize]
    }
}

impl Default for Keyspace {
    /// Without keys.
    fn default() -> Self {
        KeyspaceBuilder::new(0).finish()
    }
}

impl fmt::Debug for Keyspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyspace")
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}

impl Rows {
    /// The runs of consecutive rows, clockwise; either may be empty.
    #[must_use]
    pub fn runs(&self) -> [Range<u32>; 2] {
        self.runs.clone()
    }
}

impl Iterator for Rows {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let [first, second] = &mut self.runs;
        first.next().or_else(|| second.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.runs.iter().map(ExactSizeIterator::len).sum();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Rows {}
