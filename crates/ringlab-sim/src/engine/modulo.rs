//! What `hash mod n` would have moved, counted key by key, some keys at a time: it is for showing
//! only, and nobody waits for it.

use ringlab::keyspace::{Keyspace, Load, moved_by_modulo};
use ringlab::ring::Ring;

/// Keys counted in one call: a few milliseconds in a browser.
pub(super) const ROWS_PER_CALL: u32 = 250_000;

/// A count under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Modulo {
    before: u32,
    after: u32,
    next_row: u32,
    moved: Load,
}

impl Modulo {
    /// The count for a change from one ring to another.
    pub(super) fn between(before: &Ring, after: &Ring) -> Self {
        let nodes = |ring: &Ring| u32::try_from(ring.storage_nodes()).unwrap_or(u32::MAX);
        Self {
            before: nodes(before),
            after: nodes(after),
            next_row: 0,
            moved: Load::default(),
        }
    }

    /// Counts on for at most `rows` keys; gives the sum once all are counted. O(rows).
    pub(super) fn count(&mut self, keyspace: &Keyspace, rows: u32) -> Option<Load> {
        let end = self.next_row.saturating_add(rows).min(keyspace.len());
        self.moved += moved_by_modulo(keyspace, self.next_row..end, self.before, self.after);
        self.next_row = end;
        (end == keyspace.len()).then_some(self.moved)
    }
}
