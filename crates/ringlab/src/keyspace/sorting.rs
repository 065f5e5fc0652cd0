//! From keys as they came to a [`Keyspace`], in steps, so that a worker can answer and show
//! progress in between, and stop by dropping it.
//!
//! The builder's slots give the order. Then one column after another is laid out in that order and
//! its old form freed at once, so no more than one column exists twice.

use super::Keyspace;
use super::arena::Arena;
use super::builder::{Columns, NOT_GIVEN, Slot};
use super::column::Column;
use super::hottest::Maxima;
use super::signposts::Signposts;

/// Rows, or slots, that a step works through: a few milliseconds.
const ROWS_A_STEP: usize = 1 << 17;

/// A [`Keyspace`] that is being sorted.
pub struct Sorting {
    stage: Stage,
    /// Slots or rows of this stage that are behind.
    at: usize,
    /// Slots and rows of all stages that are behind.
    done: u64,
    total: u64,
    keys: usize,
    /// In order up to `ordered`.
    slots: Vec<Slot>,
    ordered: usize,
    columns: Columns,
    keyspace: Keyspace,
}

/// What a step works on.
#[derive(Clone, Copy)]
enum Stage {
    Order,
    Tokens,
    Places,
    Requests,
    Bytes,
    Over,
}

impl Sorting {
    pub(super) fn new(slots: Vec<Slot>, columns: Columns, keys: u64) -> Self {
        let keys = usize::try_from(keys).expect("every key is in memory");
        Self {
            stage: Stage::Order,
            at: 0,
            done: 0,
            total: (slots.len() + 4 * keys) as u64,
            keys,
            slots,
            ordered: 0,
            columns,
            keyspace: room_for(keys),
        }
    }

    /// How much is done, and of how much.
    #[must_use]
    pub const fn progress(&self) -> (u64, u64) {
        (self.done, self.total)
    }

    /// Works for some milliseconds. Gives the keyspace with the last step, once.
    pub fn step(&mut self) -> Option<Keyspace> {
        let total = match self.stage {
            Stage::Order => self.slots.len(),
            _ => self.keys,
        };
        let end = total.min(self.at + ROWS_A_STEP);
        match self.stage {
            Stage::Order => self.order(end),
            Stage::Tokens => self.lay_out_tokens(end),
            Stage::Places => self.lay_out_places(end),
            Stage::Requests => self.lay_out_requests(end),
            Stage::Bytes => self.lay_out_bytes(end),
            Stage::Over => return None,
        }
        self.done += (end - self.at) as u64;
        self.at = end;
        if end < total {
            return None;
        }
        self.at = 0;
        self.next_stage()
    }

    /// Frees what the stage has used up and makes room for the next one.
    fn next_stage(&mut self) -> Option<Keyspace> {
        let keys = self.keys;
        self.stage = match self.stage {
            Stage::Order => {
                self.keyspace.tokens.reserve_exact(keys);
                Stage::Tokens
            }
            Stage::Tokens => {
                self.columns.tokens = Column::new();
                self.keyspace.places.reserve_exact(keys);
                Stage::Places
            }
            Stage::Places => {
                self.columns.places = Column::new();
                self.keyspace.requests_before.reserve_exact(keys + 1);
                self.keyspace.requests_before.push(0);
                Stage::Requests
            }
            Stage::Requests => {
                self.columns.requests = Column::new();
                self.keyspace.bytes_before.reserve_exact(keys + 1);
                self.keyspace.bytes_before.push(0);
                Stage::Bytes
            }
            Stage::Bytes | Stage::Over => {
                self.stage = Stage::Over;
                return Some(self.end());
            }
        };
        None
    }

    /// Moves taken slots to the front, each behind those that come before it in the order. It is
    /// almost there already: no farther than a cluster.
    fn order(&mut self, end: usize) {
        for at in self.at..end {
            let slot = self.slots[at];
            if slot.is_free() {
                continue;
            }
            let mut place = self.ordered;
            while place > 0 && self.is_after(self.slots[place - 1], slot) {
                self.slots[place] = self.slots[place - 1];
                place -= 1;
            }
            self.slots[place] = slot;
            self.ordered += 1;
        }
    }

    fn is_after(&self, one: Slot, other: Slot) -> bool {
        if !one.ties_with(other) {
            return one > other;
        }
        let columns = &self.columns;
        let rank = |row| (columns.tokens.get(row), columns.key(row));
        rank(one.row()) > rank(other.row())
    }

    fn lay_out_tokens(&mut self, end: usize) {
        for (slot, row) in self.slots[self.at..end].iter().zip(row_number(self.at)..) {
            let token = self.columns.tokens.get(slot.row());
            self.keyspace.tokens.push(token);
            self.keyspace.signposts.note(token, row);
        }
    }

    fn lay_out_places(&mut self, end: usize) {
        for slot in &self.slots[self.at..end] {
            let place = self.columns.places.get(slot.row());
            self.keyspace.places.push(place);
        }
    }

    fn lay_out_requests(&mut self, end: usize) {
        let mut sum = self.keyspace.requests_before[self.at];
        for (slot, row) in self.slots[self.at..end].iter().zip(row_number(self.at)..) {
            let requests = self.columns.requests.get(slot.row());
            sum += requests;
            self.keyspace.requests_before.push(sum);
            self.keyspace.maxima.note(row, requests);
        }
    }

    fn lay_out_bytes(&mut self, end: usize) {
        let mut sum = self.keyspace.bytes_before[self.at];
        for (slot, row) in self.slots[self.at..end].iter().zip(row_number(self.at)..) {
            let given = self.columns.bytes.get(slot.row());
            sum += match given {
                NOT_GIVEN => {
                    let place = self.keyspace.places[row as usize];
                    let key = self.columns.keys.get(place).len() as u64;
                    key + decimal_digits(self.keyspace.requests_of(row))
                }
                given => given,
            };
            self.keyspace.bytes_before.push(sum);
        }
    }

    /// The keyspace, which leaves nothing here.
    fn end(&mut self) -> Keyspace {
        self.slots = Vec::new();
        let mut keyspace = std::mem::replace(&mut self.keyspace, room_for(0));
        keyspace.keys = std::mem::replace(&mut self.columns.keys, Arena::new());
        keyspace.signposts.end(row_number(self.keys));
        keyspace
    }
}

fn room_for(keys: usize) -> Keyspace {
    Keyspace {
        tokens: Vec::new(),
        places: Vec::new(),
        requests_before: Vec::new(),
        bytes_before: Vec::new(),
        keys: Arena::new(),
        signposts: Signposts::new(keys),
        maxima: Maxima::new(),
    }
}

fn row_number(at: usize) -> u32 {
    u32::try_from(at).expect("a builder takes fewer than 2^32 keys")
}

/// Length of a number's decimal text.
fn decimal_digits(number: u64) -> u64 {
    u64::from(number.checked_ilog10().unwrap_or(0)) + 1
}
