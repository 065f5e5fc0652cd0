//! The written cells of a replica, whatever keeps them: what an engine has to do. It knows no
//! engine and no population.
//!
//! An engine orders what is written to it. What a crash leaves is what was written up to some
//! moment, and that is never before the last `sync` that succeeded.

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::ControlFlow;

use crate::hash::Token;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::version::Siblings;

/// Keys that `remove` holds in memory at a time.
const REMOVED_AT_A_TIME: usize = 1_024;

/// How many writes an engine has taken since it was opened: each has the number that it made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// How much an engine keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Cells. Those written more than once may count more than once until a merge.
    pub cells: u64,
    /// Their bytes as they are stored, without what finds them.
    pub bytes: u64,
}

/// Whether an engine has something to do when nobody asks anything of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Nothing.
    Idle,
    /// Something is left.
    More,
}

/// Keys with their cells, in order of the ring. A key without versions is not there.
pub trait Cells {
    /// Why it could not.
    type Error: Debug;

    /// The key's cell, if it was written.
    ///
    /// # Errors
    ///
    /// When what is stored cannot be read.
    fn get(&self, key: &Key) -> Result<Option<Cow<'_, Siblings>>, Self::Error>;

    /// Sets the key's cell: no version is kept that is not in `siblings`, and without any the key
    /// is gone. It is stored when [`durable`](Self::durable) has come to the ticket.
    ///
    /// # Errors
    ///
    /// When the engine can take no write.
    fn put(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, Self::Error>;

    /// Shows the cells of a range in order of the ring, from token 0 upwards, until told to stop.
    ///
    /// # Errors
    ///
    /// When what is stored cannot be read: some cells may have been shown.
    fn visit(
        &self,
        range: TokenRange,
        each: &mut dyn FnMut(&Key, &Siblings) -> ControlFlow<()>,
    ) -> Result<(), Self::Error>;

    /// Makes all that was written survive a crash: one for many writes. Returns
    /// [`durable`](Self::durable).
    ///
    /// # Errors
    ///
    /// When the engine cannot store it. After an error of the disk none of the writes may be
    /// acknowledged.
    fn sync(&mut self) -> Result<Ticket, Self::Error>;

    /// The last write that survives a crash, and so do all before it.
    fn durable(&self) -> Ticket;

    /// How much is kept.
    fn stats(&self) -> Stats;

    /// Merges, and whatever else is put off, for about so many bytes.
    ///
    /// # Errors
    ///
    /// When the engine can neither read nor write what it has to.
    fn work(&mut self, budget: u64) -> Result<Work, Self::Error>;

    /// Joins what is known of a key with `siblings`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) and [`put`](Self::put).
    fn join(&mut self, key: &Key, siblings: &Siblings) -> Result<Ticket, Self::Error> {
        let joined = match self.get(key)? {
            Some(cell) => {
                let mut cell = cell.into_owned();
                cell.join(siblings);
                Cow::Owned(cell)
            }
            None => Cow::Borrowed(siblings),
        };
        self.put(key, &joined)
    }

    /// Removes a key if its cell still is exactly `siblings`; whether it was. So tombstones go:
    /// whoever proves that every replica has one lets each forget it.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) and [`put`](Self::put).
    fn forget(&mut self, key: &Key, siblings: &Siblings) -> Result<bool, Self::Error> {
        let same = self.get(key)?.is_some_and(|cell| *cell == *siblings);
        if same {
            self.put(key, &Siblings::default())?;
        }
        Ok(same)
    }

    /// Removes every key of a range, one after the other: a crash may leave some. O(cells in it).
    ///
    /// # Errors
    ///
    /// As [`visit`](Self::visit) and [`put`](Self::put): some keys may be gone.
    fn remove(&mut self, range: TokenRange) -> Result<Ticket, Self::Error> {
        let mut ticket = self.durable();
        for (mut first, last) in spans(range) {
            loop {
                let mut keys = Vec::new();
                let after = Token(first.0.wrapping_sub(1));
                self.visit(TokenRange { after, to: last }, &mut |key, _| {
                    keys.push(key.clone());
                    if keys.len() < REMOVED_AT_A_TIME {
                        ControlFlow::Continue(())
                    } else {
                        ControlFlow::Break(())
                    }
                })?;
                for key in &keys {
                    ticket = self.put(key, &Siblings::default())?;
                }
                match keys.last() {
                    // More keys may have the token of the last.
                    Some(key) if keys.len() == REMOVED_AT_A_TIME => first = key.token(),
                    _ => break,
                }
            }
        }
        Ok(ticket)
    }
}

/// The ranges of a sorted map that a range of the ring is, from token 0 upwards.
pub(super) fn spans(range: TokenRange) -> impl Iterator<Item = (Token, Token)> {
    super::RangeSet::from(range)
        .ranges()
        .map(|range| (Token(range.after.0.wrapping_add(1)), range.to))
        .collect::<Vec<_>>()
        .into_iter()
}
