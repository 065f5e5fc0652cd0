//! What was written last, sorted, until it becomes a table. It knows no disk.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Bound, RangeBounds};

use crate::pair::Key;

/// What an entry takes beyond its bytes, about: the map's own, and two allocations.
const ENTRY_BYTES: u64 = 80;

/// Entries by key. One without bytes says that the key is gone, whatever older tables say.
#[derive(Clone, Debug, Default)]
pub(super) struct Memtable {
    entries: BTreeMap<Key, Box<[u8]>>,
    bytes: u64,
    stored_bytes: u64,
}

impl Memtable {
    /// Sets an entry.
    pub(super) fn insert(&mut self, key: &Key, value: &[u8]) {
        let added = key.bytes().len() as u64 + value.len() as u64;
        self.bytes += added + ENTRY_BYTES;
        self.stored_bytes += added;
        if let Some(before) = self.entries.insert(key.clone(), value.into()) {
            let gone = (key.bytes().len() + before.len()) as u64;
            self.bytes -= gone + ENTRY_BYTES;
            self.stored_bytes -= gone;
        }
    }

    /// The bytes of a key's entry.
    pub(super) fn get(&self, key: &Key) -> Option<&[u8]> {
        self.entries.get(key).map(|value| &**value)
    }

    /// Some entries, in order.
    pub(super) fn range(
        &self,
        keys: impl RangeBounds<Key>,
    ) -> btree_map::Range<'_, Key, Box<[u8]>> {
        self.entries.range(keys)
    }

    /// The entries after a key, or all.
    pub(super) fn after(&self, key: Option<&Key>) -> btree_map::Range<'_, Key, Box<[u8]>> {
        let from = key.map_or(Bound::Unbounded, Bound::Excluded);
        self.entries.range::<Key, _>((from, Bound::Unbounded))
    }

    /// How many entries.
    pub(super) fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// About how much memory they take.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The bytes of keys and values alone.
    pub(super) const fn stored_bytes(&self) -> u64 {
        self.stored_bytes
    }
}
