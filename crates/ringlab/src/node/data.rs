//! A node's part as a replica and as a fallback: what it reads, stores and hands over.

use std::sync::Arc;

use crate::coordinator::fallbacks;
use crate::disk::Disk;
use crate::handoff::{Place, is_orphan};
use crate::health::Health;
use crate::journal::Entry;
use crate::layout::{Change, Layout, Stage, Step};
use crate::message::{Event, HintId, Membership, Message, NodeState, RequestId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::replica::NewVersion;
use crate::ring::NodeId;

use super::Node;

impl<D: Disk> Node<D> {
    /// What another node asks of this one as the replica of a key, or in a replica's place.
    pub(super) fn receive_as_replica(
        &mut self,
        from: NodeId,
        message: Message,
        out: &mut Outbox<'_>,
    ) {
        if !self.lets_in(from, &message, out) {
            return;
        }
        match message {
            Message::Repair {
                stage,
                key,
                siblings,
            } if self.takes(&key, None, stage) => {
                self.note_stray(&key, None, stage, out);
                self.replica.repair([(key, siblings)].into(), None, out);
            }
            Message::HandOver {
                hint,
                stage,
                key,
                siblings,
                place,
                age,
            } if self.takes(&key, place, stage) && self.is_heir_of(&key, place) => {
                self.note_stray(&key, place, stage, out);
                let (cell, kept) = ((&key, place), (&siblings, age));
                self.replica.handed_over((from, hint), cell, kept, out);
            }
            Message::HandedOver { hint } => self.handed_over(from, hint, out),
            // A repair that is not taken is of no use; a hint that is not stays with its holder.
            Message::Repair { .. } | Message::HandOver { .. } => {}
            asked => self.asked_as_replica(from, asked, out),
        }
    }

    /// What a coordinator asks; it is told when it is to ask another one.
    fn asked_as_replica(&mut self, from: NodeId, message: Message, out: &mut Outbox<'_>) {
        match message {
            Message::Read {
                request,
                stage,
                key,
                place,
            } => {
                if self.answers_for(&key, place, stage) && self.speaks_for(&key, place) {
                    self.replica.read(from, request, (&key, place), out);
                } else {
                    out.send(from, Message::Declined { request });
                }
            }
            Message::Write {
                request,
                stage,
                key,
                context,
                value,
                merge,
                place,
                life,
            } => {
                let write = NewVersion {
                    context,
                    value,
                    merge,
                };
                let asked = (from, request, life);
                self.write_asked(asked, (&key, place, stage), write, out);
            }
            Message::Replicate {
                request,
                stage,
                key,
                siblings,
                place,
            } => {
                if self.takes(&key, place, stage) {
                    self.note_stray(&key, place, stage, out);
                    let cell = (&key, place);
                    self.replica.replicate(from, request, cell, &siblings, out);
                } else {
                    out.send(from, Message::Declined { request });
                }
            }
            // All else is for the coordinator or the layout.
            _ => {}
        }
    }

    /// What it kept for others another node has.
    fn handed_over(&mut self, from: NodeId, hint: HintId, out: &mut Outbox<'_>) {
        let layout = self.layout.as_ref();
        let owners = |key: &Key| layout.map_or_else(Vec::new, |layout| settled(layout, key));
        self.replica.hint_confirmed((from, hint), owners, out);
    }

    /// A coordinator asks it, in the life that is meant, to name a version.
    fn write_asked(
        &mut self,
        (from, request, life): (NodeId, RequestId, u64),
        (key, place, stage): (&Key, Option<NodeId>, Stage),
        write: NewVersion,
        out: &mut Outbox<'_>,
    ) {
        let own = self.replica.life();
        if life != own {
            out.send(from, Message::OtherLife { request, life: own });
        } else if !self.replica.is_first(from, request) {
            // What was said to the first holds.
        } else if self.takes(key, place, stage) && self.speaks_for(key, place) {
            self.note_stray(key, place, stage, out);
            self.replica.write(from, request, (key, place), write, out);
        } else {
            out.send(from, Message::Declined { request });
        }
    }

    /// Whether a replica's message is for this node. A sender in a later stage knows better, for
    /// ranges are let go only when no request of an earlier stage is left; what an earlier one
    /// sends late, when the node does not own the key any more, is of no use to anyone.
    fn serves(&self, key: &Key, stage: Stage) -> bool {
        let serves =
            |layout: &Layout| stage > layout.stage() || layout.serves(self.id, key.token());
        self.state != NodeState::Removed && self.layout.as_ref().is_none_or(serves)
    }

    /// Whether what it is handed of a key stays with the key's owners: an old owner in a change may
    /// have given its copies before.
    fn is_heir_of(&self, key: &Key, place: Option<NodeId>) -> bool {
        let Some(layout) = self.layout.as_ref().filter(|_| place.is_none()) else {
            return true;
        };
        let stays = |change: &Arc<Change>| change.after.replicas(key.token()).contains(&self.id);
        layout.stage().step == Step::Withdrawn || layout.change().is_none_or(stays)
    }

    /// Whether it answers for a key: as its replica, or as a fallback that stays.
    fn answers_for(&self, key: &Key, place: Option<NodeId>, stage: Stage) -> bool {
        match place {
            Some(_) => self.state == NodeState::Live,
            None => self.serves(key, stage),
        }
    }

    /// Whether what it has of a key is all that it should have. A node without a layout has none of
    /// the keys that are read: it joins, or it was wiped.
    fn speaks_for(&self, key: &Key, place: Option<NodeId>) -> bool {
        self.layout.is_some() && (place.is_some() || self.replica.speaks_for(key.token()))
    }

    /// Whether it takes a write of a key, too.
    fn takes(&self, key: &Key, place: Option<NodeId>, stage: Stage) -> bool {
        self.answers_for(key, place, stage) && self.replica.has_room(place)
    }

    /// It takes a write. A sender that is ahead may know of a change by which the key becomes its own;
    /// whether that comes about, nobody can say.
    fn note_stray(&mut self, key: &Key, place: Option<NodeId>, stage: Stage, out: &mut Outbox<'_>) {
        let layout = self.layout.as_ref();
        let is_ahead = layout.is_none_or(|layout| stage > layout.stage());
        if place.is_some() || !is_ahead || self.strays_of >= Some(stage.version) {
            return;
        }
        let owns = |layout: &Layout| layout.serves(self.id, key.token());
        if !layout.is_some_and(owns) {
            self.strays_of = Some(stage.version);
            self.replica.remember(&Entry::Strays(stage.version), out);
        }
    }

    pub(super) fn hand_over(&mut self, out: &mut Outbox<'_>) {
        let Some(layout) = &self.layout else {
            return;
        };
        let owners = |key: &Key| settled(layout, key);
        self.replica.take_own_orphans(owners, out);
        let own = self.id;
        let is_down = |node| self.gossip.health(node) == Health::Down;
        // What an old owner takes in a change, new owners may have been copied without.
        let may_take = |key: &Key, node: NodeId| {
            let owners = |change: &Change| change.after.replicas(key.token());
            let stays = |change: &Arc<Change>| owners(change).contains(&node);
            !is_down(node) && layout.change().is_none_or(stays)
        };
        let receivers = |place: &Place| {
            let mut receivers = owners(&place.0);
            if !is_orphan(place, &receivers) {
                receivers = vec![place.1];
            }
            receivers.retain(|&node| node != own && may_take(&place.0, node));
            receivers
        };
        let heirs = |(key, place): &Place| match self.state {
            NodeState::Leaving => {
                heirs(layout, (key, *place), |node| node != own && !is_down(node))
            }
            _ => Vec::new(),
        };
        let stage = layout.stage();
        self.replica.hand_over(stage, receivers, heirs, out);
    }

    /// The disk's turn has come: what was written is synced, and acknowledged.
    pub(super) fn sync(&mut self, out: &mut Outbox<'_>) {
        let Some(said) = self.replica.sync(out) else {
            return;
        };
        for (to, message) in said {
            match &message {
                Message::Written { request, .. } | Message::Replicated { request } => {
                    out.observe(Event::Stored { request: *request });
                }
                Message::Membership(Membership::Taken(stage)) => self.released(*stage, out),
                _ => {}
            }
            out.send(to, message);
        }
        if self.replica.journal_is_long() {
            let entries = self.entries(out.now);
            self.replica.renew_journal(&entries);
        }
    }
}

/// Who owns a key; nobody can tell while a change is under way.
fn settled(layout: &Layout, key: &Key) -> Vec<NodeId> {
    match layout.change() {
        Some(_) => Vec::new(),
        None => layout.placement().replicas(key.token()).to_vec(),
    }
}

/// Who keep a hint from now on, of those that can: a node that owns its key neither now nor after the
/// change. Where there is none, all owners but its own: one of them may have stored the write before,
/// and would be counted twice.
fn heirs(
    layout: &Layout,
    (key, place): (&Key, NodeId),
    can: impl Fn(NodeId) -> bool,
) -> Vec<NodeId> {
    let stays = |node| {
        let after = |change: &Arc<Change>| change.after.ring.node(node).is_some();
        layout.change().is_none_or(after)
    };
    let mut able = fallbacks(layout, key);
    able.retain(|&node| node != place && stays(node) && can(node));
    match able.iter().find(|&&node| !layout.serves(node, key.token())) {
        Some(&other) => vec![other],
        None => able,
    }
}
