//! A node's part before the first change that it plans in a life: its disk may have forgotten a change
//! that it led and others know. So it asks everyone; a change needs all of them anyway.
//!
//! A log that has lost its last records looks like one that a crash has torn, so a node cannot tell.
//! Were it to plan another change to the same version, who knows the first one would take its steps for
//! those of the second.

use std::sync::Arc;

use crate::disk::Disk;
use crate::layout::{ChangeError, Layout, MembershipChange, Stage, Step};
use crate::leader::STEP_PATIENCE;
use crate::message::{Membership, Message, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;
use crate::settings::SettingsChange;
use crate::sorted::SortedSet;

use super::Node;
use super::membership::refuse;

/// How often it asks whoever does not answer, before the wish is refused.
const ASKINGS_MAX: u32 = 2;

/// Whether a node has asked the others what they know, in this life.
#[derive(Clone, Debug)]
pub(super) enum Inquiry {
    /// It has not, and does before it plans a change.
    Due,
    /// It does, for an operator wants something.
    UnderWay(Pending),
    /// It has: they know of no change of which it does not.
    Done,
}

/// What an operator wants.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    Membership(Arc<MembershipChange>),
    /// N, R, W or the spread, perhaps with other settings.
    Settings(SettingsChange),
}

/// A wish that waits.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    wish: Wish,
    /// Whom the operator asked.
    asked: NodeId,
    /// In which life the others are asked; who learns of a layout it has forgotten begins another.
    life: u64,
    /// The version in force when the others were asked.
    version: u64,
    /// Who has not answered.
    waiting: SortedSet<NodeId>,
    askings: u32,
}

impl Wish {
    fn lost(&self) -> &[NodeId] {
        match self {
            Self::Membership(wanted) => &wanted.lost,
            Self::Settings(_) => &[],
        }
    }
}

impl<D: Disk> Node<D> {
    /// An operator's wish for other nodes that waits, for this node began again and asks what others
    /// know.
    #[must_use]
    pub fn waiting_wish(&self) -> Option<&MembershipChange> {
        match &self.inquiry {
            Inquiry::UnderWay(Pending {
                wish: Wish::Membership(wanted),
                ..
            }) => Some(wanted),
            _ => None,
        }
    }

    /// Asks everyone who is not lost how far they are; then the wish comes again. One waits at a time;
    /// one that names nodes lost for which another waits takes its place.
    pub(super) fn inquire(
        &mut self,
        asked: NodeId,
        wish: Wish,
        out: &mut Outbox<'_>,
    ) -> Result<(), ChangeError> {
        if let Inquiry::UnderWay(pending) = &self.inquiry
            && !wish
                .lost()
                .iter()
                .any(|lost| pending.waiting.contains(lost))
        {
            return Err(ChangeError::AnotherWaits);
        }
        self.take_wish_back(out);
        let layout = self.layout.as_ref().ok_or(ChangeError::NotInCluster)?;
        let others = layout.reads().nodes().map(|node| node.id);
        let others = others.filter(|node| *node != self.id && !wish.lost().contains(node));
        let pending = Pending {
            asked,
            life: self.replica.life(),
            version: layout.stage().version,
            waiting: others.collect(),
            askings: 0,
            wish,
        };
        self.inquiry = Inquiry::UnderWay(pending);
        self.ask_silent(out);
        Ok(())
    }

    /// The wish that waits is not wanted any more; whether one waited.
    pub(super) fn take_wish_back(&mut self, out: &mut Outbox<'_>) -> bool {
        let Some(pending) = self.stop_asking(out) else {
            return false;
        };
        refuse(pending.asked, ChangeError::TakenBack, out);
        true
    }

    fn stop_asking(&mut self, out: &mut Outbox<'_>) -> Option<Pending> {
        match std::mem::replace(&mut self.inquiry, Inquiry::Due) {
            Inquiry::UnderWay(pending) => {
                out.cancel_timer(TimerId::Inquiry);
                Some(pending)
            }
            other => {
                self.inquiry = other;
                None
            }
        }
    }

    /// Asks those who have not answered, or have not been asked.
    pub(super) fn ask_silent(&mut self, out: &mut Outbox<'_>) {
        let (Inquiry::UnderWay(pending), Some(layout)) = (&mut self.inquiry, &self.layout) else {
            return;
        };
        let Some(&silent) = pending.waiting.iter().next() else {
            return self.end_inquiry(Ok(()), out);
        };
        if pending.askings == ASKINGS_MAX {
            return self.end_inquiry(Err(ChangeError::Unheard(silent)), out);
        }
        pending.askings += 1;
        let (life, stage) = (pending.life, layout.stage());
        for &node in &pending.waiting {
            let inquire = Membership::Inquire { life, stage };
            out.send(node, Message::Membership(inquire));
        }
        out.set_timer_patiently(TimerId::Inquiry, STEP_PATIENCE);
    }

    /// A node that is so far asks how far this one is.
    pub(super) fn inquired(&self, from: NodeId, (life, its): (u64, Stage), out: &mut Outbox<'_>) {
        let stage = self.layout.as_ref().map(Layout::stage);
        if stage > Some(its) {
            self.tell_layout(from, out);
        }
        out.send(from, Message::Membership(Membership::Known { life, stage }));
    }

    /// A node tells how far it is, to the life of this node that asked. What is in force there is told,
    /// too, so it is asked again when that has come.
    pub(super) fn known(
        &mut self,
        from: NodeId,
        (life, stage): (u64, Option<Stage>),
        out: &mut Outbox<'_>,
    ) {
        let own = self.layout.as_ref().map(Layout::stage);
        let Inquiry::UnderWay(pending) = &mut self.inquiry else {
            return;
        };
        if life != pending.life {
            return;
        }
        match stage.filter(|stage| Some(*stage) > own) {
            Some(Stage {
                step: Step::Released,
                ..
            }) => {}
            Some(Stage { version, .. }) => {
                let known_by = from;
                self.end_inquiry(Err(ChangeError::Behind { version, known_by }), out);
            }
            None => {
                if pending.waiting.remove(&from) && pending.waiting.is_empty() {
                    self.end_inquiry(Ok(()), out);
                }
            }
        }
    }

    /// The wish is as if it came now, or refused. Where another layout came into force meanwhile, others
    /// are asked anew.
    fn end_inquiry(&mut self, told: Result<(), ChangeError>, out: &mut Outbox<'_>) {
        let Some(pending) = self.stop_asking(out) else {
            return;
        };
        let version = self.layout.as_ref().map(|layout| layout.stage().version);
        if version == Some(pending.version) {
            match told {
                Err(reason) => return refuse(pending.asked, reason, out),
                Ok(()) => self.inquiry = Inquiry::Done,
            }
        }
        let all_told = pending.wish.lost().is_empty();
        match pending.wish {
            Wish::Membership(wanted) => self.change_wanted(pending.asked, wanted, out),
            Wish::Settings(wanted) => self.settings_wanted(pending.asked, wanted, out),
        }
        if !all_told && self.leader.is_none() && matches!(self.inquiry, Inquiry::Done) {
            // The lost were not asked, and still belong.
            self.inquiry = Inquiry::Due;
        }
    }
}
