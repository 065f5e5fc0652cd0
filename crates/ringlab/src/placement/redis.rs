//! Redis Cluster (and Valkey): 16,384 slots, and a table of who has which (the Redis cluster
//! specification, "Key distribution model"). Who has a slot is decided by operators: keys move when
//! a new table is read.

use std::ops::RangeInclusive;

use crc::{CRC_16_XMODEM, Crc, Table};

use super::different::first_different;
use super::error::PlacementError;
use super::nodes::{Nodes, WeightedNode};
use super::{CRC_TABLES, Placement};
use crate::ring::NodeName;

/// How many slots a cluster has.
pub const REDIS_SLOTS: u16 = 16_384;

const NAME: &str = "Redis Cluster";
static CRC16: Crc<u16, Table<CRC_TABLES>> = Crc::<u16, Table<CRC_TABLES>>::new(&CRC_16_XMODEM);

/// The slot of a key: of what stands in its first pair of braces, if anything stands there. O(length).
///
/// ```
/// use ringlab::placement::redis_slot;
/// assert_eq!(redis_slot(b"{user1000}.following"), redis_slot(b"{user1000}.followers"));
/// ```
#[must_use]
pub fn redis_slot(key: &[u8]) -> u16 {
    CRC16.checksum(hash_tag(key).unwrap_or(key)) % REDIS_SLOTS
}

fn hash_tag(key: &[u8]) -> Option<&[u8]> {
    let opening = key.iter().position(|&byte| byte == b'{')?;
    let after = &key[opening + 1..];
    let closing = after.iter().position(|&byte| byte == b'}')?;
    (closing > 0).then(|| &after[..closing])
}

/// A master, the nodes that copy it, and its slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedisGroup {
    /// The master first.
    pub nodes: Vec<NodeName>,
    /// Its slots.
    pub slots: Vec<RangeInclusive<u16>>,
}

/// A cluster as it tells of itself.
#[derive(Clone, Debug)]
pub struct RedisCluster {
    nodes: Nodes,
    /// The numbers of a group's nodes, the master first.
    groups: Vec<Vec<u16>>,
    /// By slot: its group.
    by_slot: Vec<Option<u16>>,
}

impl RedisCluster {
    /// The nodes are told in the order of groups. O(slots).
    ///
    /// # Errors
    ///
    /// [`PlacementError::Topology`] where a slot is out of bounds, is told twice, or has no master;
    /// [`PlacementError::NameTaken`].
    pub fn new(groups: &[RedisGroup]) -> Result<Self, PlacementError> {
        let mut cluster = Self {
            nodes: Nodes::default(),
            groups: Vec::new(),
            by_slot: vec![None; REDIS_SLOTS.into()],
        };
        for (number, group) in (0..).zip(groups) {
            cluster.take(number, group)?;
        }
        Ok(cluster)
    }

    fn take(&mut self, number: u16, group: &RedisGroup) -> Result<(), PlacementError> {
        let mut numbers = Vec::new();
        for name in &group.nodes {
            // A list of nodes is limited to what two bytes count.
            numbers.push(self.nodes.len() as u16);
            let (weight, id) = (1, None);
            let name = name.clone();
            self.nodes.add(WeightedNode { name, weight, id })?;
        }
        let refused = |what: String| Err(PlacementError::Topology(what));
        if numbers.is_empty() && !group.slots.is_empty() {
            return refused(format!("slots {:?} have no master", group.slots[0]));
        }
        for slot in group.slots.iter().cloned().flatten() {
            match self.by_slot.get_mut(usize::from(slot)) {
                None => {
                    return refused(format!("slot {slot}: the last one is {}", REDIS_SLOTS - 1));
                }
                Some(Some(_)) => return refused(format!("slot {slot} has two masters")),
                Some(free) => *free = Some(number),
            }
        }
        self.groups.push(numbers);
        Ok(())
    }

    /// How many slots nobody has: keys in them cannot be asked for.
    #[must_use]
    pub fn slots_without_master(&self) -> usize {
        self.by_slot.iter().filter(|slot| slot.is_none()).count()
    }

    fn group(&self, key: &[u8]) -> Option<&[u16]> {
        let group = self.by_slot[usize::from(redis_slot(key))]?;
        self.groups.get(usize::from(group)).map(Vec::as_slice)
    }
}

const UNABLE: PlacementError = PlacementError::Unable {
    algorithm: NAME,
    what: "say which slots move: read the table after operators have moved them",
};

impl Placement for RedisCluster {
    fn nodes(&self) -> &[WeightedNode] {
        self.nodes.as_slice()
    }

    /// O(length of the key).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        self.group(key)?.first().map(|&node| node.into())
    }

    /// The master and the nodes that copy it, no others. O(n).
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let group = self.group(key).unwrap_or_default();
        let told = group.iter().map(|&node| node.into());
        first_different(told, group.len(), owners)
    }

    fn add(&mut self, _: WeightedNode) -> Result<(), PlacementError> {
        Err(UNABLE)
    }

    fn remove(&mut self, _: &str) -> Result<(), PlacementError> {
        Err(UNABLE)
    }

    fn reweight(&mut self, _: &str, _: u32) -> Result<(), PlacementError> {
        Err(UNABLE)
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}
