//! Which row has a key: a hash table whose slots lie in the order of the ring.
//!
//! A key's slot is the first free one at or after its token's place, so slots read from front to
//! back are out of order only within a cluster. There is no wrap at the end: the last cluster may
//! run over it. A slot holds the upper half of its token, so growing touches no key.

use crate::hash::Token;

/// The upper half of a token, then a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::keyspace) struct Slot(u64);

/// A slot without a row.
const FREE: Slot = Slot(u64::MAX);

/// Slots of the smallest table, as a power of two.
const BITS_MIN: u32 = 10;
/// Slots beyond the end, for the last cluster.
const OVERRUN: usize = 64;

/// The table. At most five of eight slots are taken.
pub(super) struct Slots {
    bits: u32,
    taken: usize,
    slots: Vec<Slot>,
}

/// Where a key belongs.
pub(super) enum Place {
    /// This row has it.
    Taken(u32),
    /// No row has it; it belongs here.
    Free(usize),
}

impl Slot {
    pub(in crate::keyspace) fn row(self) -> u32 {
        u32::try_from(self.0 & u64::from(u32::MAX)).expect("32 bits")
    }

    pub(in crate::keyspace) fn is_free(self) -> bool {
        self == FREE
    }

    /// Whether both have the same upper half of a token: then the order needs the rows.
    pub(in crate::keyspace) fn ties_with(self, other: Self) -> bool {
        self.0 >> 32 == other.0 >> 32
    }

    fn new(token: Token, row: u32) -> Self {
        Self(token.0 >> 32 << 32 | u64::from(row))
    }

    fn home(self, bits: u32) -> usize {
        usize::try_from(self.0 >> (u64::BITS - bits)).expect("fewer slots than memory")
    }
}

impl Slots {
    pub(super) fn new() -> Self {
        Self::with_bits(BITS_MIN)
    }

    /// Where the key of this token belongs; `is_same` tells whether a row has the key.
    pub(super) fn find(&mut self, token: Token, is_same: impl Fn(u32) -> bool) -> Place {
        if self.taken >= (1 << self.bits) / 8 * 5 {
            self.grow();
        }
        let sought = Slot::new(token, 0);
        let home = sought.home(self.bits);
        let cluster = self.slots[home..].iter().enumerate();
        for (passed, slot) in cluster {
            if slot.is_free() {
                return Place::Free(home + passed);
            }
            if slot.ties_with(sought) && is_same(slot.row()) {
                return Place::Taken(slot.row());
            }
        }
        Place::Free(self.slots.len())
    }

    /// Gives a free slot to a row.
    pub(super) fn take(&mut self, slot: usize, token: Token, row: u32) {
        self.put(slot, Slot::new(token, row));
        self.taken += 1;
    }

    /// From front to back, free ones too.
    pub(super) fn into_vec(self) -> Vec<Slot> {
        self.slots
    }

    fn with_bits(bits: u32) -> Self {
        let slots = (1 << bits) + OVERRUN;
        Self {
            bits,
            taken: 0,
            slots: vec![FREE; slots],
        }
    }

    fn put(&mut self, at: usize, slot: Slot) {
        if at >= self.slots.len() {
            self.slots.resize(at + OVERRUN, FREE);
        }
        self.slots[at] = slot;
    }

    fn grow(&mut self) {
        // More bits than a slot holds of a token cannot be: rows have 32 bits too.
        let mut wider = Self::with_bits(self.bits + 1);
        for slot in self.slots.iter().filter(|slot| !slot.is_free()) {
            let mut at = slot.home(wider.bits);
            while wider.slots.get(at).is_some_and(|slot| !slot.is_free()) {
                at += 1;
            }
            wider.put(at, *slot);
        }
        wider.taken = self.taken;
        *self = wider;
    }
}
