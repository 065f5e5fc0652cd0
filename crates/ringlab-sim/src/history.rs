//! The digest of a history: equal seeds and commands give equal digests on every platform.

use ringlab::hash::SEEDS;
use ringlab::message::Event;
use ringlab::ring::NodeId;
use ringlab::time::Instant;

/// Every event so far, in 64 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    events: u64,
    digest: u64,
}

impl History {
    /// Takes the next event in. The digest so far is the first seed of the next hash.
    pub fn push(&mut self, at: Instant, node: NodeId, event: &Event) {
        let bytes = postcard::to_stdvec(&(at, node, event)).expect("an event is plain data");
        self.digest = seahash::hash_seeded(&bytes, self.digest, SEEDS[1], SEEDS[2], SEEDS[3]);
        self.events += 1;
    }

    /// How many events there were.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// The digest.
    #[must_use]
    pub const fn digest(&self) -> u64 {
        self.digest
    }
}
