//! What an operator chooses for a cluster. It knows no node.
//!
//! [`TABLE`] names every setting with its unit, bounds, default and where the default comes from:
//! texts, pages and errors are made from it. [`Settings`] is the same as a struct, for the code.
//!
//! [`TABLE`]: crate::settings::TABLE
//! [`Settings`]: crate::settings::Settings

mod anti_entropy;
mod bytes;
mod change;
mod error;
mod gossip;
mod hints;
mod setting;
mod table;
mod unit;

use std::time::Duration;

use crate::quorum::Sizes;
use crate::ring::{Replication, Spread};

pub use anti_entropy::{
    AntiEntropy, BUCKETS, BUCKETS_MAX, BucketCount, EXCHANGE_INTERVAL, EXCHANGE_INTERVAL_MAX,
    EXCHANGE_INTERVAL_MIN, SettingsError,
};
pub use bytes::DecodeError;
pub use change::{Adopted, Epoch, SettingsChange};
pub use error::SettingError;
pub use gossip::GossipSettings;
pub use hints::HintSettings;
pub use setting::Setting;
pub use table::{Row, TABLE};
pub use unit::Unit;

/// How long a request waits for replies before it is answered as unreachable: many times a round
/// trip, well below a person's patience.
pub const REQUEST_DEADLINE: Duration = Duration::from_secs(1);

/// How long a coordinator waits for a replica before it asks a fallback in its place, where
/// quorums are sloppy: several round trips, so that a slow replica is not given up at once.
pub const FALLBACK_PATIENCE: Duration = Duration::from_millis(100);

/// How long a tombstone stands before it may go: Cassandra's `gc_grace_seconds`.
pub const TOMBSTONE_GRACE: Duration = Duration::from_secs(864_000);

/// Settings of a cluster: the same on every node, but for a moment while a change spreads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many replicas a key has, and how they are spread. A part of the layout, as are R and W:
    /// a node goes by its layout's, these are what a cluster begins with.
    pub replication: Replication,
    /// Replies that a read waits for, at least 1; fewer replicas than that: all of them.
    pub r: u32,
    /// Replies that a write waits for, at least 1; fewer replicas than that: all of them.
    pub w: u32,
    /// Whose replies count.
    pub strictness: Strictness,
    /// When replicas that a read finds behind are told what they lack.
    pub read_repair: ReadRepair,
    /// What becomes of concurrent versions.
    pub merge: Merge,
    /// A read asks R replicas, and the others when these take longer than this many of a hundred
    /// reads took of late; 0: it asks all at once.
    pub hedge_percentile: u32,
    /// How long a request waits for replies before it is answered as unreachable.
    pub request_deadline: Duration,
    /// How long a coordinator waits for a replica before it asks a fallback in its place, where
    /// quorums are sloppy.
    pub fallback_patience: Duration,
    /// Whether nodes watch each other. If not, everyone passes for up.
    pub gossips: bool,
    /// How nodes watch each other.
    pub gossip: GossipSettings,
    /// Whether replicas compare themselves with each other.
    pub compares: bool,
    /// How replicas find out that they differ.
    pub anti_entropy: AntiEntropy,
    /// Pairs of an actor and a counter that a new version's context keeps at most.
    pub clock_pairs: u32,
    /// Versions that may stand beside each other in a cell before it takes no new one.
    pub siblings_max: u32,
    /// Bytes of a value at most.
    pub value_bytes_max: u64,
    /// What is kept in the place of replicas that could not be reached.
    pub hints: HintSettings,
    /// How long a tombstone stands unchanged before its nodes ask each other whether it may go.
    /// Longer than a hint is kept.
    pub tombstone_grace: Duration,
    /// A Bloom filter takes one absent key of so many for present.
    pub filter_one_in: u32,
    /// Bytes in memory that become a table.
    pub memtable_bytes: u64,
    /// Bytes of a segment of the log before the next begins.
    pub log_segment_bytes: u64,
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

/// What becomes of versions that were written without knowledge of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Merge {
    /// They stand beside each other until a client that has read them writes (Dynamo, section 4.4).
    #[default]
    Siblings,
    /// One of them is answered, and the next write drops the others: fewer surprises, and writes
    /// that were acknowledged are lost. The dropped ones are counted.
    LastWriterWins,
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
        merge: Merge::Siblings,
        hedge_percentile: 0,
        request_deadline: REQUEST_DEADLINE,
        fallback_patience: FALLBACK_PATIENCE,
        gossips: false,
        gossip: GossipSettings::DEFAULT,
        compares: false,
        anti_entropy: AntiEntropy::DEFAULT,
        clock_pairs: 50,
        siblings_max: 100,
        value_bytes_max: 1 << 20,
        hints: HintSettings::DEFAULT,
        tombstone_grace: TOMBSTONE_GRACE,
        filter_one_in: 100,
        memtable_bytes: 16 << 20,
        log_segment_bytes: 16 << 20,
    };

    /// For one of a thousand nodes in one program: 256 KiB of memtable and of a segment of the log.
    pub const SMALL: Self = Self {
        memtable_bytes: 256 << 10,
        log_segment_bytes: 256 << 10,
        ..Self::DEFAULT
    };

    /// N, R and W, for a layout's first version.
    #[must_use]
    pub const fn sizes(&self) -> Sizes {
        Sizes {
            replication: self.replication,
            r: self.r,
            w: self.w,
        }
    }

    /// The same with the N, R and W of a layout.
    #[must_use]
    pub const fn with_sizes(mut self, sizes: Sizes) -> Self {
        (self.replication, self.r, self.w) = (sizes.replication, sizes.r, sizes.w);
        self
    }

    /// The value of a setting, in its unit; of a choice, its place among the choices.
    ///
    /// ```
    /// use ringlab::settings::{Setting, Settings};
    /// assert_eq!(Settings::DEFAULT.get(Setting::R), 2);
    /// assert_eq!(Setting::GossipInterval.row().unit.text(1_500), "1500 ms");
    /// ```
    #[must_use]
    pub fn get(&self, setting: Setting) -> u64 {
        (setting.row().get)(self)
    }

    /// The same with other values, all at once.
    ///
    /// # Errors
    ///
    /// [`SettingError`] when a value is out of its bounds, or two do not go together.
    ///
    /// ```
    /// use ringlab::settings::{Setting, Settings};
    /// let settings = Settings::DEFAULT.with(&[(Setting::N, 5), (Setting::R, 3)])?;
    /// assert_eq!((settings.replication.n, settings.r), (5, 3));
    /// let refused = Settings::DEFAULT.with(&[(Setting::R, 4)]).unwrap_err();
    /// assert_eq!(refused.to_string(), "r is 4; it is at most 3, which is n");
    /// # Ok::<(), ringlab::settings::SettingError>(())
    /// ```
    pub fn with(mut self, values: &[(Setting, u64)]) -> Result<Self, SettingError> {
        for &(setting, value) in values {
            let row = setting.row();
            row.check(value)?;
            (row.set)(&mut self, value);
        }
        self.check()?;
        Ok(self)
    }

    /// Makes sure that every setting is within its bounds, and that they go together.
    ///
    /// # Errors
    ///
    /// As [`Row::check`]; [`SettingError::AboveAnother`] when one is above what another leaves it.
    /// Tells the first that is wrong.
    pub fn check(&self) -> Result<(), SettingError> {
        for row in &TABLE {
            row.check((row.get)(self))?;
        }
        for (setting, most, by) in [
            (Setting::R, self.get(Setting::N), Setting::N),
            (Setting::W, self.get(Setting::N), Setting::N),
            (
                Setting::ProbeTimeout,
                self.get(Setting::GossipInterval) / 2,
                Setting::GossipInterval,
            ),
            (
                Setting::HintLifetime,
                self.get(Setting::TombstoneGrace).saturating_sub(1),
                Setting::TombstoneGrace,
            ),
        ] {
            let asked = self.get(setting);
            if asked > most {
                return Err(SettingError::AboveAnother {
                    setting,
                    asked,
                    most,
                    by,
                });
            }
        }
        Ok(())
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests;
