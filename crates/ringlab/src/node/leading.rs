//! A node's part when a change goes on without the node that led it, or without others that it
//! waited for: it leads on, or it follows.

use std::sync::Arc;

use crate::disk::Disk;
use crate::journal::Entry;
use crate::layout::{Change, ChangeError, Layout, Lead, Stage, Step};
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
        let mut lead = known.clone();
        lead.lost.extend(lost);
        self.lead_on(change, lead, out);
    }

    /// Leads on in the term after this one.
    fn lead_on(&mut self, change: Arc<Change>, before: Lead, out: &mut Outbox<'_>) {
        let mut lead = Lead {
            term: before.term + 1,
            leader: self.id,
            lost: before.lost,
        };
        lead.lost.remove(&self.id);
        out.observe(Event::TookOver {
            version: change.version,
            term: lead.term,
        });
        self.leader = Some(Leader::take_over(change, &lead, out));
    }

    /// A node leads on: it is followed, unless one of a later term is, of whom it is told. Whoever
    /// knows nothing of the change, or not any more, says so.
    pub(super) fn follow(&mut self, from: NodeId, version: u64, lead: &Lead, out: &mut Outbox<'_>) {
        let own = self.layout.as_ref().map(Layout::stage);
        let at = |step| Some(Stage { version, step });
        let step = if own >= at(Step::Released) {
            // It is over here, and with that there is nothing to lead.
            return self.tell_layout(from, out);
        } else if own < at(Step::Announced) {
            None
        } else if from != lead.leader && self.leads_instead_of(lead) {
            return self.outdo(lead, out);
        } else if self.heed(version, lead, out) {
            own.map(|own| own.step)
        } else {
            return self.tell_lead(from, version, lead, out);
        };
        let term = lead.term;
        let follows = Membership::Follows {
            version,
            term,
            step,
        };
        self.replica
            .say_when_stored(lead.leader, Message::Membership(follows), out);
    }

    /// Whether this node leads on instead of the one that others follow: that one is among the lost,
    /// or is this node in a term that its disk has forgotten.
    fn leads_instead_of(&self, rival: &Lead) -> bool {
        let own = self.layout.as_ref().and_then(Layout::lead);
        let leads = own.filter(|own| own.leader == self.id && self.leader.is_some());
        let gives_up = |own: &Lead| rival.leader == self.id || own.lost.contains(&rival.leader);
        leads.is_some_and(|own| rival.rank() > own.rank() && gives_up(own))
    }

    /// Leads on in a later term than the one that others follow.
    fn outdo(&mut self, rival: &Lead, out: &mut Outbox<'_>) {
        let layout = self.layout.as_ref();
        let known = layout.and_then(|layout| Some((layout.change()?.clone(), layout.lead()?)));
        if let Some((change, own)) = known {
            let mut before = rival.clone();
            before.lost.extend(own.lost.iter().copied());
            self.lead_on(change, before, out);
        }
    }

    /// Tells a node of a later leader than this one, once that is on the disk: it may be this node,
    /// and forget it.
    fn tell_lead(&mut self, node: NodeId, version: u64, lead: &Lead, out: &mut Outbox<'_>) {
        let known = self.layout.as_ref().and_then(Layout::lead);
        if let Some(known) = known.filter(|known| known.rank() > lead.rank()) {
            let lead = known.clone();
            let message = Message::Membership(Membership::Lead { version, lead });
            self.replica.say_when_stored(node, message, out);
        }
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
