//! Who has what as primary on a ring: keys, requests, bytes, and the part of the ring.

use ringlab::keyspace::{Census, Load, Unevenness};
use ringlab::movement::Move;
use ringlab::ring::{NodeId, Ring, TokenRange};
use ringlab::sorted::SortedMap;

use super::contents::Contents;
use super::inspect::hottest_keys;
use crate::protocol::Hottest;

/// The primaries of a ring.
#[derive(Clone, Debug, Default)]
pub(super) struct Primaries {
    loaded: Census,
    /// What written keys add and hide.
    written: SortedMap<NodeId, (Load, Load)>,
    widths: SortedMap<NodeId, u128>,
}

impl Primaries {
    /// Counts afresh. O(virtual nodes x log keys + written keys).
    pub(super) fn count(ring: &Ring, contents: &Contents) -> Self {
        let mut widths = SortedMap::new();
        for (range, node) in ring.ranges() {
            *widths.entry(node).or_default() += range.width();
        }
        let loaded = Census::count(ring, contents.keyspace());
        let mut primaries = Self {
            loaded,
            widths,
            written: SortedMap::new(),
        };
        primaries.count_written(ring, contents);
        primaries
    }

    /// The same after a membership change that led to `ring`. O(moves x log keys + written keys).
    pub(super) fn after(&self, moves: &[Move], ring: &Ring, contents: &Contents) -> Self {
        let mut primaries = self.clone();
        primaries.loaded.follow(moves, contents.keyspace());
        for moved in moves {
            let width = moved.range.width();
            if let Some(left) = primaries.widths.get_mut(&moved.from) {
                *left -= width;
            }
            *primaries.widths.entry(moved.to).or_default() += width;
        }
        primaries.count_written(ring, contents);
        primaries
    }

    /// Counts the written keys again. O(written keys).
    pub(super) fn count_written(&mut self, ring: &Ring, contents: &Contents) {
        self.written.clear();
        for (token, adds, hides) in contents.changes() {
            if let Some(primary) = ring.primary(token) {
                let (added, hidden) = self.written.entry(primary).or_default();
                *added += adds;
                *hidden += hides;
            }
        }
    }

    /// The load of a node.
    pub(super) fn load_of(&self, node: NodeId) -> Load {
        let (adds, hides) = self.written.get(&node).copied().unwrap_or_default();
        self.loaded.load_of(node) + adds - hides
    }

    /// The load of a node that was on the ring; `None` for one that was not.
    pub(super) fn known(&self, node: NodeId) -> Option<Load> {
        self.widths.contains_key(&node).then(|| self.load_of(node))
    }

    /// The part of the ring that a node owns, 0 to 1.
    pub(super) fn share_of(&self, node: NodeId) -> f64 {
        let width = self.widths.get(&node).copied().unwrap_or_default();
        TokenRange::share_of(width)
    }

    /// How unevenly keys lie.
    pub(super) fn keys(&self, ring: &Ring) -> Unevenness {
        self.unevenness(ring, |load| load.keys)
    }

    /// How unevenly requests lie.
    pub(super) fn requests(&self, ring: &Ring) -> Unevenness {
        self.unevenness(ring, |load| load.requests)
    }

    /// The node with most requests, the smallest id of equal ones.
    pub(super) fn hottest(&self, ring: &Ring, contents: &Contents) -> Option<Hottest> {
        let by_requests = |node: &NodeId| (self.load_of(*node).requests, std::cmp::Reverse(*node));
        let node = ring.nodes().map(|node| node.id).max_by_key(by_requests)?;
        Some(Hottest {
            node,
            load: self.load_of(node),
            keys: hottest_keys(ring, node, contents),
        })
    }

    fn unevenness(&self, ring: &Ring, amount: impl Fn(Load) -> u64) -> Unevenness {
        Unevenness::of(
            ring.nodes()
                .map(|node| (amount(self.load_of(node.id)), node.weight)),
        )
    }
}
