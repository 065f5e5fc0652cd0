//! What is kept in the place of replicas that could not be reached, and for how long. It knows no
//! node.

use std::time::Duration;

/// Limits of what one node keeps for others, and how it hands it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HintSettings {
    /// Hints that a node keeps at most, of all replicas; it declines more.
    pub count_max: u64,
    /// Bytes of values in them at most.
    pub bytes_max: u64,
    /// Hints that one holder hands to one replica in one round.
    pub per_round: u64,
    /// From one round to the next.
    pub interval: Duration,
    /// How long a hint is kept. Shorter than tombstones stand, or one that is handed over late
    /// would bring back what was deleted.
    pub lifetime: Duration,
}

impl HintSettings {
    /// Three hours, as Cassandra's `max_hint_window`.
    pub const DEFAULT: Self = Self {
        count_max: 65_536,
        bytes_max: 256 << 20,
        per_round: 128,
        interval: Duration::from_secs(1),
        lifetime: Duration::from_secs(3 * 60 * 60),
    };

    /// The same, kept for no longer than half the time that tombstones stand; for a millisecond at
    /// least.
    #[must_use]
    pub fn within(mut self, grace: Duration) -> Self {
        let least = Duration::from_millis(1);
        self.lifetime = self.lifetime.min(grace / 2).max(least);
        self
    }
}
