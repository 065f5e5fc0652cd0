//! What an operator chooses for a cluster, with bounds and defaults. It knows no node.

mod anti_entropy;
mod gossip;

use std::time::Duration;

use crate::ring::{Replication, Spread};

pub use anti_entropy::{
    AntiEntropy, BUCKETS, BUCKETS_MAX, BucketCount, EXCHANGE_INTERVAL, EXCHANGE_INTERVAL_MAX,
    EXCHANGE_INTERVAL_MIN, SettingsError,
};
pub use gossip::{
    GOSSIP_INTERVAL, GossipError, GossipSettings, INDIRECT_PROBES, PROBE_TIMEOUT_MIN,
    SUSPICION_MULTIPLIER,
};

/// How long a request waits for replies before it is answered as unreachable: many times a round
/// trip, well below a person's patience.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(1);

/// How long a coordinator waits for a replica before it asks a fallback in its place, where
/// quorums are sloppy: several round trips, so that a slow replica is not given up at once.
pub const FALLBACK_PATIENCE: Duration = Duration::from_millis(100);

/// How long a tombstone stands before it may go: Cassandra's `gc_grace_seconds`.
pub const TOMBSTONE_GRACE: Duration = Duration::from_secs(864_000);

/// Settings of a cluster: the same on every node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many replicas a key has, and how they are spread.
    pub replication: Replication,
    /// Replies that a read waits for, at least 1; fewer replicas than that: all of them.
    pub r: u32,
    /// Replies that a write waits for, at least 1; fewer replicas than that: all of them.
    pub w: u32,
    /// Whose replies count.
    pub strictness: Strictness,
    /// When replicas that a read finds behind are told what they lack.
    pub read_repair: ReadRepair,
    /// How long a tombstone stands unchanged before its nodes ask each other whether it may go.
    /// Longer than a hint is kept.
    pub tombstone_grace: Duration,
    /// How nodes watch each other; `None`: not at all, and everyone passes for up.
    pub gossip: Option<GossipSettings>,
}

/// Whose replies count towards R and W.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Those of the key's own replicas: R + W > N reads what was written.
    #[default]
    Strict,
    /// Also those of fallbacks, which answer in the place of replicas that do not and hand over
    /// later what they took (Dynamo, section 4.6): more is accepted, and a read may miss it.
    Sloppy,
}

/// When replicas that a read finds behind are told what they lack. A read that finds none behind
/// writes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadRepair {
    /// After the answer (Dynamo, section 5).
    #[default]
    Background,
    /// Before it (Cassandra's default). Where 2R > N, what a read has shown every later one shows,
    /// as long as the layout stays.
    Blocking,
}

impl Settings {
    /// Three replicas, two of which answer: the paper's most common choice (section 6).
    pub const DEFAULT: Self = Self {
        replication: Replication {
            n: 3,
            spread: Spread::Any,
        },
        r: 2,
        w: 2,
        strictness: Strictness::Strict,
        read_repair: ReadRepair::Background,
        tombstone_grace: TOMBSTONE_GRACE,
        gossip: None,
    };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}
