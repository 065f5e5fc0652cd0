//! A situation: everything a run starts from, small enough for a link. It knows no engine.

use ringlab::ring::NodeSpec;
use serde::{Deserialize, Serialize};

/// The whole of it. Own keys are not in it: only that they were own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Situation {
    /// Feeds every random choice of the run.
    pub seed: u64,
    /// In force.
    pub settings: Settings,
    /// Where the keys come from.
    pub keys: KeySource,
    /// By id.
    pub nodes: Vec<NodeSpec>,
    /// The id of the next node to join: ids are never reused.
    pub next_id: u32,
    /// What clients wrote over the loaded keys, in order; `None` is a delete.
    pub writes: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

/// Settings of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Points on the ring of a node of weight 1.
    pub virtual_nodes: u32,
    /// Replicas of a key.
    pub n: u32,
    /// Replies a read waits for.
    pub r: u32,
    /// Replies a write waits for.
    pub w: u32,
    /// Choose replicas in different zones first.
    pub zone_aware: bool,
}

/// Where the keys come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeySource {
    /// 50,000 npm packages with their monthly downloads.
    Sample,
    /// Made from a seed.
    Generated(Population),
    /// A person's own file; only its label and count are known to others.
    Own {
        /// The file's name.
        label: String,
        /// Distinct keys.
        keys: u64,
    },
}

/// A made population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Population {
    /// How requests lie on the keys.
    pub shape: Shape,
    /// How many keys, 1 to 5,000,000.
    pub keys: u32,
    /// Feeds the random names.
    pub seed: u64,
}

/// How requests lie on the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Random names, the same requests each.
    Uniform,
    /// Random names; the k-th key has requests in proportion to 1 / k^s, s in thousandths.
    Zipf {
        /// Thousandths; 1,000 is the classic law.
        exponent: u32,
    },
    /// `key-0000001`, `key-0000002`, ..., the same requests each.
    Sequential,
    /// Random names; one key has this percentage of all requests.
    HotKey {
        /// 1 to 99.
        percent: u32,
    },
}
