//! Keys and cells of some tokens, a message full at a time. It knows no trees.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::hash::Token;
use crate::merkle::of_cell;
use crate::message::Difference;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::sorted::SortedMap;
use crate::storage::{Cells, RangeSet, Storage};
use crate::version::Siblings;

use super::{BYTES_MAX, KEYS_MAX, RANGES_MAX};

/// The tokens up to one, from token 0.
pub(crate) fn up_to(token: Token) -> RangeSet {
    let after = Token(u64::MAX);
    TokenRange { after, to: token }.into()
}

/// Tokens, and the written keys in them with their digests.
type Page = (RangeSet, Vec<(Key, u64)>);

/// The first of these tokens, with all written keys in them: as many as fit into a message. Keys
/// of one token stay together.
pub(super) fn page<C: Cells>(storage: &Storage<C>, tokens: &RangeSet) -> Result<Page, C::Error> {
    let ranges: Vec<TokenRange> = tokens.ranges().take(RANGES_MAX).collect();
    let mut keys = Vec::<(Key, u64)>::new();
    let until = fill(storage, ranges.iter().copied(), |room, key, cell| {
        let digest = of_cell(key, cell);
        if digest != 0 {
            room.take(key.bytes().len() as u64);
            keys.push((key.clone(), digest));
        }
    })?;
    let tokens = match until {
        Some(until) => tokens.intersection(&up_to(until)),
        None => ranges.into_iter().collect(),
    };
    Ok((tokens, keys))
}

/// How the cells in `tokens` differ from what another node told of them, as far as it fits into a
/// message.
pub(super) fn compare<C: Cells>(
    storage: &Storage<C>,
    tokens: &RangeSet,
    told: &[(Key, u64)],
) -> Result<Difference, C::Error> {
    let mut lacking: SortedMap<&Key, u64> =
        told.iter().map(|(key, digest)| (key, *digest)).collect();
    let mut cells = Vec::new();
    let until = fill(storage, tokens.ranges(), |room, key, cell| {
        let digest = of_cell(key, cell);
        if digest != 0 && lacking.remove(key) != Some(digest) {
            room.take(key.bytes().len() as u64 + cell.bytes());
            cells.push((key.clone(), cell.clone()));
        }
    })?;
    let compared = |key: &&Key| until.is_none_or(|until| key.token() <= until);
    Ok(Difference {
        until,
        lacking: lacking.into_keys().filter(compared).cloned().collect(),
        cells,
    })
}

/// Shows what keys hold, while a message has room; up to which token, when not all.
pub(super) fn fill<C: Cells>(
    storage: &Storage<C>,
    ranges: impl Iterator<Item = TokenRange>,
    mut each: impl FnMut(&mut Room, &Key, &Siblings),
) -> Result<Option<Token>, C::Error> {
    let mut room = Room::default();
    let mut until = None;
    for range in ranges {
        storage.visit(range, &mut |key, cell| {
            until = room.ends_before(key);
            if until.is_some() {
                return ControlFlow::Break(());
            }
            each(&mut room, key, &storage.with_row(key, cell));
            ControlFlow::Continue(())
        })?;
        if until.is_some() {
            break;
        }
    }
    Ok(until)
}

/// The cells of the first of these keys, which are then gone: as many as fit into a message.
pub(super) fn cells<C: Cells>(
    storage: &Storage<C>,
    keys: &mut VecDeque<Key>,
) -> Result<Arc<[(Key, Siblings)]>, C::Error> {
    let mut room = Room::default();
    let mut cells = Vec::new();
    while !room.is_full()
        && let Some(key) = keys.pop_front()
    {
        let cell = storage.try_get(&key)?;
        room.take(key.bytes().len() as u64 + cell.bytes());
        cells.push((key, cell));
    }
    Ok(cells.into())
}

/// What a message still takes.
#[derive(Default)]
pub(super) struct Room {
    keys: usize,
    bytes: u64,
    /// The token of the last key that was seen.
    last: Option<Token>,
}

impl Room {
    pub(super) fn take(&mut self, bytes: u64) {
        self.keys += 1;
        self.bytes += bytes;
    }

    const fn is_full(&self) -> bool {
        self.keys >= KEYS_MAX || self.bytes >= BYTES_MAX
    }

    /// The last token that belongs to the message, when this key, the next one, does not.
    fn ends_before(&mut self, key: &Key) -> Option<Token> {
        let last = self.last.replace(key.token());
        last.filter(|&last| self.is_full() && last != key.token())
    }
}
