//! A node's part in gossip: whom it watches, and what it believes of them.

use crate::health::{Health, Rumour};
use crate::layout::Layout;
use crate::message::{NodeState, Probe, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;

use super::Node;

impl Node {
    /// How another node seems to be. A belief of this node, which changes nobody's ownership.
    #[must_use]
    pub fn health(&self, node: NodeId) -> Health {
        self.gossip.health(node)
    }

    /// Watches the nodes of its layout: all that take part in a change, too.
    pub(super) fn watch(&mut self, out: &mut Outbox<'_>) {
        let (Some(settings), Some(layout)) = (&self.settings.gossip, &self.layout) else {
            return;
        };
        let settled = |layout: &Layout| layout.reads().nodes().map(|node| node.id).collect();
        let nodes = layout.change().map(|change| change.nodes());
        let nodes = nodes.unwrap_or_else(|| settled(layout));
        let version = layout.stage().version;
        self.gossip.follow(version, nodes, settings, out);
    }

    pub(super) fn gossip_timer(&mut self, timer: TimerId, out: &mut Outbox<'_>) {
        match (&self.settings.gossip, timer) {
            (None, _) => self.gossip.stop(out),
            (Some(settings), TimerId::Probe) => self.gossip.probe_late(settings, out),
            (Some(settings), _) => self.gossip.period(settings, out),
        }
    }

    pub(super) fn receive_gossip(
        &mut self,
        from: NodeId,
        probe: Probe,
        said: (u64, Vec<Rumour>),
        out: &mut Outbox<'_>,
    ) {
        if self.state != NodeState::Removed {
            self.gossip.receive(from, probe, said, out);
        }
    }
}
