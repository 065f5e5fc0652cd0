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

    /// A change is announced. Where two of one leader lead to one version, its disk has forgotten the
    /// first, which holds; whose disk has forgotten that it leads leads on.
    pub(super) fn told_of_change(
        &mut self,
        from: NodeId,
        change: Arc<Change>,
        out: &mut Outbox<'_>,
    ) {
        if self.has_ended_another(&change) {
            return self.tell_layout(from, out);
        }
        let own = self.layout.as_ref().and_then(Layout::change);
        let is_second = |own: &&Arc<Change>| {
            let is_of = (own.version, own.leader) == (change.version, change.leader);
            is_of && !own.is_same(&change)
        };
        let first = own.filter(is_second).cloned();
        let is_own = change.leader == self.id;
        match first {
            Some(first) if !is_own => {
                return out.send(from, Message::Membership(Membership::Announce(first)));
            }
            Some(_) => self.give_up_second(out),
            None => {}
        }
        self.announced(from, change.clone(), out);
        if is_own && self.leader.is_none() && self.is_led_by(self.id) {
            self.lead_what_was_forgotten(change.version, out);
        }
    }

    /// Whether a change of the same leader has led to the version of this one, and not to what this one
    /// leads to.
    fn has_ended_another(&self, change: &Change) -> bool {
        self.layout.as_ref().is_some_and(|layout| {
            let is_settled = layout.change().is_none() && layout.stage().version == change.version;
            let is_by = layout.ended_by() == Some(change.leader);
            is_settled && is_by && *layout.placement() != change.after
        })
    }

    /// It has planned a change while there was one, which its disk had forgotten. Whoever knows that one
    /// takes no other, so this is not committed: it was never planned.
    fn give_up_second(&mut self, out: &mut Outbox<'_>) {
        let announced = |layout: &&mut Layout| layout.stage().step <= Step::Withdrawn;
        let Some(layout) = self.layout.as_mut().filter(announced) else {
            return;
        };
        let version = layout.stage().version;
        *layout = layout.before();
        self.acknowledged = Some(layout.stage());
        self.lead_no_more(out);
        self.go_back(out);
        // It may have taken cells that it was to gain.
        self.expect_strays(version, out);
    }

    /// Others wait for this node to lead the change to a version on.
    fn lead_what_was_forgotten(&mut self, version: u64, out: &mut Outbox<'_>) {
        let layout = self.layout.as_ref();
        let layout = layout.filter(|layout| layout.stage().version == version);
        let known = layout.and_then(|layout| Some((layout.change()?.clone(), layout.lead()?)));
        if let Some((change, lead)) = known {
            let lead = lead.clone();
            self.lead_on(change, lead, out);
        }
    }

    /// Who leads the change under way gossips as if there were none, or as if another one led it: its
    /// disk has forgotten that. It is told.
    pub(super) fn remind_leader(
        &self,
        node: NodeId,
        (version, waits): (u64, bool),
        out: &mut Outbox<'_>,
    ) {
        let layout = self.layout.as_ref().filter(|_| self.is_led_by(node));
        let Some((layout, change)) = layout.and_then(|layout| Some((layout, layout.change()?)))
        else {
            return;
        };
        let message = match layout.lead() {
            _ if version < change.version => Membership::Announce(change.clone()),
            Some(lead) if waits && version == change.version => Membership::Lead {
                version,
                lead: lead.clone(),
            },
            _ => return,
        };
        out.send(node, Message::Membership(message));
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
            if lead.leader == self.id && self.leader.is_none() {
                return self.lead_what_was_forgotten(version, out);
            }
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
