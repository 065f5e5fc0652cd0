//! How far the membership change under way is, from what its leader and sources let be seen.

use std::time::Duration;

use ringlab::keyspace::Load;
use ringlab::message::Event;
use ringlab::ring::NodeId;
use ringlab::sorted::SortedSet;
use ringlab::time::Instant;

use crate::cluster::Seen;
use crate::protocol::{Phase, TransferProgress};

/// What a phase takes when nothing is copied: a round trip and a sync, with room.
const PHASE: Duration = Duration::from_millis(2);
/// Keys that a cluster copies in a round trip, as a first guess.
const KEYS_PER_ROUND_TRIP: u64 = 2_048;

/// When nothing came of a change for so long, someone does not answer: many round trips.
const STALLED: Duration = Duration::from_millis(100);
/// Longer than its leader ever waits before it asks again.
const STALLED_FOR_GOOD: Duration = Duration::from_secs(600);

/// A change under way.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    version: u64,
    phase: Phase,
    copying_since: Instant,
    copied: Load,
    planned: Load,
    /// When something came of it last.
    went_on: Instant,
    /// Whom its leader and sources asked in vain.
    waits_for: SortedSet<NodeId>,
}

impl Progress {
    /// A change that was just handed to its leader.
    pub(super) fn begin(now: Instant) -> Self {
        Self {
            version: 0,
            phase: Phase::Announce,
            copying_since: now,
            copied: Load::default(),
            planned: Load::default(),
            went_on: now,
            waits_for: SortedSet::new(),
        }
    }

    /// Whether nothing has come of it since then for so long that nothing will until a fault ends.
    pub(super) fn has_stalled_since(&self, began: Instant, now: Instant) -> bool {
        now.since(self.went_on.max(began)) > STALLED_FOR_GOOD
    }

    /// Whether a node was asked in vain.
    pub(super) fn waits_for(&self, node: NodeId) -> bool {
        self.waits_for.contains(&node)
    }

    /// Takes an event in.
    pub(super) fn follow(&mut self, seen: &Seen) {
        match &seen.event {
            Event::ChangeBegan { .. }
            | Event::PhaseBegan { .. }
            | Event::StepTaken { .. }
            | Event::BatchConfirmed { .. } => {
                self.went_on = seen.at;
                self.waits_for.clear();
            }
            _ => {}
        }
        match &seen.event {
            Event::ChangeBegan { version, planned } => {
                (self.version, self.planned) = (*version, *planned);
            }
            Event::PhaseBegan { phase, .. } => {
                self.phase = *phase;
                if self.phase == Phase::Transfer {
                    self.copying_since = seen.at;
                }
            }
            Event::BatchConfirmed { load, .. } => self.copied += *load,
            Event::ChangeStuck { waiting, .. } => self.waits_for.extend(waiting),
            _ => {}
        }
    }

    /// What the page shows.
    pub(super) fn show(&self, now: Instant) -> TransferProgress {
        TransferProgress {
            version: self.version,
            phase: self.phase,
            // A source or target that began again sends and stores once more what was counted.
            copied: least(self.copied, self.planned),
            planned: self.planned,
            remaining: self.remaining(now),
            is_stalled: now.since(self.went_on) > STALLED,
            waits_for: self.waits_for.iter().copied().collect(),
        }
    }

    fn remaining(&self, now: Instant) -> Duration {
        let left = self.planned.keys.saturating_sub(self.copied.keys);
        let copying = if self.copied.keys == 0 {
            PHASE * u32::try_from(left.div_ceil(KEYS_PER_ROUND_TRIP)).unwrap_or(u32::MAX)
        } else {
            let spent = now.since(self.copying_since).as_micros();
            let rest = spent.saturating_mul(u128::from(left)) / u128::from(self.copied.keys);
            Duration::from_micros(u64::try_from(rest).unwrap_or(u64::MAX))
        };
        let phases = match self.phase {
            Phase::Announce => 4,
            Phase::Transfer => 3,
            Phase::Commit => 2,
            Phase::Retire => 1,
        };
        copying.saturating_add(PHASE * phases)
    }
}

fn least(one: Load, other: Load) -> Load {
    Load {
        keys: one.keys.min(other.keys),
        requests: one.requests.min(other.requests),
        bytes: one.bytes.min(other.bytes),
    }
}
