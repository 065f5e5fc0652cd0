//! What one replica stores: ranges of a bulk-loaded population that all nodes share, and the
//! cells that were written since. It knows no ring, no messages and no disk.
//!
//! A population of five million keys lies in memory once; a replica only says which ranges of it
//! are its own. A cell shadows the row of its key: what a key holds is the join of both.

mod batch;
mod cells;
#[cfg(any(test, feature = "testing"))]
pub mod conformance;
mod infallible;
mod lsm;
mod memory;
mod ranges;
mod tombstones;

use std::borrow::Cow;
use std::ops::ControlFlow;
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
pub use tombstones::Tombstones;

/// A replica's data. Its cells are in memory unless told otherwise; then nothing fails, and
/// `get` and its like say so where `try_get` and its like hand on what an engine answers.
#[derive(Clone, Debug, Default)]
pub struct Storage<C = MemoryCells> {
    /// Rows that may be held.
    keyspace: Option<Arc<Keyspace>>,
    /// The ranges whose rows are held.
    held: RangeSet,
    /// Written keys, in order of the ring.
    cells: C,
    /// All of it, kept with each change.
    load: Load,
}

/// A row of a population.
type Row<'a> = (&'a Keyspace, u32);

impl<C: Cells> Storage<C> {
    /// Nothing but the cells that an engine has. O(cells).
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`].
    pub fn of(cells: C) -> Result<Self, C::Error> {
        let mut storage = Self::uncounted(cells);
        storage.recount()?;
        Ok(storage)
    }

    /// The same, before [`recount`](Self::recount) has told how much it is.
    pub fn uncounted(cells: C) -> Self {
        Self {
            keyspace: None,
            held: RangeSet::default(),
            cells,
            load: Load::default(),
        }
    }

    /// The key's cell; empty when it is not there. O(log keys).
    ///
    /// # Errors
    ///
    /// As [`Cells::get`].
    pub fn try_get(&self, key: &Key) -> Result<Siblings, C::Error> {
        Ok(match self.cells.get(key)? {
            Some(cell) => self.with_row(key, &cell).into_owned(),
            None => {
                let row = self.row(key);
                row.map_or_else(Siblings::default, |(keyspace, row)| row_cell(keyspace, row))
            }
        })
    }

    /// Joins what is known of a key with `siblings`. O(log keys).
    ///
    /// # Errors
    ///
    /// As [`Cells::get`] and [`Cells::put`].
    pub fn try_join(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, C::Error> {
        let before = self.cells.get(key)?;
        let row = self.row(key);
        let load_before = load_of(key, row, before.as_deref());
        let joined = match before {
            Some(cell) => {
                let mut cell = cell.into_owned();
                cell.join(siblings);
                Cow::Owned(cell)
            }
            None => Cow::Borrowed(siblings),
        };
        let load_after = load_of(key, row, Some(&joined));
        let ticket = self.cells.put(key, &joined)?;
        self.load = self.load + load_after - load_before;
        Ok(ticket)
    }

    /// Holds the rows of `keyspace` in `ranges`, too. All nodes share one population.
    /// O(ranges + cells in them).
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`]: it holds what it held before.
    pub fn try_hold(
        &mut self,
        keyspace: &Arc<Keyspace>,
        ranges: &RangeSet,
    ) -> Result<(), C::Error> {
        let shared = self.keyspace.get_or_insert_with(|| keyspace.clone());
        debug_assert!(Arc::ptr_eq(shared, keyspace), "one population a cluster");
        let new = ranges.difference(&self.held);
        let before = self.load_within(&new)?;
        let holding = self.held.union(&new);
        let held = std::mem::replace(&mut self.held, holding);
        match self.load_within(&new) {
            Ok(after) => self.load = self.load + after - before,
            Err(error) => {
                self.held = held;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Deletes everything in `ranges`; how much it was. O(ranges x log keys + cells in them).
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`] and [`Cells::remove`]: some cells may be gone, which
    /// [`load`](Self::load) still counts.
    pub fn try_release(&mut self, ranges: &RangeSet) -> Result<Load, C::Error> {
        let gone = self.load_within(ranges)?;
        for range in ranges.ranges() {
            self.cells.remove(range)?;
        }
        self.load -= gone;
        self.held = self.held.difference(ranges);
        Ok(gone)
    }

    /// How much is stored: keys that have a value, the requests of the rows among them, and bytes
    /// of keys and values. O(1).
    #[must_use]
    pub const fn load(&self) -> Load {
        self.load
    }

    /// Counts all of it again. O(cells).
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`].
    pub fn recount(&mut self) -> Result<(), C::Error> {
        self.load = self.try_load_in(TokenRange::whole(Token(0)))?;
        Ok(())
    }

    /// How much of that lies in `range`. O(log + cells in it).
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`].
    pub fn try_load_in(&self, range: TokenRange) -> Result<Load, C::Error> {
        let mut load = Load::default();
        if let Some(keyspace) = &self.keyspace {
            let held = self.held.within(range);
            load = held.ranges().map(|range| keyspace.load(range)).sum();
        }
        self.cells.visit(range, &mut |key, cell| {
            // The row was counted above; the cell stands for both.
            let row = self.row(key);
            load += load_of(key, row, Some(cell));
            load -= load_of(key, row, None);
            ControlFlow::Continue(())
        })?;
        Ok(load)
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

    /// Shows the cells that were written in a range, in order of the ring from token 0 upwards,
    /// until told to stop.
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`].
    pub fn visit(
        &self,
        range: TokenRange,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<(), C::Error> {
        self.cells.visit(range, each)
    }

    /// Every written cell, in order of the ring: to look at a small store as a whole.
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`].
    pub fn try_cells(&self) -> Result<Vec<(Key, Siblings)>, C::Error> {
        let mut cells = Vec::new();
        self.visit(TokenRange::whole(Token(0)), &mut |key, cell| {
            cells.push((key.clone(), cell.clone()));
            ControlFlow::Continue(())
        })?;
        Ok(cells)
    }

    /// What keeps the written cells.
    pub const fn engine(&self) -> &C {
        &self.cells
    }

    /// What keeps the written cells: to sync it, to let it work, to look after it.
    pub const fn engine_mut(&mut self) -> &mut C {
        &mut self.cells
    }

    /// The longest beginning of `range`, which must not go over token 0, with at most so many keys
    /// and bytes; `None` when it would have no token. Keys of one token stay together.
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`].
    pub fn try_beginning(
        &self,
        range: TokenRange,
        mut keys: u64,
        bytes: u64,
    ) -> Result<Option<TokenRange>, C::Error> {
        while keys > 0 {
            let to = self.token_after(range, keys)?.unwrap_or(range.to);
            let beginning = TokenRange { to, ..range };
            if self.try_load_in(beginning)?.bytes <= bytes {
                return Ok(Some(beginning));
            }
            keys /= 2;
        }
        Ok(None)
    }

    /// The last token of `range` up to which it has no more than `keys` rows and no more than
    /// `keys` cells; `None` when the whole range has not.
    fn token_after(&self, range: TokenRange, keys: u64) -> Result<Option<Token>, C::Error> {
        let (mut cell, mut left) = (None, keys);
        self.cells.visit(range, &mut |key, _| {
            left -= 1;
            if left > 0 {
                return ControlFlow::Continue(());
            }
            cell = Some(key.token());
            ControlFlow::Break(())
        })?;
        let place = usize::try_from(keys - 1).unwrap_or(usize::MAX);
        let row = self.keyspace.as_ref().and_then(|keyspace| {
            let held = self.held.within(range);
            let runs = held.ranges().flat_map(|range| keyspace.rows(range).runs());
            // Passes over whole runs: not one step a row.
            let row = runs.flatten().nth(place);
            row.map(|row| keyspace.token(row))
        });
        Ok(cell.into_iter().chain(row).min())
    }

    /// What a key holds that has this cell: the join of it with its row, if it has one.
    pub(crate) fn with_row<'a>(&self, key: &Key, cell: &'a Siblings) -> Cow<'a, Siblings> {
        if cell.knows(Dot::LOADED) {
            return Cow::Borrowed(cell);
        }
        whole(self.row(key), cell)
    }

    fn load_within(&self, ranges: &RangeSet) -> Result<Load, C::Error> {
        let loads = ranges.ranges().map(|range| self.try_load_in(range));
        loads.sum()
    }

    /// How much a key counts for: nothing when it has no value.
    fn load_of(&self, key: &Key) -> Result<Load, C::Error> {
        let cell = self.cells.get(key)?;
        Ok(load_of(key, self.row(key), cell.as_deref()))
    }

    fn row(&self, key: &Key) -> Option<Row<'_>> {
        let keyspace = self.keyspace.as_deref();
        let keyspace = keyspace.filter(|keyspace| !keyspace.is_empty())?;
        if !self.held.contains(key.token()) {
            return None;
        }
        Some((keyspace, keyspace.row_at(key.token(), key.bytes())?))
    }
}

/// What a key holds that has this row and this cell: the join of both.
fn whole<'a>(row: Option<Row<'_>>, cell: &'a Siblings) -> Cow<'a, Siblings> {
    let Some((keyspace, row)) = row.filter(|_| !cell.knows(Dot::LOADED)) else {
        return Cow::Borrowed(cell);
    };
    let mut whole = cell.clone();
    whole.join(&row_cell(keyspace, row));
    Cow::Owned(whole)
}

/// How much a key counts for that has this row, and this cell if it was written.
fn load_of(key: &Key, row: Option<Row<'_>>, cell: Option<&Siblings>) -> Load {
    let row_load = row.map_or(Load::default(), |(keyspace, row)| keyspace.load_of(row));
    let Some(cell) = cell else {
        return row_load;
    };
    let whole = whole(row, cell);
    if whole.values().next().is_none() {
        return Load::default();
    }
    let mut versions = whole.versions().iter();
    let has_row = versions.any(|version| version.dot == Dot::LOADED);
    let mut bytes = key.bytes().len() as u64 + whole.bytes();
    if has_row && let Some((keyspace, at)) = row {
        // A row's size may be told by its file instead of by its value.
        bytes = bytes + row_load.bytes - row_value_bytes(keyspace, at) - key.bytes().len() as u64;
    }
    Load {
        keys: 1,
        requests: row_load.requests,
        bytes,
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
