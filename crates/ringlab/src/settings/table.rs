//! Every setting: its name, unit, bounds, default and where the default comes from. Documents, pages
//! and errors are made from this table, and a setting that is not in it does not exist.

use std::time::Duration;

use crate::pair::VALUE_BYTES_MAX;
use crate::ring::{REPLICAS_MAX, Spread};

use super::{
    BUCKETS_MAX, EXCHANGE_INTERVAL_MAX, EXCHANGE_INTERVAL_MIN, Merge, ReadRepair, Setting,
    SettingError, Settings, Strictness, Unit,
};

/// What there is to say of a setting.
#[derive(Debug)]
pub struct Row {
    /// Which.
    pub setting: Setting,
    /// How operators call it.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What its number counts.
    pub unit: Unit,
    /// The least it can be.
    pub least: u64,
    /// The most it can be, if no other setting leaves it less.
    pub most: u64,
    /// Where its default comes from.
    pub source: &'static str,
    pub(super) get: fn(&Settings) -> u64,
    /// Sets a value within its bounds.
    pub(super) set: fn(&mut Settings, u64),
}

const ON_OR_OFF: Unit = Unit::Choice(&["off", "on"]);

/// Every setting, in the order in which they are shown.
///
/// ```
/// use ringlab::settings::{Settings, TABLE};
/// for row in &TABLE {
///     let value = Settings::DEFAULT.get(row.setting);
///     println!("{}: {} ({})", row.name, row.text(value), row.source);
/// }
/// ```
pub static TABLE: [Row; 30] = [
    Row {
        setting: Setting::N,
        name: "n",
        about: "nodes that hold a key",
        unit: Unit::Count,
        least: 1,
        most: REPLICAS_MAX as u64,
        source: "Dynamo, section 6: (N, R, W) = (3, 2, 2)",
        get: |s| u64::from(s.replication.n),
        set: |s, v| s.replication.n = v as u32,
    },
    Row {
        setting: Setting::R,
        name: "r",
        about: "replies that a read waits for",
        unit: Unit::Count,
        least: 1,
        most: REPLICAS_MAX as u64,
        source: "Dynamo, section 6",
        get: |s| u64::from(s.r),
        set: |s, v| s.r = v as u32,
    },
    Row {
        setting: Setting::W,
        name: "w",
        about: "acknowledgements that a write waits for",
        unit: Unit::Count,
        least: 1,
        most: REPLICAS_MAX as u64,
        source: "Dynamo, section 6",
        get: |s| u64::from(s.w),
        set: |s, v| s.w = v as u32,
    },
    Row {
        setting: Setting::Spread,
        name: "spread",
        about: "which nodes hold a key: the next ones, or first one of each zone",
        unit: Unit::Choice(&["any", "zones"]),
        least: 0,
        most: 1,
        source: "Dynamo, section 4.3",
        get: |s| choice(s.replication.spread == Spread::Zones),
        set: |s, v| s.replication.spread = if v == 0 { Spread::Any } else { Spread::Zones },
    },
    Row {
        setting: Setting::Strictness,
        name: "strictness",
        about: "whether replies of fallbacks count",
        unit: Unit::Choice(&["strict", "sloppy"]),
        least: 0,
        most: 1,
        source: "ours: strict unless asked for; Dynamo, section 4.6, is sloppy",
        get: |s| choice(s.strictness == Strictness::Sloppy),
        set: |s, v| {
            s.strictness = if v == 0 {
                Strictness::Strict
            } else {
                Strictness::Sloppy
            }
        },
    },
    Row {
        setting: Setting::ReadRepair,
        name: "read-repair",
        about: "when a read tells replicas what they lack: after its answer, or before",
        unit: Unit::Choice(&["background", "blocking"]),
        least: 0,
        most: 1,
        source: "Dynamo, section 5; Cassandra blocks",
        get: |s| choice(s.read_repair == ReadRepair::Blocking),
        set: |s, v| {
            s.read_repair = if v == 0 {
                ReadRepair::Background
            } else {
                ReadRepair::Blocking
            }
        },
    },
    Row {
        setting: Setting::Merge,
        name: "merge",
        about: "what becomes of concurrent versions",
        unit: Unit::Choice(&["siblings", "last-writer-wins"]),
        least: 0,
        most: 1,
        source: "Dynamo, section 4.4",
        get: |s| choice(s.merge == Merge::LastWriterWins),
        set: |s, v| {
            s.merge = if v == 0 {
                Merge::Siblings
            } else {
                Merge::LastWriterWins
            }
        },
    },
    Row {
        setting: Setting::HedgePercentile,
        name: "hedge-percentile",
        about: "a read asks R replicas first, and the others after this percentile of recent reads; 0: all at once",
        unit: Unit::Percent,
        least: 0,
        most: 99,
        source: "Dynamo asks all N, section 5; Cassandra's speculative_retry is 99",
        get: |s| u64::from(s.hedge_percentile),
        set: |s, v| s.hedge_percentile = v as u32,
    },
    Row {
        setting: Setting::RequestDeadline,
        name: "request-deadline",
        about: "how long a request waits for replies",
        unit: Unit::Milliseconds,
        least: 10,
        most: 3_600_000,
        source: "many round trips; Cassandra waits 2 to 5 s, Riak 60 s",
        get: |s| millis(s.request_deadline),
        set: |s, v| s.request_deadline = Duration::from_millis(v),
    },
    Row {
        setting: Setting::FallbackPatience,
        name: "fallback-patience",
        about: "how long a replica is waited for before a fallback is asked",
        unit: Unit::Milliseconds,
        least: 1,
        most: 3_600_000,
        source: "several round trips",
        get: |s| millis(s.fallback_patience),
        set: |s, v| s.fallback_patience = Duration::from_millis(v),
    },
    Row {
        setting: Setting::Gossip,
        name: "gossip",
        about: "whether nodes watch each other",
        unit: ON_OR_OFF,
        least: 0,
        most: 1,
        source: "off: a driver switches it on",
        get: |s| choice(s.gossips),
        set: |s, v| s.gossips = v == 1,
    },
    Row {
        setting: Setting::GossipInterval,
        name: "gossip-interval",
        about: "how often a node probes another",
        unit: Unit::Milliseconds,
        least: 100,
        most: 60_000,
        source: "memberlist, Dynamo section 4.8.1, Cassandra: 1 s",
        get: |s| millis(s.gossip.interval),
        set: |s, v| s.gossip.interval = Duration::from_millis(v),
    },
    Row {
        setting: Setting::ProbeTimeout,
        name: "probe-timeout",
        about: "how long an answer to a probe may take; at most half a gossip-interval",
        unit: Unit::Milliseconds,
        least: 10,
        most: 30_000,
        source: "memberlist",
        get: |s| millis(s.gossip.probe_timeout),
        set: |s, v| s.gossip.probe_timeout = Duration::from_millis(v),
    },
    Row {
        setting: Setting::IndirectProbes,
        name: "indirect-probes",
        about: "others that probe a node which does not answer",
        unit: Unit::Count,
        least: 0,
        most: 8,
        source: "memberlist",
        get: |s| u64::from(s.gossip.indirect_probes),
        set: |s, v| s.gossip.indirect_probes = v as u32,
    },
    Row {
        setting: Setting::SuspicionMultiplier,
        name: "suspicion-multiplier",
        about: "tolerance: a suspect is down after this times log4(nodes) periods",
        unit: Unit::Count,
        least: 2,
        most: 32,
        source: "memberlist",
        get: |s| u64::from(s.gossip.suspicion_multiplier),
        set: |s, v| s.gossip.suspicion_multiplier = v as u32,
    },
    Row {
        setting: Setting::AntiEntropy,
        name: "anti-entropy",
        about: "whether replicas compare themselves",
        unit: ON_OR_OFF,
        least: 0,
        most: 1,
        source: "off: a driver switches it on",
        get: |s| choice(s.compares),
        set: |s, v| s.compares = v == 1,
    },
    Row {
        setting: Setting::AntiEntropyInterval,
        name: "anti-entropy-interval",
        about: "from one comparison that a node begins to the next",
        unit: Unit::Milliseconds,
        least: EXCHANGE_INTERVAL_MIN.as_millis() as u64,
        most: EXCHANGE_INTERVAL_MAX.as_millis() as u64,
        source: "Garage: 10 min; Riak: 8 min",
        get: |s| millis(s.anti_entropy.interval()),
        set: |s, v| s.anti_entropy = s.anti_entropy.every(Duration::from_millis(v)),
    },
    Row {
        setting: Setting::BucketCount,
        name: "bucket-count",
        about: "leaves of a Merkle tree, a power of two",
        unit: Unit::Count,
        least: 1,
        most: BUCKETS_MAX as u64,
        source: "the width of a level of Riak's hashtree",
        get: |s| u64::from(s.anti_entropy.buckets().get()),
        set: |s, v| s.anti_entropy = s.anti_entropy.in_buckets(v as u32),
    },
    Row {
        setting: Setting::ClockPairs,
        name: "clock-pairs",
        about: "pairs that the context of a new version keeps at most",
        unit: Unit::Count,
        least: 2,
        most: 65_536,
        source: "Riak's small_vclock: 50; Dynamo, section 4.4: say 10",
        get: |s| u64::from(s.clock_pairs),
        set: |s, v| s.clock_pairs = v as u32,
    },
    Row {
        setting: Setting::SiblingsMax,
        name: "siblings-max",
        about: "versions beside each other before a cell takes no new one",
        unit: Unit::Count,
        least: 1,
        most: 65_536,
        source: "Riak's max_siblings",
        get: |s| u64::from(s.siblings_max),
        set: |s, v| s.siblings_max = v as u32,
    },
    Row {
        setting: Setting::ValueBytesMax,
        name: "value-bytes-max",
        about: "the largest value",
        unit: Unit::Bytes,
        least: 1,
        most: VALUE_BYTES_MAX as u64,
        source: "what a cell can hold here; Riak's object limit is 50 MB",
        get: |s| s.value_bytes_max,
        set: |s, v| s.value_bytes_max = v,
    },
    Row {
        setting: Setting::HintsMax,
        name: "hints-max",
        about: "hints that a node keeps",
        unit: Unit::Count,
        least: 0,
        most: 16_777_216,
        source: "memory of a node",
        get: |s| s.hints.count_max,
        set: |s, v| s.hints.count_max = v,
    },
    Row {
        setting: Setting::HintBytesMax,
        name: "hint-bytes-max",
        about: "bytes of values in them",
        unit: Unit::Bytes,
        least: 0,
        most: 1 << 40,
        source: "memory of a node",
        get: |s| s.hints.bytes_max,
        set: |s, v| s.hints.bytes_max = v,
    },
    Row {
        setting: Setting::HintsPerRound,
        name: "hints-per-round",
        about: "hints that a holder hands to one replica in a round",
        unit: Unit::Count,
        least: 1,
        most: 65_536,
        source: "Voldemort's slop batch is 100",
        get: |s| s.hints.per_round,
        set: |s, v| s.hints.per_round = v,
    },
    Row {
        setting: Setting::HintInterval,
        name: "hint-interval",
        about: "from one round to the next",
        unit: Unit::Milliseconds,
        least: 10,
        most: 3_600_000,
        source: "as often as gossip",
        get: |s| millis(s.hints.interval),
        set: |s, v| s.hints.interval = Duration::from_millis(v),
    },
    Row {
        setting: Setting::HintLifetime,
        name: "hint-lifetime",
        about: "how long a hint is kept; below tombstone-grace",
        unit: Unit::Milliseconds,
        least: 1,
        most: 31_536_000_000,
        source: "Cassandra's max_hint_window",
        get: |s| millis(s.hints.lifetime),
        set: |s, v| s.hints.lifetime = Duration::from_millis(v),
    },
    Row {
        setting: Setting::TombstoneGrace,
        name: "tombstone-grace",
        about: "how long a tombstone stands before it may go",
        unit: Unit::Milliseconds,
        least: 2,
        most: 31_536_000_000,
        source: "Cassandra's gc_grace_seconds",
        get: |s| millis(s.tombstone_grace),
        set: |s, v| s.tombstone_grace = Duration::from_millis(v),
    },
    Row {
        setting: Setting::FilterOneIn,
        name: "filter-one-in",
        about: "absent keys of which a Bloom filter takes one for present",
        unit: Unit::OneIn,
        least: 2,
        most: 1_000_000,
        source: "Cassandra's bloom_filter_fp_chance: 0.01",
        get: |s| u64::from(s.filter_one_in),
        set: |s, v| s.filter_one_in = v as u32,
    },
    Row {
        setting: Setting::MemtableBytes,
        name: "memtable-bytes",
        about: "bytes in memory that become a table",
        unit: Unit::Bytes,
        least: 1 << 10,
        most: 1 << 30,
        source: "memory of a node",
        get: |s| s.memtable_bytes,
        set: |s, v| s.memtable_bytes = v,
    },
    Row {
        setting: Setting::LogSegmentBytes,
        name: "log-segment-bytes",
        about: "bytes of a segment of the log",
        unit: Unit::Bytes,
        least: 1 << 10,
        most: 1 << 30,
        source: "as a memtable; Cassandra's is 32 MiB",
        get: |s| s.log_segment_bytes,
        set: |s, v| s.log_segment_bytes = v,
    },
];

impl Row {
    /// A value with its unit.
    #[must_use]
    pub fn text(&self, value: u64) -> String {
        self.unit.text(value)
    }

    /// What the setting is unless an operator chooses otherwise.
    #[must_use]
    pub fn default(&self) -> u64 {
        (self.get)(&Settings::DEFAULT)
    }

    /// Makes sure that a value is one that the setting can have.
    ///
    /// # Errors
    ///
    /// [`SettingError::OutOfBounds`], and [`SettingError::PowerOfTwo`] for a setting that has to be
    /// one.
    pub fn check(&self, value: u64) -> Result<(), SettingError> {
        let (setting, asked) = (self.setting, value);
        if !(self.least..=self.most).contains(&value) {
            return Err(SettingError::OutOfBounds { setting, asked });
        }
        if setting == Setting::BucketCount && !value.is_power_of_two() {
            return Err(SettingError::PowerOfTwo { setting, asked });
        }
        Ok(())
    }
}

const fn millis(span: Duration) -> u64 {
    span.as_millis() as u64
}

const fn choice(second: bool) -> u64 {
    second as u64
}
