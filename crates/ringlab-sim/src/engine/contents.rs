//! What clients find: the loaded population, and what they wrote over it. It knows no nodes.

use std::ops::Bound::{Excluded, Included, Unbounded};
use std::sync::Arc;

use ringlab::hash::{Token, token};
use ringlab::keyspace::{Keyspace, Load};
use ringlab::ring::TokenRange;
use ringlab::sorted::{LongMap, SortedMap};

use crate::situation::Write;

/// A population with written keys over it.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    keyspace: Arc<Keyspace>,
    written: LongMap<Token, SortedMap<Vec<u8>, Written>>,
    writes: usize,
}

/// A written key: its value, and what it adds to and hides of the loaded population.
#[derive(Clone, Debug)]
struct Written {
    value: Option<Vec<u8>>,
    adds: Load,
    hides: Load,
}

impl Contents {
    pub(super) fn new(keyspace: Arc<Keyspace>, writes: &[Write]) -> Self {
        let mut contents = Self {
            keyspace,
            written: LongMap::new(),
            writes: 0,
        };
        for (key, value) in writes {
            contents.write(key, value.as_deref());
        }
        contents
    }

    pub(super) fn keyspace(&self) -> &Arc<Keyspace> {
        &self.keyspace
    }

    /// Takes a write in; `None` is a delete.
    pub(super) fn write(&mut self, key: &[u8], value: Option<&[u8]>) {
        let row = self.keyspace.find(key);
        let hides = row.map_or(Load::default(), |row| self.keyspace.load_of(row));
        let adds = value.map_or(Load::default(), |value| Load {
            keys: 1,
            requests: hides.requests,
            bytes: (key.len() + value.len()) as u64,
        });
        let written = Written {
            value: value.map(<[u8]>::to_vec),
            adds,
            hides,
        };
        let at_token = self.written.get_or_insert_with(token(key), SortedMap::new);
        if at_token.insert(key.to_vec(), written).is_none() {
            self.writes += 1;
        }
    }

    /// How many keys were written over.
    pub(super) const fn writes_len(&self) -> usize {
        self.writes
    }

    /// Whether `key` was written over.
    pub(super) fn is_written(&self, key: &[u8]) -> bool {
        self.written_at(key).is_some()
    }

    /// Whether `key` was deleted.
    pub(super) fn is_deleted(&self, key: &[u8]) -> bool {
        self.written_at(key)
            .is_some_and(|written| written.value.is_none())
    }

    /// One entry a written key, by token.
    pub(super) fn writes(&self) -> Vec<Write> {
        let keys = self.written.values().flatten();
        keys.map(|(key, written)| (key.clone(), written.value.clone()))
            .collect()
    }

    /// All of it.
    pub(super) fn total(&self) -> Load {
        self.written
            .values()
            .flat_map(SortedMap::values)
            .fold(self.keyspace.total(), Written::over)
    }

    /// The keys in a range. O(log keys + written keys in it).
    pub(super) fn load(&self, range: TokenRange) -> Load {
        let loaded = self.keyspace.load(range);
        let over = |load, bounds| {
            let keys = self.written.range(bounds);
            keys.flat_map(|(_, keys)| keys.values())
                .fold(load, Written::over)
        };
        if range.after < range.to {
            return over(loaded, (Excluded(range.after), Included(range.to)));
        }
        let up_to_the_top = over(loaded, (Excluded(range.after), Unbounded));
        over(up_to_the_top, (Unbounded, Included(range.to)))
    }

    /// What each written key changes in the loaded population: its token, what it adds, what it
    /// hides.
    pub(super) fn changes(&self) -> impl Iterator<Item = (Token, Load, Load)> {
        self.written.iter().flat_map(|(token, keys)| {
            keys.values()
                .map(|written| (*token, written.adds, written.hides))
        })
    }

    fn written_at(&self, key: &[u8]) -> Option<&Written> {
        self.written.get(&token(key))?.get(key)
    }
}

impl Written {
    fn over(load: Load, written: &Self) -> Load {
        load + written.adds - written.hides
    }
}
