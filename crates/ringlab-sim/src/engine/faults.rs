//! What a person lets go wrong: done to the world, known to no node.

use ringlab::health::Health;
use ringlab::message::ExchangeEnd;
use ringlab::ring::NodeId;
use ringlab::settings::Setting;
use ringlab::sorted::{SortedMap, SortedSet};

use super::{COORDINATOR, Engine};
use crate::cluster::Node;
use crate::network::Trouble;
use crate::protocol::{Condition, Fault, Refused};

/// The number of the one partition there may be.
const PARTITION: u32 = 0;

/// What is wrong in the world of an engine.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults {
    /// The side of the partition without the coordinator; empty when there is none.
    apart: SortedSet<NodeId>,
    /// Nodes whose disk was wiped.
    wiped: SortedSet<NodeId>,
    /// Nodes that were away and have not compared themselves since.
    returned: SortedSet<NodeId>,
    /// By node: buckets in which it differed from the last node that it compared itself with.
    differing: SortedMap<NodeId, u64>,
}

impl Faults {
    /// An exchange of a node has ended. One that was broken off tells nothing.
    pub(super) fn compared(&mut self, node: NodeId, end: ExchangeEnd, differing: u64) {
        if end == ExchangeEnd::Done {
            self.differing.insert(node, differing);
            self.returned.remove(&node);
        }
    }

    /// Whether a node may differ from others: it did, or was away and has not looked.
    fn may_differ(&self, node: NodeId) -> bool {
        self.returned.contains(&node) || self.differing(node).unwrap_or_default() > 0
    }

    /// Buckets in which a node differed when it last compared itself; `None` when it never did.
    pub(super) fn differing(&self, node: NodeId) -> Option<u64> {
        self.differing.get(&node).copied()
    }
}

impl Engine {
    pub(super) fn fault(&mut self, fault: Fault) -> Result<(), Refused> {
        match fault {
            Fault::Pause(node) => self.pause(self.storing(node)?)?,
            Fault::Resume(node) => self.resume(self.storing(node)?),
            Fault::Partition(nodes) => self.partition(nodes)?,
            Fault::Crash(node) => self.cluster.crash(self.storing(node)?),
            Fault::Restart(node) => self.restart(self.storing(node)?)?,
            Fault::Wipe(node) => self.wipe(self.storing(node)?),
            Fault::Heal => self.heal()?,
        }
        self.revisions.nodes += 1;
        self.revisions.settings += 1;
        Ok(())
    }

    /// How a node is, seen from outside.
    pub(super) fn condition(&self, node: NodeId) -> Condition {
        let Some(in_cluster) = self.cluster.node(node) else {
            return Condition::Well;
        };
        let is_wiped = self.faults.wiped.contains(&node);
        if !self.cluster.is_up(node) {
            if is_wiped {
                Condition::Wiped
            } else {
                Condition::Crashed
            }
        } else if self.cluster.is_paused(node) {
            Condition::Paused
        } else if is_wiped && in_cluster.layout().is_none() {
            Condition::Blank
        } else if self.is_apart(node) {
            Condition::Apart
        } else {
            Condition::Well
        }
    }

    /// Whether a node is on the other side of a partition.
    pub(super) fn is_apart(&self, node: NodeId) -> bool {
        self.faults.apart.contains(&node)
    }

    /// What the coordinator believes of a node.
    pub(super) fn believed(&self, node: NodeId) -> Health {
        let coordinator = self.cluster.node(COORDINATOR);
        coordinator.map_or(Health::Up, |coordinator| coordinator.health(node))
    }

    /// Whether anything is wrong, believed to be, not yet handed over, compared or heard of.
    /// O(nodes log nodes).
    pub(super) fn is_uneasy(&self) -> bool {
        let (taken, nodes) = self.taken();
        let compares = self.situation.settings.get(Setting::AntiEntropy) == 1;
        let is_wrong = |node: &Node| {
            let id = node.id();
            let is_well = self.condition(id) == Condition::Well;
            let may_differ = compares && self.faults.may_differ(id);
            !is_well || may_differ || node.hints() > 0 || self.believed(id) != Health::Up
        };
        taken < nodes || self.cluster.nodes().any(is_wrong)
    }

    /// Whether these nodes may be named lost: they are down, and no change waits for them.
    pub(super) fn check_lost(&self, nodes: &[NodeId]) -> Result<(), Refused> {
        for &node in nodes {
            let spec = self.ring.node(node).ok_or(Refused::NoSuchNode(node))?;
            if self.cluster.is_up(node) {
                return Err(Refused::Runs(spec.name.clone()));
            }
            if self
                .progress
                .as_ref()
                .is_some_and(|progress| progress.waits_for(node))
            {
                return Err(Refused::IsWaitedFor(spec.name.clone()));
            }
        }
        Ok(())
    }

    fn partition(&mut self, nodes: Vec<NodeId>) -> Result<(), Refused> {
        let apart = nodes.into_iter().map(|node| self.storing(node));
        let apart = apart.collect::<Result<SortedSet<_>, _>>()?;
        let others: Vec<NodeId> = self.cluster.nodes().map(|node| node.id()).collect();
        let others = others.into_iter().filter(|node| !apart.contains(node));
        let ways = others.flat_map(|other| {
            let both_ways = |&node| [(node, other), (other, node)];
            apart.iter().flat_map(both_ways).collect::<Vec<_>>()
        });
        let cut = Trouble::Cuts(ways.collect());
        self.cluster.network_mut().begins(PARTITION, cut);
        let reached = self.faults.apart.difference(&apart);
        self.faults.returned.extend(reached.copied());
        self.faults.apart = apart;
        Ok(())
    }

    fn pause(&mut self, node: NodeId) -> Result<(), Refused> {
        if !self.cluster.is_up(node) {
            return Err(Refused::Crashed(node));
        }
        self.cluster.pause(node);
        Ok(())
    }

    fn resume(&mut self, node: NodeId) {
        if self.cluster.is_paused(node) {
            self.cluster.resume(node);
            self.faults.returned.insert(node);
        }
    }

    fn restart(&mut self, node: NodeId) -> Result<(), Refused> {
        if !self.cluster.is_up(node) {
            let restarted = self.cluster.restart(node);
            restarted.map_err(|error| Refused::CannotRestart(node, error.to_string()))?;
            self.faults.returned.insert(node);
        }
        Ok(())
    }

    fn wipe(&mut self, node: NodeId) {
        self.cluster.wipe(node);
        self.faults.wiped.insert(node);
        self.faults.differing.remove(&node);
    }

    fn heal(&mut self) -> Result<(), Refused> {
        self.cluster.network_mut().heal();
        let apart = std::mem::take(&mut self.faults.apart);
        self.faults.returned.extend(apart);
        let nodes: Vec<NodeId> = self.cluster.nodes().map(|node| node.id()).collect();
        let begin_again = |healed: Result<(), Refused>, node| {
            self.resume(node);
            healed.and(self.restart(node))
        };
        nodes.into_iter().fold(Ok(()), begin_again)
    }

    /// A node to which something may be done: one that stores. The coordinator is where clients
    /// are, and without it nothing could be asked any more.
    fn storing(&self, node: NodeId) -> Result<NodeId, Refused> {
        let is_there = self.cluster.node(node).is_some() && node != COORDINATOR;
        is_there.then_some(node).ok_or(Refused::NoSuchNode(node))
    }
}
