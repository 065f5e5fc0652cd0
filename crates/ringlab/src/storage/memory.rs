//! Cells in memory: a sorted map. Nothing is written to a disk, so all of it is as durable as it
//! will ever be.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::{Bound, ControlFlow};

use crate::hash::Token;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::version::Siblings;

use super::cells::{Cells, Stats, Ticket, Work, spans};

/// Cells in a sorted map.
#[derive(Clone, Debug, Default)]
pub struct MemoryCells {
    cells: BTreeMap<Key, Siblings>,
    written: u64,
    bytes: u64,
}

impl MemoryCells {
    /// The same cells, with tickets from 0.
    #[cfg(test)]
    pub(super) fn opened_again(self) -> Self {
        Self { written: 0, ..self }
    }

    /// Every cell, in order of the ring.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Siblings)> {
        self.cells.iter()
    }

    /// The cells of a range, in order of the ring from token 0 upwards.
    pub fn iter_in(&self, range: TokenRange) -> impl Iterator<Item = (&Key, &Siblings)> {
        spans(range).flat_map(|(first, last)| self.cells.range(keys_of(first, last)))
    }
}

/// The keys from one token to another in a sorted map.
pub(super) fn keys_of(first: Token, last: Token) -> (Bound<Key>, Bound<Key>) {
    let end = last.0.checked_add(1).map_or(Bound::Unbounded, |end| {
        Bound::Excluded(Key::lowest_at(Token(end)))
    });
    (Bound::Included(Key::lowest_at(first)), end)
}

impl Cells for MemoryCells {
    type Error = Infallible;

    fn get(&self, key: &Key) -> Result<Option<Cow<'_, Siblings>>, Infallible> {
        Ok(self.cells.get(key).map(Cow::Borrowed))
    }

    fn put(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, Infallible> {
        let bytes = |cell: &Siblings| key.bytes().len() as u64 + cell.bytes();
        let before = if siblings.is_empty() {
            self.cells.remove(key)
        } else {
            self.bytes += bytes(siblings);
            self.cells.insert(key.clone(), siblings.clone())
        };
        self.bytes -= before.as_ref().map_or(0, bytes);
        self.written += 1;
        Ok(Ticket(self.written))
    }

    fn join(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, Infallible> {
        let Some(cell) = self.cells.get_mut(key) else {
            return self.put(key, siblings);
        };
        let before = cell.bytes();
        cell.join(siblings);
        self.bytes = self.bytes - before + cell.bytes();
        self.written += 1;
        Ok(Ticket(self.written))
    }

    fn visit(
        &self,
        range: TokenRange,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<(), Infallible> {
        let _ = self
            .iter_in(range)
            .try_for_each(|(key, cell)| each(key, cell));
        Ok(())
    }

    fn sync(&mut self) -> Result<Ticket, Infallible> {
        Ok(self.durable())
    }

    fn durable(&self) -> Ticket {
        Ticket(self.written)
    }

    fn stats(&self) -> Stats {
        Stats {
            cells: self.cells.len() as u64,
            bytes: self.bytes,
        }
    }

    fn work(&mut self, _budget: u64) -> Result<Work, Infallible> {
        Ok(Work::Idle)
    }
}
