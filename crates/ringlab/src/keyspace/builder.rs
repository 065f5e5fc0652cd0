//! Keys as they come, in any order and more than once, until they are sorted.
//!
//! A table of slots in the order of the ring finds a key that came before. It is also most of the
//! sorting: read from front to back it names the rows almost in order of their tokens.

mod slots;
#[cfg(test)]
mod tests;

pub(super) use self::slots::Slot;

use self::slots::{Place, Slots};
use super::arena::{ARENA_BYTES_MAX, Arena};
use super::column::Column;
use super::load::{KEY_BYTES_MAX, KeyError, LOAD_MAX, Load};
use super::{Keyspace, Sorting};
use crate::hash::{Token, token};

/// A [`Keyspace`] in the making.
pub struct KeyspaceBuilder {
    limit_keys: u64,
    pushed: u64,
    total: Load,
    slots: Slots,
    columns: Columns,
}

/// What is known of each distinct key, in the order in which they came first.
pub(super) struct Columns {
    pub(super) tokens: Column<Token>,
    pub(super) places: Column<u32>,
    pub(super) requests: Column<u64>,
    /// [`NOT_GIVEN`], or the sum of what was given.
    pub(super) bytes: Column<u64>,
    pub(super) keys: Arena,
}

/// No row of a key told its size. Above [`LOAD_MAX`], so no sum is equal to it.
pub(super) const NOT_GIVEN: u64 = u64::MAX;

impl KeyspaceBuilder {
    /// For at most so many distinct keys.
    #[must_use]
    pub fn new(limit_keys: u64) -> Self {
        Self {
            // The largest row number is left out: its slot could look free.
            limit_keys: limit_keys.min(u64::from(u32::MAX - 1)),
            pushed: 0,
            total: Load::default(),
            slots: Slots::new(),
            columns: Columns::new(),
        }
    }

    /// Takes a row. A key that came before gets the requests on top; so it does with bytes when
    /// they are given. A key without any given bytes has those of the key and of its value. O(1),
    /// amortised.
    ///
    /// # Errors
    ///
    /// [`KeyError::Empty`] and [`KeyError::TooLong`]; [`KeyError::TooMany`] and
    /// [`KeyError::TooManyBytes`] when the population has no room for a new key;
    /// [`KeyError::TooMuchLoad`] when all requests or bytes together would pass [`LOAD_MAX`].
    /// Nothing has changed then.
    pub fn push(&mut self, key: &[u8], requests: u64, bytes: Option<u64>) -> Result<(), KeyError> {
        if key.is_empty() {
            return Err(KeyError::Empty);
        }
        if key.len() > KEY_BYTES_MAX {
            return Err(KeyError::TooLong {
                bytes: key.len() as u64,
            });
        }
        let mut total = Load {
            keys: self.total.keys,
            requests: within_limit(self.total.requests, requests)?,
            bytes: within_limit(self.total.bytes, bytes.unwrap_or(0))?,
        };
        let token = token(key);
        match self
            .slots
            .find(token, |row| self.columns.is(row, token, key))
        {
            Place::Taken(row) => self.columns.add(row, requests, bytes),
            Place::Free(slot) => {
                let row = self.next_row()?;
                self.columns.push(token, key, requests, bytes)?;
                self.slots.take(slot, token, row);
                total.keys += 1;
            }
        }
        self.total = total;
        self.pushed += 1;
        Ok(())
    }

    /// Rows that were taken.
    #[must_use]
    pub const fn pushed(&self) -> u64 {
        self.pushed
    }

    /// Distinct keys among them.
    #[must_use]
    pub const fn keys(&self) -> u64 {
        self.total.keys
    }

    /// Sorts in steps.
    #[must_use]
    pub fn sort(self) -> Sorting {
        Sorting::new(self.slots.into_vec(), self.columns, self.total.keys)
    }

    /// Sorts in one go. O(keys).
    #[must_use]
    pub fn finish(self) -> Keyspace {
        let mut sorting = self.sort();
        loop {
            if let Some(keyspace) = sorting.step() {
                return keyspace;
            }
        }
    }

    fn next_row(&self) -> Result<u32, KeyError> {
        if self.total.keys >= self.limit_keys {
            return Err(KeyError::TooMany {
                limit: self.limit_keys,
            });
        }
        Ok(u32::try_from(self.total.keys).expect("the limit is below 2^32"))
    }
}

impl Columns {
    const fn new() -> Self {
        Self {
            tokens: Column::new(),
            places: Column::new(),
            requests: Column::new(),
            bytes: Column::new(),
            keys: Arena::new(),
        }
    }

    fn is(&self, row: u32, token: Token, key: &[u8]) -> bool {
        self.tokens.get(row) == token && self.key(row) == key
    }

    pub(super) fn key(&self, row: u32) -> &[u8] {
        self.keys.get(self.places.get(row))
    }

    fn add(&mut self, row: u32, requests: u64, bytes: Option<u64>) {
        *self.requests.get_mut(row) += requests;
        if let Some(bytes) = bytes {
            let sum = self.bytes.get_mut(row);
            *sum = if *sum == NOT_GIVEN {
                bytes
            } else {
                *sum + bytes
            };
        }
    }

    fn push(
        &mut self,
        token: Token,
        key: &[u8],
        requests: u64,
        bytes: Option<u64>,
    ) -> Result<(), KeyError> {
        let place = self.keys.push(key).ok_or(KeyError::TooManyBytes {
            limit: ARENA_BYTES_MAX,
        })?;
        self.tokens.push(token);
        self.places.push(place);
        self.requests.push(requests);
        self.bytes.push(bytes.unwrap_or(NOT_GIVEN));
        Ok(())
    }
}

fn within_limit(total: u64, more: u64) -> Result<u64, KeyError> {
    match total.checked_add(more) {
        Some(sum) if sum <= LOAD_MAX => Ok(sum),
        _ => Err(KeyError::TooMuchLoad { limit: LOAD_MAX }),
    }
}
