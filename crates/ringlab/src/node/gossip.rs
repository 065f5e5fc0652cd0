//! A node's part in gossip: whom it watches, and what it believes of them.

use crate::disk::Disk;
use crate::health::{Health, Rumour};
use crate::layout::Layout;
use crate::message::{NodeState, Probe, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;

use super::Node;

impl<D: Disk> Node<D> {
    /// How another node seems to be. A belief of this node, which changes nobody's ownership.
    #[must_use]
    pub fn health(&self, node: NodeId) -> Health {
        self.gossip.health(node)
    }

    /// Watches the nodes of its layout: all that take part in a change, too.
    pub(super) fn watch(&mut self, out: &mut Outbox<'_>) {
        let Some(layout) = self.layout.as_ref().filter(|_| self.settings.gossips) else {
            return;
        };
        let settings = &self.settings.gossip;
        let nodes = self.all_nodes();
        let version = layout.stage().version;
        self.gossip.follow(version, nodes, settings, out);
    }

    pub(super) fn gossip_timer(&mut self, timer: TimerId, out: &mut Outbox<'_>) {
        self.tell_waits();
        let settings = &self.settings.gossip;
        match timer {
            _ if !self.settings.gossips => self.gossip.stop(out),
            TimerId::Probe => self.gossip.probe_late(settings, out),
            _ => self.gossip.period(settings, out),
        }
    }

    pub(super) fn receive_gossip(
        &mut self,
        from: NodeId,
        probe: Probe,
        (version, waits): (u64, bool),
        rumours: Vec<Rumour>,
        out: &mut Outbox<'_>,
    ) {
        if self.state == NodeState::Removed || self.is_behind(from, (version, waits), out) {
            return;
        }
        self.tell_waits();
        self.gossip.receive(from, probe, (version, rumours), out);
    }

    /// Whoever leads the change under way need not be told how it ended.
    fn tell_waits(&mut self) {
        let changes = |layout: &Layout| layout.change().is_some();
        let waits = self.layout.as_ref().is_some_and(changes) && self.leader.is_none();
        self.gossip.tell_waits(waits);
    }
}
