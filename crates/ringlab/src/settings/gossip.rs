//! How nodes watch each other. It knows no node.

use std::time::Duration;

/// How nodes watch each other. The defaults are those of memberlist in a data centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GossipSettings {
    /// A period: how often a node probes another one.
    pub interval: Duration,
    /// How long an answer to a probe may take before others are asked to probe, too: at most half
    /// a period, so that they have the other half.
    pub probe_timeout: Duration,
    /// How many others are asked.
    pub indirect_probes: u32,
    /// A suspect has about this times log4(nodes) periods to say that it is up; 4 makes that the
    /// 3 ln(nodes) of the SWIM paper. Below 2, a node that is cut off would convict others before
    /// it can know.
    pub suspicion_multiplier: u32,
}

impl GossipSettings {
    /// Memberlist's.
    pub const DEFAULT: Self = Self {
        interval: Duration::from_secs(1),
        probe_timeout: Duration::from_millis(500),
        indirect_probes: 3,
        suspicion_multiplier: 4,
    };
}

impl Default for GossipSettings {
    fn default() -> Self {
        Self::DEFAULT
    }
}
