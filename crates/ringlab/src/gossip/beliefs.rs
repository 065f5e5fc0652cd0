//! What a node believes of every node, itself among them. It knows no messages and no clock.

use std::ops::Bound::{Excluded, Unbounded};

use crate::health::{Health, Status};
use crate::ring::NodeId;
use crate::sorted::SortedMap;

/// The latest word about each node of whom something was said. So a quiet view takes no room,
/// however large the cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Beliefs {
    said: SortedMap<NodeId, Status>,
    /// Those who are not up, and for how many periods that has been believed.
    ailing: SortedMap<NodeId, u32>,
    /// The last one of them that was repeated.
    repeated: Option<NodeId>,
}

impl Beliefs {
    pub(super) fn status(&self, node: NodeId) -> Status {
        self.said.get(&node).copied().unwrap_or_default()
    }

    /// Takes a later word.
    pub(super) fn learn(&mut self, node: NodeId, status: Status) {
        self.said.insert(node, status);
        if status.health == Health::Up {
            self.ailing.remove(&node);
        } else {
            self.ailing.insert(node, 0);
        }
    }

    /// A period is over: who has now been suspect for `patience` periods.
    pub(super) fn age(&mut self, patience: u32) -> Vec<NodeId> {
        let said = &self.said;
        let suspect = |node: &NodeId| said.get(node).is_some_and(|s| s.health == Health::Suspect);
        let mut over = Vec::new();
        for (&node, periods) in self.ailing.iter_mut().filter(|(node, _)| suspect(node)) {
            *periods += 1;
            if *periods >= patience {
                over.push(node);
            }
        }
        over
    }

    /// Some of those who are not up, everyone in turn.
    pub(super) fn repeat(&mut self, most: usize) -> Vec<NodeId> {
        let after = self.repeated.map_or(Unbounded, Excluded);
        let later = self.ailing.range((after, Unbounded));
        let nodes = later.chain(&self.ailing).map(|(node, _)| *node);
        let nodes: Vec<_> = nodes.take(most.min(self.ailing.len())).collect();
        self.repeated = nodes.last().copied();
        nodes
    }

    pub(super) fn retain(&mut self, stays: impl Fn(NodeId) -> bool) {
        self.said.retain(|node, _| stays(*node));
        self.ailing.retain(|node, _| stays(*node));
    }
}
