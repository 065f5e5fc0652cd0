//! What may be let go wrong in a world: its network, its nodes' clocks, nodes that stop for a
//! while. Nodes know nothing of it.

use ringlab::ring::NodeId;

use super::{Cluster, Happening, Sight};
use crate::clock::Clock;
use crate::network::Network;
use crate::sabotage::Sabotage;

/// What may wait for a node that is paused; more is lost, as from a full socket.
pub(super) const PAUSED_INPUTS_MAX: usize = 65_536;

impl Cluster {
    /// Its network, to let trouble begin and end there.
    pub const fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }

    /// Its network.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// From now on all that comes for a node waits, its timers and its disk too.
    pub fn pause(&mut self, node: NodeId) {
        if self.hosts.contains_key(&node) {
            self.paused.entry(node).or_insert((self.now, Vec::new()));
        }
    }

    /// A paused node goes on, and all that has come for it comes now, in order.
    pub fn resume(&mut self, node: NodeId) {
        let Some((since, waiting)) = self.paused.remove(&node) else {
            return;
        };
        let away = self.now.since(since);
        self.see(|| Sight::Resumed(node, away));
        for input in waiting {
            self.schedule.push(self.now, Happening::Waited(node, input));
        }
    }

    /// Whether a node's clock is the world's, and always was.
    #[must_use]
    pub fn is_clock_right(&self, node: NodeId) -> bool {
        !self.clocks.contains_key(&node)
    }

    /// Whether a node is paused.
    #[must_use]
    pub fn is_paused(&self, node: NodeId) -> bool {
        self.paused.contains_key(&node)
    }

    /// From now on this mistake is made.
    pub const fn sabotage(&mut self, sabotage: Sabotage) {
        self.sabotage = Some(sabotage);
    }

    /// Changes a node's clock; its timers go by it.
    pub fn set_clock(&mut self, node: NodeId, change: impl FnOnce(&mut Clock)) {
        change(self.clocks.entry(node).or_default());
        for (id, at) in self.timers.of(node) {
            self.set_timer(node, id, at);
        }
    }

    /// A node's clock is the world's again.
    pub fn set_clock_right(&mut self, node: NodeId) {
        if self.clocks.contains_key(&node) {
            self.set_clock(node, |clock| *clock = Clock::default());
            self.clocks.remove(&node);
        }
    }
}
