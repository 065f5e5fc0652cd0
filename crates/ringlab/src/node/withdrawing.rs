//! A node's part in withdrawing a membership change that is not committed: all write by the old
//! owners alone again, then what was gained is let go. And how a change ends for a node that others
//! did not wait for.

use std::sync::Arc;

use crate::disk::Disk;
use crate::journal::Entry;
use crate::layout::{Change, ChangeError, Layout, Lead, Placement, Stage, Step};
use crate::message::{Membership, Message, NodeState};
use crate::outbox::Outbox;
use crate::ring::NodeId;

use super::Node;
use super::membership::refuse;

impl<D: Disk> Node<D> {
    /// An operator wants the change under way withdrawn, without waiting for `lost`; `from` is the
    /// node that was asked.
    pub(super) fn withdrawal_wanted(
        &mut self,
        from: NodeId,
        lost: Arc<[NodeId]>,
        out: &mut Outbox<'_>,
    ) {
        if self.take_wish_back(out) {
            return;
        }
        let lead = self.layout.as_ref().and_then(Layout::lead);
        let leader = lead.map(|lead| lead.leader);
        if let Some(leader) = leader.filter(|&leader| leader != self.id) {
            let wanted = Message::Membership(Membership::WithdrawWanted(lost));
            return self.pass_on(from, leader, wanted, out);
        }
        let mut done = Err(ChangeError::NothingUnderWay);
        if self.is_stranger(from) {
            done = Err(ChangeError::NotInCluster);
        } else {
            self.lead(out, |leader, out| done = leader.withdraw(&lost, out));
        }
        if let Err(reason) = done {
            refuse(from, reason, out);
        }
    }

    /// The change is withdrawn; this node may not have heard of it.
    pub(super) fn told_of_withdrawal(
        &mut self,
        from: NodeId,
        (change, lead): (Arc<Change>, &Lead),
        out: &mut Outbox<'_>,
    ) {
        if self.knows_another(&change) {
            return;
        }
        let version = change.version;
        let stage = |step| Stage { version, step };
        if self.layout.as_ref().map(Layout::stage) < Some(stage(Step::Announced)) {
            self.announced(from, change, out);
        }
        self.heed(version, lead, out);
        self.take_step(from, stage(Step::Withdrawn), out);
    }

    /// It has taken Withdrawn.
    pub(super) fn go_back(&mut self, out: &mut Outbox<'_>) {
        self.transfer = None;
        let was_in = |layout: &Layout| layout.reads().node(self.id).is_some();
        match (self.state, self.layout.as_ref().is_some_and(was_in)) {
            (NodeState::Leaving, true) => self.enter(NodeState::Live, out),
            (NodeState::Joining, false) => self.enter(NodeState::Leaving, out),
            _ => {}
        }
    }

    /// The change under way is over, and this placement is in force: ends it as the others did, who
    /// did not wait for this node. Whether that can be.
    pub(super) fn end_as(&mut self, placement: &Placement, out: &mut Outbox<'_>) -> bool {
        let Some(layout) = &mut self.layout else {
            return false;
        };
        let Some(change) = layout.change().cloned() else {
            return layout.placement() == placement;
        };
        let (was_committed, at) = (change.after == *placement, layout.stage().step);
        let last = match was_committed {
            true if at != Step::Withdrawn => Step::Retired,
            false if change.before == *placement && at <= Step::Withdrawn => Step::Withdrawn,
            _ => return false,
        };
        if at < last {
            layout.take(last);
            self.replica.remember(&Entry::Step(last), out);
        }
        match last {
            Step::Withdrawn => self.go_back(out),
            _ if self.state == NodeState::Joining => self.enter(NodeState::Live, out),
            _ => {}
        }
        self.release(out);
        true
    }
}
