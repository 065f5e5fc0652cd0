//! The placements of systems that people run, right to the bit: each has the points, the hash of
//! keys and the rule of search that the system has.
//!
//! They are held by answers of the real software to 10,000 keys: `vectors/systems/README.md` tells
//! how those were made, and each algorithm in words.

mod envoy;
mod hashes;
mod ketama;
mod libraries;
mod proxies;

use super::circle::Circle;
use super::error::PlacementError;
use super::maglev::TableSize;
use super::nodes::WeightedNode;
use super::rebuilt::{Rebuilt, Table};

use self::envoy::Permuted;
pub(super) use self::proxies::HAPROXY_WEIGHT_MAX;

/// Nodes placed as a system does it.
pub type Compatible = Rebuilt<Placed>;

/// A system whose placement is known by its nodes and their weights alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum System {
    /// libmemcached, `MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA`: without weights.
    LibmemcachedKetama,
    /// libmemcached, `MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED` with MD5.
    LibmemcachedWeighted,
    /// twemproxy, `distribution: ketama` with its usual `hash: fnv1a_64`.
    Twemproxy,
    /// The same with `hash: md5`.
    TwemproxyMd5,
    /// nginx, `hash ... consistent`; names are `host:port`.
    Nginx,
    /// HAProxy, `hash-type consistent`: servers are hashed by their ids, not by their names.
    Haproxy,
    /// The same with `djb2`.
    HaproxyDjb2,
    /// The same with `djb2 avalanche`.
    HaproxyDjb2Avalanche,
    /// Envoy, `RING_HASH` with `XX_HASH`.
    EnvoyRingHash {
        /// `minimum_ring_size`: 1,024 where not stated.
        minimum: u32,
    },
    /// Envoy, `MAGLEV`.
    EnvoyMaglev {
        /// `table_size`: 65,537 where not stated.
        size: TableSize,
    },
    /// npm `hashring`.
    Hashring,
    /// PyPI `uhashring`.
    Uhashring,
    /// The same with `hash_fn='ketama'`.
    UhashringKetama,
    /// Go `groupcache/consistenthash` with 50 points a node, without weights.
    Groupcache,
    /// Go `stathat.com/c/consistent`, without weights.
    Stathat,
}

/// Points and how they are searched, or a table.
#[derive(Clone, Debug)]
pub enum Placed {
    /// Points around a circle.
    Points(Continuum),
    /// Envoy's Maglev.
    Table(Permuted),
}

/// Points, the hash of keys, and which point a key belongs to.
#[derive(Clone, Debug)]
pub struct Continuum {
    circle: Circle,
    hash: fn(&[u8]) -> u64,
    rule: Rule,
}

/// Which point a key belongs to. Distances are clockwise.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// The first at or after its hash.
    AtOrAfter,
    /// The first after its hash.
    After,
    /// The nearer of the ones before and after; the one before where both are as far.
    Nearer,
}

impl System {
    /// All of them, with usual settings.
    pub const ALL: [Self; 15] = [
        Self::LibmemcachedKetama,
        Self::LibmemcachedWeighted,
        Self::Twemproxy,
        Self::TwemproxyMd5,
        Self::Nginx,
        Self::Haproxy,
        Self::HaproxyDjb2,
        Self::HaproxyDjb2Avalanche,
        Self::EnvoyRingHash { minimum: 1_024 },
        Self::EnvoyMaglev {
            size: TableSize::USUAL,
        },
        Self::Hashring,
        Self::Uhashring,
        Self::UhashringKetama,
        Self::Groupcache,
        Self::Stathat,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LibmemcachedKetama => "libmemcached-ketama",
            Self::LibmemcachedWeighted => "libmemcached-weighted",
            Self::Twemproxy => "twemproxy",
            Self::TwemproxyMd5 => "twemproxy-md5",
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::HaproxyDjb2 => "haproxy-djb2",
            Self::HaproxyDjb2Avalanche => "haproxy-djb2-avalanche",
            Self::EnvoyRingHash { .. } => "envoy-ring-hash",
            Self::EnvoyMaglev { .. } => "envoy-maglev",
            Self::Hashring => "hashring",
            Self::Uhashring => "uhashring",
            Self::UhashringKetama => "uhashring-ketama",
            Self::Groupcache => "groupcache",
            Self::Stathat => "stathat",
        }
    }

    /// Whether nodes can have other weights than 1.
    #[must_use]
    pub const fn is_weighted(self) -> bool {
        !matches!(
            self,
            Self::LibmemcachedKetama | Self::Groupcache | Self::Stathat
        )
    }
}

impl Table for Placed {
    type Settings = System;

    /// O(points x log points).
    fn build(&system: &System, nodes: &[WeightedNode]) -> Result<Self, PlacementError> {
        if !system.is_weighted() {
            super::nodes::only_weight_one(system.name(), nodes)?;
        }
        let continuum = match system {
            System::LibmemcachedKetama => ketama::plain(nodes)?,
            System::LibmemcachedWeighted => ketama::weighted(nodes, hashes::md5_low)?,
            System::Twemproxy => ketama::weighted(nodes, hashes::fnv1a_64_low)?,
            System::TwemproxyMd5 => ketama::weighted(nodes, hashes::md5_low)?,
            System::Nginx => proxies::nginx(nodes)?,
            System::Haproxy => proxies::haproxy(nodes, hashes::sdbm_avalanche)?,
            System::HaproxyDjb2 => proxies::haproxy(nodes, hashes::djb2)?,
            System::HaproxyDjb2Avalanche => proxies::haproxy(nodes, hashes::djb2_avalanche)?,
            System::EnvoyRingHash { minimum } => envoy::ring_hash(minimum, nodes)?,
            System::EnvoyMaglev { size } => {
                return Ok(Self::Table(Permuted::build(size, nodes)?));
            }
            System::Hashring => libraries::hashring(nodes)?,
            System::Uhashring => libraries::uhashring(nodes)?,
            System::UhashringKetama => libraries::uhashring_ketama(nodes)?,
            System::Groupcache => libraries::groupcache(nodes)?,
            System::Stathat => libraries::stathat(nodes)?,
        };
        Ok(Self::Points(continuum))
    }

    /// O(length of the key).
    #[inline]
    fn primary(&self, key: &[u8]) -> Option<usize> {
        match self {
            Self::Points(continuum) => continuum.at(key).map(|at| continuum.circle.owner(at)),
            Self::Table(table) => table.primary(key),
        }
    }

    /// The different owners of the points from the primary's on: what a client does that asks the
    /// next node. O(n) on average.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        match self {
            Self::Points(continuum) => continuum.circle.first_from(continuum.at(key), owners),
            Self::Table(table) => table.first(key, owners),
        }
    }
}

impl Continuum {
    /// Of equal points the first given counts.
    fn new(points: Vec<(u64, u16)>, hash: fn(&[u8]) -> u64, rule: Rule) -> Self {
        let circle = Circle::new(points);
        Self { circle, hash, rule }
    }

    #[inline]
    fn at(&self, key: &[u8]) -> Option<usize> {
        let hash = (self.hash)(key);
        match self.rule {
            Rule::AtOrAfter => self.circle.at_or_after(hash),
            Rule::After => self.circle.after(hash),
            Rule::Nearer => {
                let after = self.circle.at_or_after(hash)?;
                let before = self.circle.before(after);
                let forward = self.circle.point(after).wrapping_sub(hash);
                let back = hash.wrapping_sub(self.circle.point(before));
                Some(if back <= forward { before } else { after })
            }
        }
    }
}

/// A point or hash of 32 bits on the circle of 64: the order is the same.
const fn widened(point: u32) -> u64 {
    (point as u64) << 32
}

/// The nodes with their numbers. No list has more than two bytes count.
fn numbered(nodes: &[WeightedNode]) -> impl DoubleEndedIterator<Item = (u16, &WeightedNode)> {
    nodes
        .iter()
        .enumerate()
        .map(|(number, node)| (number as u16, node))
}

/// The sum of all weights.
fn total_weight(nodes: &[WeightedNode]) -> u64 {
    nodes.iter().map(|node| u64::from(node.weight)).sum()
}

/// Refuses more points than the ring of this crate may have.
fn room_for(points: u64) -> Result<(), PlacementError> {
    let limit = crate::ring::POINTS_MAX as u64;
    if points > limit {
        let what = "points";
        return Err(PlacementError::Full { what, limit });
    }
    Ok(())
}
