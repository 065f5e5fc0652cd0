//! What an operator does to a world: who belongs to the cluster. It wants, and nodes decide.

use std::sync::Arc;

use ringlab::layout::MembershipChange;
use ringlab::message::{Input, NodeState};
use ringlab::ring::{NodeId, NodeSpec};

use super::{Cluster, Node, Sight};

impl Cluster {
    /// Hands an operator's change to a node. Nodes that join are started first.
    pub fn admin(&mut self, leader: NodeId, change: MembershipChange) {
        for node in &change.add {
            if self.hosts.contains_key(&node.id) {
                continue;
            }
            let joining = self.join(node.id);
            self.hosts.insert(node.id, Box::new(joining));
            self.handle(node.id, Input::Start);
        }
        self.see(|| Sight::Wished(change.clone()));
        self.handle(leader, Input::Admin(Arc::new(change)));
    }

    /// Names a node lost, which is dead for good, and lets another one take its part: under the same
    /// name, if that is wished, and another id. The change does not wait for the lost one; should it
    /// wake, it is out.
    pub fn replace(&mut self, asked: NodeId, lost: NodeId, by: NodeSpec) {
        let change = MembershipChange {
            add: vec![by],
            lost: vec![lost],
            ..MembershipChange::default()
        };
        self.admin(asked, change);
    }

    /// Asks a node that the change under way be withdrawn, without waiting for nodes that are dead
    /// for good. Refused once it is committed.
    pub fn withdraw(&mut self, asked: NodeId, lost: &[NodeId]) {
        self.handle(asked, Input::Withdraw(lost.into()));
    }

    /// Says in the middle of a change that nodes are lost, the one that leads it perhaps: the node
    /// that is asked leads on, forth if the change was committed, or else back.
    pub fn take_over(&mut self, asked: NodeId, lost: &[NodeId]) {
        self.handle(asked, Input::TakeOver(lost.into()));
    }

    /// Forgets the nodes that never learnt a layout, for they were refused, and those that are out
    /// and keep nothing for others.
    pub fn forget_strangers(&mut self) {
        let is_out = |node: &Node| node.state() == NodeState::Removed && node.hints() == 0;
        let up = self.nodes().filter(|node| self.is_up(node.id()));
        let wishes = up.filter_map(Node::waiting_wish);
        let awaited: Vec<NodeId> = wishes
            .flat_map(|wish| &wish.add)
            .map(|node| node.id)
            .collect();
        let is_refused = |node: &Node| node.layout().is_none() && !awaited.contains(&node.id());
        self.forget(|node| is_refused(node) || is_out(node));
    }

    pub(super) fn forget(&mut self, goes: impl Fn(&Node) -> bool) {
        self.hosts.retain(|_, host| !goes(&host.node));
        self.timers.retain(|node| self.hosts.contains_key(&node));
    }
}
