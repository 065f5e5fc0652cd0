//! A replica's data with its cells in memory: nothing can fail, so nothing says that it might.

use std::sync::Arc;

use crate::hash::Token;
use crate::keyspace::{Keyspace, Load};
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::version::Siblings;

use super::{RangeSet, Storage, Tombstones};

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
        let Ok(cell) = self.try_get(key);
        cell
    }

    /// Joins what is known of a key with `siblings`. O(log keys).
    pub fn join(&mut self, key: &Key, siblings: &Siblings) {
        let Ok(_) = self.try_join(key, siblings);
    }

    /// Looks through about so many cells from a token on. O(cells looked at + log cells).
    #[must_use]
    pub fn tombstones(&self, from: Token, cells: usize) -> Tombstones {
        let Ok(found) = self.try_tombstones(from, cells);
        found
    }

    /// Removes a key if its cell still is exactly `siblings`; whether it was.
    pub fn forget(&mut self, key: &Key, siblings: &Siblings) -> bool {
        let Ok(forgotten) = self.try_forget(key, siblings);
        forgotten
    }

    /// Holds the rows of `keyspace` in `ranges`, too. All nodes share one population.
    /// O(ranges + cells in them).
    pub fn hold(&mut self, keyspace: &Arc<Keyspace>, ranges: &RangeSet) {
        let Ok(()) = self.try_hold(keyspace, ranges);
    }

    /// Deletes everything in `ranges`; how much it was. O(ranges x log keys + cells in them).
    pub fn release(&mut self, ranges: &RangeSet) -> Load {
        let Ok(load) = self.try_release(ranges);
        load
    }

    /// How much of its load lies in `range`. O(log + cells in it).
    #[must_use]
    pub fn load_in(&self, range: TokenRange) -> Load {
        let Ok(load) = self.try_load_in(range);
        load
    }

    /// The longest beginning of `range`, which must not go over token 0, with at most so many keys
    /// and bytes; `None` when it would have no token. Keys of one token stay together.
    #[must_use]
    pub fn beginning(&self, range: TokenRange, keys: u64, bytes: u64) -> Option<TokenRange> {
        let Ok(beginning) = self.try_beginning(range, keys, bytes);
        beginning
    }

    /// Every written cell, in order of the ring.
    pub fn cells(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.cells.iter()
    }

    /// The cells that were written in a range, in order of the ring.
    pub fn cells_in(&self, range: TokenRange) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.cells.iter_in(range)
    }
}
