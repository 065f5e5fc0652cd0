//! What an operator chooses for a cluster, with bounds and defaults. It knows no node.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::ring::{Replication, Spread};

/// How long a request waits for replies before it is answered as unreachable: many times a round
/// trip, well below a person's patience.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(1);

/// How long a coordinator waits for a replica before it asks a fallback in its place, where
/// quorums are sloppy: several round trips, so that a slow replica is not given up at once.
pub const FALLBACK_PATIENCE: Duration = Duration::from_millis(100);

/// How often a node may probe another.
pub const GOSSIP_INTERVAL: RangeInclusive<Duration> =
    Duration::from_millis(100)..=Duration::from_secs(60);
/// The shortest wait for an answer to a probe.
pub const PROBE_TIMEOUT_MIN: Duration = Duration::from_millis(10);
/// How many other nodes may be asked to probe one that does not answer.
pub const INDIRECT_PROBES: RangeInclusive<u32> = 0..=8;
/// How patient suspicion may be. Below 2, a node that is cut off would convict others before it
/// can know.
pub const SUSPICION_MULTIPLIER: RangeInclusive<u32> = 2..=32;

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
    /// Before it: what a read has shown, every later one shows (Cassandra's default).
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
        gossip: None,
    };
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How nodes watch each other. The defaults are those of memberlist in a data centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GossipSettings {
    /// A period: how often a node probes another one. Within [`GOSSIP_INTERVAL`].
    pub interval: Duration,
    /// How long an answer to a probe may take before others are asked to probe, too: from
    /// [`PROBE_TIMEOUT_MIN`] to half a period, so that they have the other half.
    pub probe_timeout: Duration,
    /// How many others are asked. Within [`INDIRECT_PROBES`].
    pub indirect_probes: u32,
    /// A suspect has about this times log4(nodes) periods to say that it is up; 4 makes that the
    /// 3 ln(nodes) of the SWIM paper. Within [`SUSPICION_MULTIPLIER`].
    pub suspicion_multiplier: u32,
}

/// Which setting is out of its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GossipError {
    /// [`GossipSettings::interval`].
    Interval,
    /// [`GossipSettings::probe_timeout`].
    ProbeTimeout,
    /// [`GossipSettings::indirect_probes`].
    IndirectProbes,
    /// [`GossipSettings::suspicion_multiplier`].
    SuspicionMultiplier,
}

impl GossipSettings {
    /// Whether every setting is within its bounds; if not, the first that is not.
    ///
    /// ```
    /// use ringlab::settings::{GossipError, GossipSettings};
    /// use std::time::Duration;
    /// let mut settings = GossipSettings::default();
    /// assert_eq!(settings.check(), Ok(()));
    /// settings.probe_timeout = settings.interval;
    /// assert_eq!(settings.check(), Err(GossipError::ProbeTimeout));
    /// ```
    pub fn check(&self) -> Result<(), GossipError> {
        let probe_timeout = PROBE_TIMEOUT_MIN..=self.interval / 2;
        for (within, error) in [
            (
                GOSSIP_INTERVAL.contains(&self.interval),
                GossipError::Interval,
            ),
            (
                probe_timeout.contains(&self.probe_timeout),
                GossipError::ProbeTimeout,
            ),
            (
                INDIRECT_PROBES.contains(&self.indirect_probes),
                GossipError::IndirectProbes,
            ),
            (
                SUSPICION_MULTIPLIER.contains(&self.suspicion_multiplier),
                GossipError::SuspicionMultiplier,
            ),
        ] {
            if !within {
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Default for GossipSettings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(1),
            probe_timeout: Duration::from_millis(500),
            indirect_probes: 3,
            suspicion_multiplier: 4,
        }
    }
}

impl fmt::Display for GossipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interval => write!(
                f,
                "a period of gossip takes {:?} to {:?}",
                GOSSIP_INTERVAL.start(),
                GOSSIP_INTERVAL.end()
            ),
            Self::ProbeTimeout => write!(
                f,
                "a probe waits {PROBE_TIMEOUT_MIN:?} to half a period of gossip"
            ),
            Self::IndirectProbes => write!(
                f,
                "{} to {} others probe a node that does not answer",
                INDIRECT_PROBES.start(),
                INDIRECT_PROBES.end()
            ),
            Self::SuspicionMultiplier => write!(
                f,
                "suspicion is {} to {} times as patient",
                SUSPICION_MULTIPLIER.start(),
                SUSPICION_MULTIPLIER.end()
            ),
        }
    }
}

impl std::error::Error for GossipError {}

#[cfg(test)]
mod tests;
