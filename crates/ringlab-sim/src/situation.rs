//! A situation: everything a run starts from, small enough for a link. It knows no engine.

use std::fmt;

use ringlab::keyspace::KEY_BYTES_MAX;
use ringlab::pair::VALUE_BYTES_MAX;
use ringlab::ring::{NodeId, NodeName, NodeSpec, Weight};
use ringlab::settings::SettingError;
use ringlab::sorted::SortedSet;
use serde::{Deserialize, Serialize};

mod fragment;
mod settings;
#[cfg(test)]
mod tests;

pub use fragment::{FRAGMENT_BYTES_MAX, FragmentError};
pub use settings::Settings;

/// Most nodes in one situation.
pub const NODES_MAX: usize = 1_000;
/// Largest number of virtual nodes for a node of weight 1.
pub const VIRTUAL_NODES_MAX: u32 = 1_024;
/// Most virtual nodes of all nodes together.
pub const POINTS_MAX: u64 = 1 << 20;
/// Most keys in one population.
pub const KEYS_MAX: u32 = 5_000_000;
/// Largest exponent of a Zipf population, in thousandths.
pub const EXPONENT_MAX: u32 = 3_000;
/// Most writes over the loaded keys that a situation remembers.
pub const WRITES_MAX: usize = 10_000;

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
    /// What clients wrote over the loaded keys, one entry a key; `None` is a delete.
    pub writes: Vec<Write>,
}

/// A key and what was last written to it; `None` is a delete.
pub type Write = (Vec<u8>, Option<Vec<u8>>);

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

/// What is wrong with a situation, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SituationError {
    /// A number is out of its bounds.
    OutOfBounds {
        /// Which.
        name: String,
        /// What was asked.
        asked: u64,
        /// The smallest and the largest.
        bounds: (u64, u64),
    },
    /// A setting of the store cannot be so.
    Setting(SettingError),
    /// Two nodes share a name.
    NameTwice(NodeName),
    /// Two nodes share an id, or it was not given yet.
    Id(NodeId),
    /// No node has a weight above 0: nobody could hold a key.
    NoStorage,
    /// A write that no client could have made, or the second one of its key.
    Write {
        /// Which one of the writes, from 0.
        number: u64,
    },
}

impl Situation {
    /// Eight nodes of weight 1 in three zones, the sample keys, N = 3, R = W = 2.
    #[must_use]
    pub fn fresh(seed: u64) -> Self {
        let node = |id: u32| NodeSpec {
            id: NodeId(id),
            name: numbered_name(id),
            weight: Weight::ONE,
            zone: ["a", "b", "c"][(id as usize - 1) % 3]
                .parse()
                .expect("a letter is a zone"),
        };
        Self {
            seed,
            settings: Settings::default(),
            keys: KeySource::Sample,
            nodes: (1..=8).map(node).collect(),
            next_id: 9,
            writes: Vec::new(),
        }
    }

    /// Makes sure that it can be. O(nodes log nodes).
    ///
    /// # Errors
    ///
    /// [`SituationError`]: the first thing that is wrong with it.
    pub fn check(&self) -> Result<(), SituationError> {
        self.settings.check()?;
        self.keys.check()?;
        within("nodes", self.nodes.len() as u64, 1, NODES_MAX as u64)?;
        within("writes", self.writes.len() as u64, 0, WRITES_MAX as u64)?;
        within("virtual nodes in all", self.points(), 1, POINTS_MAX)?;
        let (mut ids, mut names) = (SortedSet::new(), SortedSet::new());
        for node in &self.nodes {
            if node.id.0 >= self.next_id || !ids.insert(node.id) {
                return Err(SituationError::Id(node.id));
            }
            if !names.insert(&node.name) {
                return Err(SituationError::NameTwice(node.name.clone()));
            }
        }
        if self.nodes.iter().all(|node| node.weight == Weight::ZERO) {
            return Err(SituationError::NoStorage);
        }
        self.check_writes()
    }

    fn check_writes(&self) -> Result<(), SituationError> {
        let mut keys = SortedSet::new();
        for (number, (key, value)) in (0..).zip(&self.writes) {
            let value_bytes = value.as_ref().map_or(0, Vec::len);
            let possible =
                (1..=KEY_BYTES_MAX).contains(&key.len()) && value_bytes <= VALUE_BYTES_MAX;
            if !possible || !keys.insert(key) {
                return Err(SituationError::Write { number });
            }
        }
        Ok(())
    }

    /// About how many virtual nodes it asks for.
    fn points(&self) -> u64 {
        let thousandths: u64 = self
            .nodes
            .iter()
            .map(|node| u64::from(node.weight.thousandths()))
            .sum();
        (thousandths * u64::from(self.settings.virtual_nodes))
            .div_ceil(1_000)
            .max(1)
    }
}

/// `node-K`.
#[must_use]
pub fn numbered_name(number: u32) -> NodeName {
    format!("node-{number}")
        .parse()
        .expect("a word and a number are a name")
}

impl KeySource {
    pub(crate) fn check(&self) -> Result<(), SituationError> {
        let Self::Generated(population) = self else {
            return Ok(());
        };
        within("keys", population.keys.into(), 1, KEYS_MAX.into())?;
        match population.shape {
            Shape::Zipf { exponent } => within(
                "exponent in thousandths",
                exponent.into(),
                1,
                EXPONENT_MAX.into(),
            ),
            Shape::HotKey { percent } => within("percent of the hot key", percent.into(), 1, 99),
            Shape::Uniform | Shape::Sequential => Ok(()),
        }
    }
}

fn within(name: &str, asked: u64, least: u64, most: u64) -> Result<(), SituationError> {
    if (least..=most).contains(&asked) {
        return Ok(());
    }
    Err(SituationError::OutOfBounds {
        name: name.to_owned(),
        asked,
        bounds: (least, most),
    })
}

impl fmt::Display for SituationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfBounds {
                name,
                asked,
                bounds: (least, most),
            } => {
                write!(
                    f,
                    "{name}: {asked} is asked for; {least} to {most} are possible"
                )
            }
            Self::Setting(error) => error.fmt(f),
            Self::NameTwice(name) => write!(f, "two nodes are named {name}"),
            Self::Id(id) => write!(f, "node id {} stands twice or was never given", id.0),
            Self::Write { number } => {
                write!(
                    f,
                    "write {number} is not possible, or its key was written before"
                )
            }
            Self::NoStorage => write!(f, "no node has a weight above 0: nobody could hold a key"),
        }
    }
}

impl std::error::Error for SituationError {}
