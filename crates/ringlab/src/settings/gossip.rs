//! How nodes watch each other. It knows no node.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

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
