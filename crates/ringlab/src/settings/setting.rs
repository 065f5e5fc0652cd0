//! The settings by name: each has a row in the table.

use super::{Row, SettingError, TABLE};

/// A setting; its place is that of its row in [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Setting {
    /// `n`: nodes that hold a key.
    N,
    /// `r`: replies that a read waits for.
    R,
    /// `w`: acknowledgements that a write waits for.
    W,
    /// `spread`: which nodes hold a key: the next ones, or first one of each zone.
    Spread,
    /// `strictness`: whether replies of fallbacks count.
    Strictness,
    /// `read-repair`: when a read tells replicas what they lack: after its answer, or before.
    ReadRepair,
    /// `merge`: what becomes of concurrent versions.
    Merge,
    /// `hedge-percentile`: a read asks R replicas first, and the others after this percentile of recent reads; 0: all at once.
    HedgePercentile,
    /// `request-deadline`: how long a request waits for replies.
    RequestDeadline,
    /// `fallback-patience`: how long a replica is waited for before a fallback is asked.
    FallbackPatience,
    /// `gossip`: whether nodes watch each other.
    Gossip,
    /// `gossip-interval`: how often a node probes another.
    GossipInterval,
    /// `probe-timeout`: how long an answer to a probe may take; at most half a gossip-interval.
    ProbeTimeout,
    /// `indirect-probes`: others that probe a node which does not answer.
    IndirectProbes,
    /// `suspicion-multiplier`: tolerance: a suspect is down after this times log4(nodes) periods.
    SuspicionMultiplier,
    /// `anti-entropy`: whether replicas compare themselves.
    AntiEntropy,
    /// `anti-entropy-interval`: from one comparison that a node begins to the next.
    AntiEntropyInterval,
    /// `bucket-count`: leaves of a Merkle tree, a power of two.
    BucketCount,
    /// `clock-pairs`: pairs that the context of a new version keeps at most.
    ClockPairs,
    /// `siblings-max`: versions beside each other before a cell takes no new one.
    SiblingsMax,
    /// `value-bytes-max`: the largest value.
    ValueBytesMax,
    /// `hints-max`: hints that a node keeps.
    HintsMax,
    /// `hint-bytes-max`: bytes of values in them.
    HintBytesMax,
    /// `hints-per-round`: hints that a holder hands to one replica in a round.
    HintsPerRound,
    /// `hint-interval`: from one round to the next.
    HintInterval,
    /// `hint-lifetime`: how long a hint is kept; below tombstone-grace.
    HintLifetime,
    /// `tombstone-grace`: how long a tombstone stands before it may go.
    TombstoneGrace,
    /// `filter-one-in`: absent keys of which a Bloom filter takes one for present.
    FilterOneIn,
    /// `memtable-bytes`: bytes that cells in memory have as stored when they become a table.
    MemtableBytes,
    /// `log-segment-bytes`: bytes of a segment of the log.
    LogSegmentBytes,
}

impl Setting {
    /// What there is to say of it.
    #[must_use]
    pub fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// The setting of a name.
    ///
    /// # Errors
    ///
    /// [`SettingError::Unknown`].
    pub fn named(name: &str) -> Result<Self, SettingError> {
        let row = TABLE.iter().find(|row| row.name == name);
        row.map(|row| row.setting)
            .ok_or_else(|| SettingError::Unknown {
                name: name.chars().take(NAME_SHOWN_MAX).collect(),
            })
    }

    /// Reads a value of it; see [`Unit::parse`](super::Unit::parse).
    ///
    /// # Errors
    ///
    /// [`SettingError::Spelling`], and [`SettingError::OutOfBounds`].
    pub fn parse(self, text: &str) -> Result<u64, SettingError> {
        let row = self.row();
        let value = row.unit.parse(text).ok_or_else(|| SettingError::Spelling {
            setting: self,
            text: text.chars().take(NAME_SHOWN_MAX).collect(),
        })?;
        row.check(value)?;
        Ok(value)
    }

    /// Whether it belongs to the layout: a change of it is carried out step by step, as one of the
    /// nodes is.
    #[must_use]
    pub const fn is_of_the_layout(self) -> bool {
        matches!(self, Self::N | Self::R | Self::W | Self::Spread)
    }
}

/// Letters of a name or text that nothing knows and an error shows.
const NAME_SHOWN_MAX: usize = 64;
