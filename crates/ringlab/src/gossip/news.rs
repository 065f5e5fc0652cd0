//! What a node has heard lately and still tells. It knows who it is about, not what.

use crate::ring::NodeId;
use crate::sorted::{SortedMap, sort};

/// How often each piece of news was told. At most one piece is about a node: the latest.
#[derive(Clone, Debug, Default)]
pub(super) struct News {
    told: SortedMap<NodeId, u32>,
}

impl News {
    /// There is something new about a node.
    pub(super) fn add(&mut self, node: NodeId) {
        self.told.insert(node, 0);
    }

    /// What to tell next: the least told first, `most` at a time, each `tellings` times.
    pub(super) fn tell(&mut self, most: usize, tellings: u32) -> Vec<NodeId> {
        let told = self.told.iter();
        let mut next: Vec<_> = told.map(|(&node, &told)| (told, node)).collect();
        sort(&mut next);
        next.truncate(most);
        for &(told, node) in &next {
            if told + 1 < tellings {
                self.told.insert(node, told + 1);
            } else {
                self.told.remove(&node);
            }
        }
        next.into_iter().map(|(_, node)| node).collect()
    }

    pub(super) fn retain(&mut self, stays: impl Fn(NodeId) -> bool) {
        self.told.retain(|node, _| stays(*node));
    }
}
