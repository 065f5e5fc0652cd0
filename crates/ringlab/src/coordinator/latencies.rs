//! How long replicas took to answer reads of late: who is the fastest, and when an answer is late.
//! Whole numbers only, so that every platform decides alike.

use std::collections::VecDeque;
use std::time::Duration;

use crate::ring::NodeId;
use crate::sorted::{SortedMap, sort_by_key};

/// Replies that are remembered for the percentile.
const REPLIES_REMEMBERED: usize = 128;
/// Fewer say nothing yet.
const REPLIES_ENOUGH: usize = 16;
/// Nodes whose speed is remembered; the mean forgets a half in about six replies.
const NODES_REMEMBERED_MAX: usize = 4_096;
const MEAN_OVER: u64 = 8;

/// Latencies of replies to reads.
#[derive(Clone, Debug, Default)]
pub(super) struct Latencies {
    /// The latest ones, in microseconds.
    recent: VecDeque<u64>,
    /// A moving mean for each node, in microseconds.
    means: SortedMap<NodeId, u64>,
}

impl Latencies {
    pub(super) fn add(&mut self, node: NodeId, latency: Duration) {
        let latency = latency.as_micros() as u64;
        if self.recent.len() == REPLIES_REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(latency);
        if !self.means.contains_key(&node) && self.means.len() == NODES_REMEMBERED_MAX {
            self.means.pop_first();
        }
        let mean = self.means.entry(node).or_insert(latency);
        *mean = (*mean * (MEAN_OVER - 1) + latency) / MEAN_OVER;
    }

    /// Nodes by their speed; one that was never asked comes first, or it would never be known.
    pub(super) fn fastest_first(&self, nodes: &mut [NodeId]) {
        sort_by_key(nodes, |node| self.means.get(node).copied().unwrap_or(0));
    }

    /// So many of a hundred replies took at most so long; `None` before there were enough.
    pub(super) fn percentile(&self, percent: u32) -> Option<Duration> {
        if self.recent.len() < REPLIES_ENOUGH {
            return None;
        }
        let mut sorted: Vec<u64> = self.recent.iter().copied().collect();
        sorted.sort_unstable();
        let place = (sorted.len() * percent as usize).div_ceil(100).max(1) - 1;
        sorted.get(place).copied().map(Duration::from_micros)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn percentiles_are_those_of_the_latest_replies() {
        let mut latencies = Latencies::default();
        for micros in 0..REPLIES_ENOUGH as u64 {
            assert_eq!(latencies.percentile(50), None);
            latencies.add(NodeId(1), Duration::from_micros(1_000_000 + micros));
        }
        for micros in 1..=REPLIES_REMEMBERED as u64 {
            latencies.add(NodeId(1), Duration::from_micros(micros));
        }
        let at = |percent| latencies.percentile(percent).unwrap().as_micros();
        assert_eq!((at(1), at(50), at(99)), (2, 64, 127));
    }

    #[test]
    fn the_fastest_come_first_and_the_unknown_before_them() {
        let mut latencies = Latencies::default();
        for (node, millis) in [(1, 30), (2, 10), (3, 20)] {
            latencies.add(NodeId(node), Duration::from_millis(millis));
        }
        let mut nodes = [1, 2, 3, 4].map(NodeId);
        latencies.fastest_first(&mut nodes);
        assert_eq!(nodes, [4, 2, 3, 1].map(NodeId));
        // What a node does now counts more than what it did.
        for _ in 0..20 {
            latencies.add(NodeId(2), Duration::from_millis(50));
        }
        latencies.fastest_first(&mut nodes);
        assert_eq!(nodes, [4, 3, 1, 2].map(NodeId));
    }
}
