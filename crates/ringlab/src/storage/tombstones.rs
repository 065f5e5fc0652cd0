//! What a replica has of deleted keys, and how it forgets it. It knows no other replica.

use std::ops::ControlFlow;

use crate::hash::Token;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::version::Siblings;

use super::{Cells, Storage};

/// The tombstones in a part of a replica's cells, in order of the ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstones {
    /// Keys whose cells are tombstones and nothing else. None of them has a loaded row: what is
    /// forgotten over a row would let it come back.
    pub cells: Vec<(Key, Siblings)>,
    /// The last token that was looked at; `None` when all behind the first were.
    pub until: Option<Token>,
}

impl<C: Cells> Storage<C> {
    /// Looks through about so many cells from a token on, in order of the ring and not over token
    /// 0. O(cells looked at + log cells).
    ///
    /// # Errors
    ///
    /// As [`Cells::visit`].
    pub fn try_tombstones(&self, from: Token, cells: usize) -> Result<Tombstones, C::Error> {
        let mut found = Tombstones {
            cells: Vec::new(),
            until: None,
        };
        let mut left = cells;
        let behind = TokenRange {
            after: Token(from.0.wrapping_sub(1)),
            to: Token(u64::MAX),
        };
        self.cells.visit(behind, &mut |key, cell| {
            // Keys of one token stay together.
            if found.until.is_some_and(|until| key.token() > until) {
                return ControlFlow::Break(());
            }
            if cell.values().next().is_none() && self.row(key).is_none() {
                found.cells.push((key.clone(), cell.clone()));
            }
            left = left.saturating_sub(1);
            if left == 0 {
                found.until = Some(key.token());
            }
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    /// Removes a key if its cell still is exactly `siblings`; whether it was.
    ///
    /// # Errors
    ///
    /// As [`Cells::get`] and [`Cells::forget`].
    pub fn try_forget(&mut self, key: &Key, siblings: &Siblings) -> Result<bool, C::Error> {
        let before = self.load_of(key)?;
        let forgotten = self.cells.forget(key, siblings)?;
        self.load = self.load + self.load_of(key)? - before;
        Ok(forgotten)
    }
}

#[cfg(test)]
mod tests;
