//! A node's part before the first change that it plans in a life: its disk may have forgotten a change
//! that it led and others know. So it asks everyone, once; a change needs all of them anyway.
//!
//! A log that has lost its last records looks like one that a crash has torn, so a node cannot tell.
//! Were it to plan another change to the same version, who knows the first one would take its steps for
//! those of the second.

use crate::disk::Disk;
use crate::layout::{ChangeError, Layout, MembershipChange, Stage};
use crate::leader::STEP_PATIENCE;
use crate::message::{Membership, Message, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;
use crate::sorted::SortedSet;

use super::Node;
use super::membership::refuse;

/// How often it asks whoever does not answer, before the wish is refused.
const ASKINGS_MAX: u32 = 2;

/// Whether others may know of a change that this life of the node does not.
#[derive(Clone, Debug)]
pub(super) enum Inquiry {
    /// They may.
    Due,
    /// They are asked, for an operator wants something.
    UnderWay(Pending),
    /// They do not.
    Done,
}

/// A wish that waits.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Who was told of it.
    by: NodeId,
    wanted: MembershipChange,
    /// Who has not answered.
    waiting: SortedSet<NodeId>,
    askings: u32,
}

impl<D: Disk> Node<D> {
    /// An operator's wish that waits, for this node began again and asks what others know.
    #[must_use]
    pub const fn waiting_wish(&self) -> Option<&MembershipChange> {
        match &self.inquiry {
            Inquiry::UnderWay(pending) => Some(&pending.wanted),
            Inquiry::Due | Inquiry::Done => None,
        }
    }

    /// Asks everyone who is not lost what they know; then the wish comes again. Another one waits
    /// already, unless it waits for nodes that this one names lost: it is given up for this one.
    pub(super) fn inquire(
        &mut self,
        by: NodeId,
        wanted: &MembershipChange,
        out: &mut Outbox<'_>,
    ) -> Result<(), ChangeError> {
        if let Inquiry::UnderWay(pending) = &self.inquiry {
            let mut waiting = pending.waiting.iter();
            let Some(&lost) = waiting.find(|node| wanted.lost.contains(node)) else {
                let version = self
                    .layout
                    .as_ref()
                    .map_or(0, |layout| layout.stage().version);
                let version = version + 1;
                return Err(ChangeError::UnderWay { version });
            };
            self.give_wish_up(ChangeError::Unheard(lost), out);
        }
        let nodes = self.layout.iter().flat_map(|layout| layout.reads().nodes());
        let others = nodes.map(|node| node.id).filter(|&node| node != self.id);
        let pending = Pending {
            by,
            wanted: wanted.clone(),
            waiting: others.filter(|node| !wanted.lost.contains(node)).collect(),
            askings: 0,
        };
        self.inquiry = Inquiry::UnderWay(pending);
        self.ask_again(out);
        Ok(())
    }

    /// Asks those who have not answered; when all have, it is sure.
    pub(super) fn ask_again(&mut self, out: &mut Outbox<'_>) {
        let life = self.replica.life();
        let Inquiry::UnderWay(pending) = &mut self.inquiry else {
            return;
        };
        let Some(&silent) = pending.waiting.iter().next() else {
            return self.is_sure(out);
        };
        if pending.askings == ASKINGS_MAX {
            return self.give_wish_up(ChangeError::Unheard(silent), out);
        }
        pending.askings += 1;
        for &node in &pending.waiting {
            out.send(node, Message::Membership(Membership::Inquire { life }));
        }
        out.set_timer_patiently(TimerId::Inquiry, STEP_PATIENCE);
    }

    /// A node asks how far this one is.
    pub(super) fn inquired(&self, from: NodeId, life: u64, out: &mut Outbox<'_>) {
        let stage = self.layout.as_ref().map(Layout::stage);
        self.tell_layout(from, out);
        out.send(from, Message::Membership(Membership::Known { life, stage }));
    }

    /// A node tells how far it is, to this life of the node that asked.
    pub(super) fn known(
        &mut self,
        from: NodeId,
        (life, stage): (u64, Option<Stage>),
        out: &mut Outbox<'_>,
    ) {
        if life != self.replica.life() {
            return;
        }
        let own = self.layout.as_ref().map(Layout::stage);
        let Inquiry::UnderWay(pending) = &mut self.inquiry else {
            return;
        };
        if let Some(Stage { version, .. }) = stage.filter(|stage| Some(*stage) > own) {
            return self.give_wish_up(ChangeError::Behind { version }, out);
        }
        if pending.waiting.remove(&from) && pending.waiting.is_empty() {
            self.is_sure(out);
        }
    }

    /// Nobody knows of anything later: the wish is as if it came now.
    fn is_sure(&mut self, out: &mut Outbox<'_>) {
        out.cancel_timer(TimerId::Inquiry);
        if let Inquiry::UnderWay(pending) = std::mem::replace(&mut self.inquiry, Inquiry::Done) {
            self.change_wanted(pending.by, pending.wanted.into(), out);
        }
    }

    fn give_wish_up(&mut self, reason: ChangeError, out: &mut Outbox<'_>) {
        out.cancel_timer(TimerId::Inquiry);
        if let Inquiry::UnderWay(pending) = std::mem::replace(&mut self.inquiry, Inquiry::Due) {
            refuse(pending.by, reason, out);
        }
    }
}
