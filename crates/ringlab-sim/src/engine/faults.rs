//! What a person lets go wrong: done to the world, known to no node.

use std::collections::{BTreeMap, BTreeSet};

use ringlab::health::Health;
use ringlab::ring::NodeId;

use super::{COORDINATOR, Engine};
use crate::network::Trouble;
use crate::protocol::{Condition, Fault, Refused};

/// The number of the one partition there may be.
const PARTITION: u32 = 0;

/// What is wrong in the world of an engine.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// The side of the partition without the coordinator; empty when there is none.
    apart: BTreeSet<NodeId>,
    /// By node: buckets in which it differed from the last node that it compared itself with.
    differing: BTreeMap<NodeId, u64>,
}

impl Faults {
    /// An exchange of a node has ended.
    pub(super) fn compared(&mut self, node: NodeId, differing: u64) {
        self.differing.insert(node, differing);
    }

    /// Buckets in which a node differed when it last compared itself; `None` when it never did.
    pub(super) fn differing(&self, node: NodeId) -> Option<u64> {
        self.differing.get(&node).copied()
    }
}

impl Engine {
    pub(super) fn fault(&mut self, fault: Fault) -> Result<(), Refused> {
        match fault {
            Fault::Pause(node) => self.cluster.pause(self.storing(node)?),
            Fault::Resume(node) => self.cluster.resume(self.storing(node)?),
            Fault::Partition(nodes) => self.partition(nodes)?,
            Fault::Heal => self.heal(),
        }
        self.revisions.nodes += 1;
        Ok(())
    }

    /// How a node is, seen from outside.
    pub(super) fn condition(&self, node: NodeId) -> Condition {
        if self.cluster.is_paused(node) {
            Condition::Paused
        } else if self.faults.apart.contains(&node) {
            Condition::Apart
        } else {
            Condition::Well
        }
    }

    /// What the coordinator believes of a node.
    pub(super) fn believed(&self, node: NodeId) -> Health {
        let coordinator = self.cluster.node(COORDINATOR);
        coordinator.map_or(Health::Up, |coordinator| coordinator.health(node))
    }

    /// Whether anything is wrong, believed to be, or not yet handed over. O(nodes log nodes).
    pub(super) fn is_uneasy(&self) -> bool {
        self.cluster.nodes().any(|node| {
            let id = node.id();
            let is_well = self.condition(id) == Condition::Well;
            !is_well || node.hints() > 0 || self.believed(id) != Health::Up
        })
    }

    fn partition(&mut self, nodes: Vec<NodeId>) -> Result<(), Refused> {
        let apart = nodes.into_iter().map(|node| self.storing(node));
        let apart = apart.collect::<Result<BTreeSet<_>, _>>()?;
        let others: Vec<NodeId> = self.cluster.nodes().map(|node| node.id()).collect();
        let others = others.into_iter().filter(|node| !apart.contains(node));
        let ways = others.flat_map(|other| {
            let both_ways = |&node| [(node, other), (other, node)];
            apart.iter().flat_map(both_ways).collect::<Vec<_>>()
        });
        let cut = Trouble::Cuts(ways.collect());
        self.cluster.network_mut().begins(PARTITION, cut);
        self.faults.apart = apart;
        Ok(())
    }

    fn heal(&mut self) {
        self.cluster.network_mut().heal();
        self.faults.apart.clear();
        let nodes: Vec<NodeId> = self.cluster.nodes().map(|node| node.id()).collect();
        for node in nodes {
            self.cluster.resume(node);
        }
    }

    /// A node to which something may be done: one that stores. The coordinator is where clients
    /// are, and without it nothing could be asked any more.
    fn storing(&self, node: NodeId) -> Result<NodeId, Refused> {
        let is_there = self.cluster.node(node).is_some() && node != COORDINATOR;
        is_there.then_some(node).ok_or(Refused::NoSuchNode(node))
    }
}
