//! Several sorted sources as one: of each key, the newest entry alone. It knows no versions: a
//! newer entry has all that its key still is.

use std::borrow::Cow;
use std::collections::btree_map;
use std::iter::Peekable;

use crate::disk::Disk;
use crate::hash::Token;
use crate::pair::Key;
use crate::version::Siblings;

use super::damage::LsmError;
use super::sstable::cursor::Cursor;
use super::{encode, memtable};

/// Entries in order of the ring.
#[derive(Clone)]
pub(super) enum Source<'a> {
    Memory(Peekable<btree_map::Range<'a, Key, memtable::Entry>>),
    Table(Cursor),
}

/// Sources, the newest first.
#[derive(Clone)]
pub(super) struct Merge<'a> {
    sources: Vec<Source<'a>>,
}

/// Token, key and what is stored of it.
pub(super) type Entry<'a> = (Token, &'a [u8], Stored<'a>);

/// What is stored of a key; nothing of one that is gone.
#[derive(Clone, Copy)]
pub(super) enum Stored<'a> {
    Memory(&'a Key, &'a Siblings),
    Table(&'a [u8]),
}

impl<'a> Stored<'a> {
    pub(super) fn is_erased(self) -> bool {
        match self {
            Self::Memory(_, cell) => cell.is_empty(),
            Self::Table(bytes) => bytes.is_empty(),
        }
    }

    pub(super) fn bytes(self) -> Cow<'a, [u8]> {
        match self {
            Self::Memory(_, cell) => {
                let mut bytes = Vec::new();
                encode(cell, &mut bytes);
                bytes.into()
            }
            Self::Table(bytes) => bytes.into(),
        }
    }
}

impl Source<'_> {
    fn entry(&mut self) -> Option<Entry<'_>> {
        match self {
            Self::Memory(entries) => {
                let (key, entry) = entries.peek()?;
                let stored = Stored::Memory(key, &entry.cell);
                Some((key.token(), key.bytes(), stored))
            }
            Self::Table(cursor) => {
                let (token, key, bytes) = cursor.entry()?;
                Some((token, key, Stored::Table(bytes)))
            }
        }
    }

    fn advance(&mut self, disk: &impl Disk) -> Result<(), LsmError> {
        match self {
            Self::Memory(entries) => {
                entries.next();
                Ok(())
            }
            Self::Table(cursor) => cursor.advance(disk),
        }
    }
}

impl<'a> Merge<'a> {
    /// Merges from the first entry of each source at `from` or later.
    pub(super) fn new(
        disk: &impl Disk,
        mut sources: Vec<Source<'a>>,
        from: Token,
    ) -> Result<Self, LsmError> {
        for source in &mut sources {
            if let Source::Table(cursor) = source {
                cursor.advance(disk)?;
            }
            while source.entry().is_some_and(|entry| entry.0 < from) {
                source.advance(disk)?;
            }
        }
        Ok(Self { sources })
    }

    /// The first entry that is left: of the newest source that has its key.
    pub(super) fn first(&mut self) -> Option<(usize, Entry<'_>)> {
        let entries = self.sources.iter_mut().map(Source::entry);
        let entries = entries.enumerate();
        let entries = entries.filter_map(|(at, entry)| Some((at, entry?)));
        // Of equal ones `min_by` takes the first, which is the newest.
        entries.min_by(|(_, a), (_, b)| (a.0, a.1).cmp(&(b.0, b.1)))
    }

    /// Goes past the first entry, which `first` found in this source, and past older ones of its
    /// key.
    pub(super) fn advance(&mut self, disk: &impl Disk, newest: usize) -> Result<(), LsmError> {
        let (newer, older) = self.sources.split_at_mut(newest + 1);
        let first = &mut newer[newest];
        if let Some((token, key, _)) = first.entry() {
            for source in older {
                if source
                    .entry()
                    .is_some_and(|entry| (entry.0, entry.1) == (token, key))
                {
                    source.advance(disk)?;
                }
            }
        }
        first.advance(disk)
    }
}
