//! What one replica stores: ranges of a bulk-loaded population that all nodes share, and the
//! cells that were written since. It knows no ring, no messages and no disk.
//!
//! A population of five million keys lies in memory once; a replica only says which ranges of it
//! are its own. A cell shadows the row of its key: what a key holds is the join of both.

mod batch;
mod cells;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
mod lsm;
mod memory;
mod ranges;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use crate::hash::Token;
use crate::keyspace::{Keyspace, Load};
use crate::pair::{Key, Value};
use crate::ring::TokenRange;
use crate::version::{Dot, Siblings};

pub use batch::Batch;
pub use cells::{Cells, Stats, Ticket, Work};
pub use lsm::{
    BLOCK_BYTES, CACHE_BYTES, Damage, FILTER_ONE_IN, LOG_SEGMENT_BYTES, Lsm, LsmError, LsmSettings,
    MEMTABLE_BYTES, MERGE_WIDTH, OutOfBounds, Part, Recovery, TABLES_MAX, Torn,
};
pub use memory::MemoryCells;
pub use ranges::RangeSet;

/// A replica's data.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    /// Rows that may be held.
    keyspace: Option<Arc<Keyspace>>,
    /// The ranges whose rows are held.
    held: RangeSet,
    /// Written keys, in order of the ring.
    cells: BTreeMap<Key, Siblings>,
    /// All of it, kept with each change.
    load: Load,
}

impl Storage {
    /// The rows of `keyspace` that lie in `held`, and nothing written.
    /// O(ranges x log keys).
    #[must_use]
    pub fn loaded(keyspace: Arc<Keyspace>, held: RangeSet) -> Self {
        let mut storage = Self::default();
        storage.hold(&keyspace, &held);
        storage
    }

    /// The key's cell; empty when it is not there. O(log keys).
    #[must_use]
    pub fn get(&self, key: &Key) -> Siblings {
        let row = self.row(key).map(|(keyspace, row)| row_cell(keyspace, row));
        match (self.cells.get(key), row) {
            (Some(cell), Some(row)) => {
                let mut cell = cell.clone();
                cell.join(&row);
                cell
            }
            (Some(cell), None) => cell.clone(),
            (None, row) => row.unwrap_or_default(),
        }
    }

    /// Joins what is known of a key with `siblings`. O(log keys).
    pub fn join(&mut self, key: &Key, siblings: &Siblings) {
        let before = self.load_of(key);
        match self.cells.get_mut(key) {
            Some(cell) => cell.join(siblings),
            None => {
                self.cells.insert(key.clone(), siblings.clone());
            }
        }
        self.load = self.load + self.load_of(key) - before;
    }

    /// Holds the rows of `keyspace` in `ranges`, too. All nodes share one population.
    /// O(ranges + cells in them).
    pub fn hold(&mut self, keyspace: &Arc<Keyspace>, ranges: &RangeSet) {
        let shared = self.keyspace.get_or_insert_with(|| keyspace.clone());
        debug_assert!(Arc::ptr_eq(shared, keyspace), "one population a cluster");
        let new = ranges.difference(&self.held);
        let before = self.load_within(&new);
        self.held = self.held.union(&new);
        self.load = self.load + self.load_within(&new) - before;
    }

    /// Deletes everything in `ranges`; how much it was. O(ranges x log keys + cells in them).
    pub fn release(&mut self, ranges: &RangeSet) -> Load {
        let gone = self.load_within(ranges);
        self.load -= gone;
        self.held = self.held.difference(ranges);
        for range in ranges.ranges() {
            let keys: Vec<Key> = self.cells_in(range).map(|(key, _)| key.clone()).collect();
            for key in keys {
                self.cells.remove(&key);
            }
        }
        gone
    }

    /// How much is stored: keys that have a value, the requests of the rows among them, and bytes
    /// of keys and values. O(1).
    #[must_use]
    pub const fn load(&self) -> Load {
        self.load
    }

    /// How much of that lies in `range`. O(log + cells in it).
    #[must_use]
    pub fn load_in(&self, range: TokenRange) -> Load {
        let Some(keyspace) = &self.keyspace else {
            return self.cells_in(range).map(|(key, _)| self.load_of(key)).sum();
        };
        let held = self.held.within(range);
        let mut load: Load = held.ranges().map(|range| keyspace.load(range)).sum();
        for (key, _) in self.cells_in(range) {
            // The row was counted above; the cell stands for both.
            load += self.load_of(key);
            load -= self.row_load(key);
        }
        load
    }

    /// The ranges of the population that are held.
    #[must_use]
    pub const fn held(&self) -> &RangeSet {
        &self.held
    }

    /// The population, if the node knows of one.
    #[must_use]
    pub const fn keyspace(&self) -> Option<&Arc<Keyspace>> {
        self.keyspace.as_ref()
    }

    /// Every written cell, in order of the ring.
    pub fn cells(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.cells.iter()
    }

    /// The cells that were written in a range, in order of the ring.
    pub fn cells_in(&self, range: TokenRange) -> impl Iterator<Item = (&Key, &Siblings)> {
        let ranges = RangeSet::from(range);
        let spans: Vec<TokenRange> = ranges.ranges().collect();
        spans.into_iter().flat_map(|span| {
            let first = Key::lowest_at(Token(span.after.0.wrapping_add(1)));
            let end = span.to.0.checked_add(1);
            let end = end.map_or(Bound::Unbounded, |end| {
                Bound::Excluded(Key::lowest_at(Token(end)))
            });
            self.cells.range((Bound::Included(first), end))
        })
    }

    /// The longest beginning of `range`, which must not go over token 0, with at most so many keys
    /// and bytes; `None` when it would have no token. Keys of one token stay together.
    #[must_use]
    pub fn beginning(&self, range: TokenRange, mut keys: u64, bytes: u64) -> Option<TokenRange> {
        while keys > 0 {
            let to = self.token_after(range, keys).unwrap_or(range.to);
            let beginning = TokenRange { to, ..range };
            if self.load_in(beginning).bytes <= bytes {
                return Some(beginning);
            }
            keys /= 2;
        }
        None
    }

    /// The last token of `range` up to which it has no more than `keys` rows and no more than
    /// `keys` cells; `None` when the whole range has not.
    fn token_after(&self, range: TokenRange, keys: u64) -> Option<Token> {
        let place = usize::try_from(keys - 1).unwrap_or(usize::MAX);
        let cell = self.cells_in(range).nth(place).map(|(key, _)| key.token());
        let row = self.keyspace.as_ref().and_then(|keyspace| {
            let held = self.held.within(range);
            let runs = held.ranges().flat_map(|range| keyspace.rows(range).runs());
            // Passes over whole runs: not one step a row.
            let row = runs.flatten().nth(place);
            row.map(|row| keyspace.token(row))
        });
        cell.into_iter().chain(row).min()
    }

    fn load_within(&self, ranges: &RangeSet) -> Load {
        ranges.ranges().map(|range| self.load_in(range)).sum()
    }

    /// How much a key counts for: nothing when it has no value.
    fn load_of(&self, key: &Key) -> Load {
        let row = self.row_load(key);
        let Some(cell) = self.cells.get(key) else {
            return row;
        };
        let cell_is_whole = row == Load::default();
        let whole = if cell_is_whole { cell } else { &self.get(key) };
        if whole.values().next().is_none() {
            return Load::default();
        }
        let has_row = whole
            .versions()
            .iter()
            .any(|version| version.dot == Dot::LOADED);
        let mut bytes = key.bytes().len() as u64 + whole.bytes();
        if has_row && let Some((keyspace, at)) = self.row(key) {
            // A row's size may be told by its file instead of by its value.
            bytes = bytes + row.bytes - row_value_bytes(keyspace, at) - key.bytes().len() as u64;
        }
        Load {
            keys: 1,
            requests: row.requests,
            bytes,
        }
    }

    fn row_load(&self, key: &Key) -> Load {
        self.row(key)
            .map_or(Load::default(), |(keyspace, row)| keyspace.load_of(row))
    }

    fn row(&self, key: &Key) -> Option<(&Keyspace, u32)> {
        let keyspace = self.keyspace.as_ref()?;
        if !self.held.contains(key.token()) {
            return None;
        }
        Some((keyspace, keyspace.find(key.bytes())?))
    }
}

fn row_cell(keyspace: &Keyspace, row: u32) -> Siblings {
    let value = Value::new(&keyspace.value(row)).expect("a row's value is a number in decimal");
    Siblings::loaded(value)
}

fn row_value_bytes(keyspace: &Keyspace, row: u32) -> u64 {
    keyspace.value(row).len() as u64
}

#[cfg(test)]
mod tests;
