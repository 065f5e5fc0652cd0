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

/// Writes a history. It keeps the room for the bytes of an event, which are many in a second.
#[derive(Clone, Debug, Default)]
pub(crate) struct Historian {
    history: History,
    room: Vec<u8>,
}

impl Historian {
    /// Goes on from an earlier history.
    pub(crate) const fn after(history: History) -> Self {
        Self {
            history,
            room: Vec::new(),
        }
    }

    /// What there is so far.
    pub(crate) const fn history(&self) -> History {
        self.history
    }

    /// Takes the next event in. The digest so far is the first seed of the next hash.
    pub(crate) fn push(&mut self, at: Instant, node: NodeId, event: &Event) {
        let History { events, digest } = &mut self.history;
        self.room.clear();
        let room = std::mem::take(&mut self.room);
        self.room = postcard::to_extend(&(at, node, event), room).expect("an event is plain data");
        *digest = seahash::hash_seeded(&self.room, *digest, SEEDS[1], SEEDS[2], SEEDS[3]);
        *events += 1;
    }
}

impl History {
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
