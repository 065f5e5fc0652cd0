//! A node's part when a change goes on without the node that led it, or without others that it
//! waited for: it leads on, or it follows.

use crate::disk::Disk;
use crate::journal::Entry;
use crate::layout::{ChangeError, Layout, Lead, Stage, Step};
use crate::leader::Leader;
use crate::message::{Event, Membership, Message, NodeState, TimerId};
use crate::outbox::Outbox;
use crate::ring::NodeId;

use super::Node;
use super::membership::refuse;

impl<D: Disk> Node<D> {
    /// An operator says that these nodes are lost in the middle of the change under way.
    pub(super) fn take_over(&mut self, lost: &[NodeId], out: &mut Outbox<'_>) {
        let belongs = self.state != NodeState::Removed && !lost.contains(&self.id);
        let layout = self.layout.as_ref().filter(|_| belongs);
        let Some(layout) = layout else {
            return refuse(self.id, ChangeError::NotInCluster, out);
        };
        let (Some(change), Some(known)) = (layout.change().cloned(), layout.lead()) else {
            return refuse(self.id, ChangeError::NothingUnderWay, out);
        };
        let mut lead = Lead {
            term: known.term + 1,
            leader: self.id,
            lost: known.lost.clone(),
        };
        lead.lost.extend(lost);
        out.observe(Event::TookOver {
            version: change.version,
            term: lead.term,
        });
        self.leader = Some(Leader::take_over(change, &lead, out));
    }

    /// A node leads on: it is followed, unless one of a later term is. Whoever knows nothing of the
    /// change, or not any more, says so.
    pub(super) fn follow(&mut self, from: NodeId, version: u64, lead: &Lead, out: &mut Outbox<'_>) {
        let own = self.layout.as_ref().map(Layout::stage);
        let at = |step| Some(Stage { version, step });
        let step = if own >= at(Step::Released) {
            // It is over here; who leads on may not know how it ended.
            self.tell_layout(from, out);
            Some(Step::Released)
        } else if own < at(Step::Announced) {
            None
        } else if self.heed(version, lead, out) {
            own.map(|own| own.step)
        } else {
            return;
        };
        let term = lead.term;
        let follows = Membership::Follows {
            version,
            term,
            step,
        };
        self.replica
            .say_when_stored(from, Message::Membership(follows), out);
    }

    /// Goes by the word of a leader from now on, if it leads the change under way; whether it does.
    pub(super) fn heed(&mut self, version: u64, lead: &Lead, out: &mut Outbox<'_>) -> bool {
        let layout = self.layout.as_mut();
        let Some(layout) = layout.filter(|layout| layout.stage().version == version) else {
            return false;
        };
        if layout.follow(lead) {
            self.replica.remember(&Entry::Lead(lead.clone()), out);
            if lead.leader != self.id {
                self.lead_no_more(out);
            }
            return true;
        }
        layout.lead() == Some(lead)
    }

    /// Another one leads, or there is nothing to lead.
    pub(super) fn lead_no_more(&mut self, out: &mut Outbox<'_>) {
        if self.leader.take().is_some() {
            out.cancel_timer(TimerId::Step);
        }
    }

    /// Whether a node leads the change under way.
    pub(super) fn is_led_by(&self, node: NodeId) -> bool {
        let lead = self.layout.as_ref().and_then(Layout::lead);
        lead.is_some_and(|lead| lead.leader == node)
    }
}
