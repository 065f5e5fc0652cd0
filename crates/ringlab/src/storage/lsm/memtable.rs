//! What was written last, sorted, until it becomes a table. It knows no disk.

use std::collections::{BTreeMap, btree_map};
use std::ops::{Bound, RangeBounds};

use crate::pair::Key;
use crate::version::Siblings;

/// What an entry takes beyond its bytes as they are stored, about: the map's own, and two allocations.
/// Cells stand here as they are used; one of many versions or clock pairs takes a few times what it
/// takes as stored.
const ENTRY_BYTES: u64 = 80;

/// Cells by key. An empty one says that the key is gone, whatever older tables say.
#[derive(Clone, Debug, Default)]
pub(super) struct Memtable {
    entries: BTreeMap<Key, Entry>,
    bytes: u64,
    stored_bytes: u64,
}

/// A cell, and how many bytes it takes when it is stored.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) cell: Siblings,
    pub(super) bytes: u64,
}

impl Memtable {
    /// Sets an entry.
    pub(super) fn insert(&mut self, key: &Key, entry: Entry) {
        let key_bytes = key.bytes().len() as u64;
        let added = key_bytes + entry.bytes;
        self.bytes += added + ENTRY_BYTES;
        self.stored_bytes += added;
        if let Some(before) = self.entries.insert(key.clone(), entry) {
            let gone = key_bytes + before.bytes;
            self.bytes -= gone + ENTRY_BYTES;
            self.stored_bytes -= gone;
        }
    }

    /// A key's cell.
    pub(super) fn get(&self, key: &Key) -> Option<&Siblings> {
        self.entries.get(key).map(|entry| &entry.cell)
    }

    /// Some entries, in order.
    pub(super) fn range(&self, keys: impl RangeBounds<Key>) -> btree_map::Range<'_, Key, Entry> {
        self.entries.range(keys)
    }

    /// The entries after a key, or all.
    pub(super) fn after(&self, key: Option<&Key>) -> btree_map::Range<'_, Key, Entry> {
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
