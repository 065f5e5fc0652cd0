//! What a world starts from: its options; nodes, machines, keys and values by number.

use std::sync::Arc;
use std::time::Duration;

use ringlab::keyspace::{Keyspace, KeyspaceBuilder};
use ringlab::node::Machine;
use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeId, NodeSpec, Replication, Spread, Weight};
use ringlab::settings::{
    GossipSettings, HintSettings, ReadRepair, Setting, Settings, Strictness, TOMBSTONE_GRACE,
};
use ringlab::storage::LsmSettings;

use super::{LOADED, WorldDisk};
use crate::sabotage::Sabotage;

/// So small that a few writes make segments, tables and merges.
const STORE: LsmSettings = LsmSettings {
    memtable_bytes: 2 << 10,
    log_segment_bytes: 2 << 10,
    block_bytes: 1 << 8,
    filter_one_in: 8,
    merge_width: 2,
    cache_bytes: 1 << 10,
};

/// What a world starts from.
pub(crate) struct Setup {
    pub(crate) seed: u64,
    /// Weights in thousandths of the first nodes.
    pub(crate) weights: Vec<u32>,
    pub(crate) quorum: (u32, u32, u32),
    pub(crate) sabotage: Sabotage,
    /// Whether one of so many copies to replicas, messages of gossip and of anti-entropy is lost;
    /// none when 0.
    pub(crate) loss: u64,
    pub(crate) strictness: Strictness,
    pub(crate) read_repair: ReadRepair,
    pub(crate) gossip: Option<GossipSettings>,
    pub(crate) tombstone_grace: Duration,
    /// Shorter than that.
    pub(crate) hint_lifetime: Duration,
    /// What else is not as usual.
    pub(crate) before: Vec<(Setting, u64)>,
}

impl Setup {
    pub(crate) fn of(seed: u64, nodes: usize) -> Self {
        Self {
            seed,
            weights: vec![1_000; nodes],
            quorum: (3, 2, 2),
            sabotage: Sabotage::None,
            loss: 0,
            strictness: Strictness::Strict,
            read_repair: ReadRepair::Background,
            gossip: Some(GossipSettings::default()),
            tombstone_grace: TOMBSTONE_GRACE,
            hint_lifetime: HintSettings::DEFAULT.lifetime,
            before: Vec::new(),
        }
    }

    /// The settings that every node begins with.
    pub(crate) fn settings(&self) -> Settings {
        let (n, r, w) = self.quorum;
        let spread = Spread::Any;
        let settings = Settings {
            replication: Replication { n, spread },
            r,
            w,
            strictness: self.strictness,
            read_repair: self.read_repair,
            gossips: self.gossip.is_some(),
            gossip: self.gossip.unwrap_or_default(),
            tombstone_grace: self.tombstone_grace,
            hints: HintSettings {
                lifetime: self.hint_lifetime,
                ..HintSettings::DEFAULT
            },
            filter_one_in: STORE.filter_one_in,
            memtable_bytes: STORE.memtable_bytes,
            log_segment_bytes: STORE.log_segment_bytes,
            ..Settings::DEFAULT
        };
        settings.with(&self.before).unwrap()
    }
}

/// What a node of a world stands on.
pub(crate) fn machine(disk: WorldDisk, keyspace: &Arc<Keyspace>) -> Machine<WorldDisk> {
    Machine {
        disk,
        store: STORE,
        keyspace: Some(keyspace.clone()),
    }
}

pub(crate) fn spec(id: u32, weight: u32) -> NodeSpec {
    NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::from_thousandths(weight).unwrap(),
        zone: Default::default(),
    }
}

pub(crate) fn key(number: u64) -> Key {
    Key::new(format!("key-{number}").as_bytes()).unwrap()
}

pub(crate) fn value(number: u64) -> Value {
    Value::new(number.to_string().as_bytes()).unwrap()
}

pub(super) fn keyspace() -> Keyspace {
    let mut builder = KeyspaceBuilder::new(LOADED);
    for number in 0..LOADED {
        builder.push(key(number).bytes(), number + 1, None).unwrap();
    }
    builder.finish()
}
