//! A node's part when others are out of the cluster or behind, or when it is itself: what is
//! refused, who is told, what becomes of one that hears it. It decides on no change.
//!
//! A node that was named lost may be alive. It goes by a layout that is over, so whatever it asks
//! as a coordinator is refused; only what it kept for others is taken. Once the change is settled
//! whoever hears from it tells it the layout in force. If it is not in it, it serves nothing any
//! more, lets go what it had, and hands on what it keeps.

use crate::disk::Disk;
use crate::journal::Entry;
use crate::layout::{Layout, Placement, Stage, Step};
use crate::leader::Leader;
use crate::message::{Event, Membership, Message, NodeState};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::storage::RangeSet;

use super::Node;

impl<D: Disk> Node<D> {
    /// Whether a node takes part in nothing that this one knows of.
    pub(super) fn is_stranger(&self, node: NodeId) -> bool {
        let takes_part = |layout: &Layout| node == self.id || layout.has(node);
        !self.layout.as_ref().is_none_or(takes_part)
    }

    /// Whether what a node asks is for this one: who is out is refused, and who is behind is told.
    pub(super) fn lets_in(
        &mut self,
        from: NodeId,
        message: &Message,
        out: &mut Outbox<'_>,
    ) -> bool {
        let (Some(stage), Some(layout)) = (message.stage(), &self.layout) else {
            return true;
        };
        if stage >= layout.stage() {
            return true;
        }
        let is_two_behind = is_two_behind(stage, layout);
        let is_out = self.is_stranger(from) || is_two_behind;
        if !is_out {
            return true;
        }
        self.tell_layout(from, out);
        match *message {
            Message::HandOver { .. } => return true,
            // What was said to the first holds.
            Message::Write { request, .. } if !self.replica.is_first(from, request) => {}
            Message::Read { request, .. }
            | Message::Write { request, .. }
            | Message::Replicate { request, .. } => {
                out.observe(Event::Fenced { node: from });
                out.send(from, Message::Declined { request });
            }
            _ => {}
        }
        false
    }

    /// Whether who gossips by this layout version is out, so that nobody listens to it. It is told
    /// when it is, or behind: with an earlier version, or waiting for the end of a change that is over
    /// here, whose leader may have forgotten it.
    pub(super) fn is_behind(
        &self,
        from: NodeId,
        (version, waits): (u64, bool),
        out: &mut Outbox<'_>,
    ) -> bool {
        let Some(layout) = &self.layout else {
            return false;
        };
        let is_out = self.is_stranger(from);
        let own = layout.stage().version;
        // Without a layout it waits to be announced, or was wiped.
        let is_behind = version > 0 && (version < own || (is_out || waits) && version == own);
        if is_behind {
            self.tell_layout(from, out);
        }
        is_out && is_behind
    }

    /// Tells the layout in force; nothing while that changes.
    pub(super) fn tell_layout(&self, node: NodeId, out: &mut Outbox<'_>) {
        let settled = |layout: &&Layout| layout.change().is_none();
        if let Some(layout) = self.layout.as_ref().filter(settled) {
            let in_force = Membership::InForce {
                version: layout.stage().version,
                placement: layout.placement().clone(),
                led_by: layout.ended_by(),
            };
            out.send(node, Message::Membership(in_force));
        }
    }

    /// A layout is in force. If that is news, this node is out, or it had no part in changes that
    /// were withdrawn.
    pub(super) fn layout_told(
        &mut self,
        (version, placement): (u64, Placement),
        led_by: Option<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        let step = Step::Released;
        let Some(own) = self.layout.as_ref().map(Layout::stage) else {
            return;
        };
        if own >= (Stage { version, step }) {
            return;
        }
        let leader = self.leader.as_mut();
        if leader.is_some_and(|leader| leader.settled(version, led_by, out)) {
            return;
        }
        let followers = self.leader.as_ref().map(Leader::followers);
        self.lead_no_more(out);
        let is_out = placement.ring.node(self.id).is_none();
        let leaves = is_out && version > own.version;
        if !leaves && self.end_as(&placement, out) {
            self.go_on_as(version, placement, out);
        } else if is_out {
            self.leave(version, placement, out);
        } else {
            self.go_by(version, placement, out);
        }
        // Where nobody gossips they would wait for ever.
        for node in followers.into_iter().flatten() {
            self.tell_layout(node, out);
        }
    }

    fn go_on_as(&mut self, version: u64, placement: Placement, out: &mut Outbox<'_>) {
        let Some(layout) = &mut self.layout else {
            return;
        };
        if version > layout.stage().version {
            layout.goes_on_as(version);
            self.replica
                .remember(&Entry::Layout(version, placement), out);
            self.let_go_of_strays();
            self.watch(out);
        }
    }

    /// It missed a change that could not end without it.
    fn go_by(&mut self, version: u64, placement: Placement, out: &mut Outbox<'_>) {
        self.has_forgotten(&placement, out);
        let step = Step::Released;
        self.acknowledged = Some(Stage { version, step });
        let layout = Layout::settled(version, placement.ring.clone(), placement.sizes);
        self.layout = Some(layout);
        self.replica.renew(version);
        self.replica
            .remember(&Entry::Layout(version, placement), out);
        self.watch(out);
    }

    /// It is out: from now on it only hands on what it keeps for others.
    fn leave(&mut self, version: u64, placement: Placement, out: &mut Outbox<'_>) {
        let step = Step::Released;
        self.lead_no_more(out);
        (self.transfer, self.step) = (None, None);
        self.acknowledged = Some(Stage { version, step });
        self.received = RangeSet::default();
        let layout = Layout::settled(version, placement.ring.clone(), placement.sizes);
        self.layout = Some(layout);
        self.replica
            .remember(&Entry::Layout(version, placement.clone()), out);
        if self.state != NodeState::Removed {
            self.enter(NodeState::Removed, out);
        }
        self.watch(out);
        let owners = |key: &Key| placement.replicas(key.token()).to_vec();
        self.replica.retarget_hints(owners, out);
        let everything = RangeSet::default().complement();
        self.replica.release(&everything, version, None, out);
    }
}

/// Whether whoever is at this stage has missed a step that all others took: what it asks now goes by
/// a layout that is not safe any more. Where nobody is lost requests of two neighbouring steps at
/// most are in flight.
fn is_two_behind(stage: Stage, layout: &Layout) -> bool {
    let own = layout.stage();
    let version = own.version;
    let at = |step| Stage { version, step };
    let (settled, _) = layout.settled_in();
    let settles = matches!(stage.step, Step::Withdrawn | Step::Retired | Step::Released);
    match own.step {
        // Whoever has not heard of this change goes by what was settled before.
        Step::Announced | Step::Withdrawn => {
            stage < at(Step::Announced) && !(settles && stage.version >= settled)
        }
        Step::Committed => stage < at(Step::Announced),
        Step::Retired => stage < at(Step::Committed),
        Step::Released => stage < at(Step::Retired) && stage != at(Step::Withdrawn),
    }
}
