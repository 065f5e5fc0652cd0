//! Keys and cells of some tokens, a message full at a time. It knows no trees.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use crate::hash::Token;
use crate::merkle::of_cell;
use crate::message::Difference;
use crate::pair::Key;
use crate::ring::TokenRange;
use crate::storage::{RangeSet, Storage};
use crate::version::Siblings;

use super::{BYTES_MAX, KEYS_MAX, RANGES_MAX};

/// The tokens up to one, from token 0.
pub(super) fn up_to(token: Token) -> RangeSet {
    let after = Token(u64::MAX);
    TokenRange { after, to: token }.into()
}

/// The first of these tokens, with all written keys in them: as many as fit into a message. Keys
/// of one token stay together.
pub(super) fn page(storage: &Storage, tokens: &RangeSet) -> (RangeSet, Vec<(Key, u64)>) {
    let ranges: Vec<TokenRange> = tokens.ranges().take(RANGES_MAX).collect();
    let mut room = Room::default();
    let mut keys = Vec::<(Key, u64)>::new();
    for (key, _) in ranges.iter().flat_map(|&range| storage.cells_in(range)) {
        if let Some(until) = room.ends_before(key) {
            return (tokens.intersection(&up_to(until)), keys);
        }
        let digest = of_cell(key, &storage.get(key));
        if digest != 0 {
            room.take(key.bytes().len() as u64);
            keys.push((key.clone(), digest));
        }
    }
    (ranges.into_iter().collect(), keys)
}

/// How the cells in `tokens` differ from what another node told of them, as far as it fits into a
/// message.
pub(super) fn compare(storage: &Storage, tokens: &RangeSet, told: &[(Key, u64)]) -> Difference {
    let mut lacking: BTreeMap<&Key, u64> =
        told.iter().map(|(key, digest)| (key, *digest)).collect();
    let mut room = Room::default();
    let mut cells = Vec::new();
    let mut until = None;
    for (key, _) in tokens.ranges().flat_map(|range| storage.cells_in(range)) {
        until = room.ends_before(key);
        if until.is_some() {
            break;
        }
        let cell = storage.get(key);
        let digest = of_cell(key, &cell);
        if digest != 0 && lacking.remove(key) != Some(digest) {
            room.take(key.bytes().len() as u64 + cell.bytes());
            cells.push((key.clone(), cell));
        }
    }
    let compared = |key: &&Key| until.is_none_or(|until| key.token() <= until);
    Difference {
        until,
        lacking: lacking.into_keys().filter(compared).cloned().collect(),
        cells,
    }
}

/// The cells of the first of these keys, which are then gone: as many as fit into a message.
pub(super) fn cells(storage: &Storage, keys: &mut VecDeque<Key>) -> Arc<[(Key, Siblings)]> {
    let mut room = Room::default();
    let mut cells = Vec::new();
    while !room.is_full()
        && let Some(key) = keys.pop_front()
    {
        let cell = storage.get(&key);
        room.take(key.bytes().len() as u64 + cell.bytes());
        cells.push((key, cell));
    }
    cells.into()
}

/// What a message still takes.
#[derive(Default)]
struct Room {
    keys: usize,
    bytes: u64,
    /// The token of the last key that was seen.
    last: Option<Token>,
}

impl Room {
    fn take(&mut self, bytes: u64) {
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
