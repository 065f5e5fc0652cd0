//! Hints: cells that a fallback keeps for replicas that could not be reached, and hands over when
//! they can be (Dynamo, section 4.6). It knows no quorum and no ring.
//!
//! A hint is deleted when its replica has it stored, or when its time is over; handed over twice
//! it changes nothing. A holder that restarts has them still, from its journal.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::journal::KeptHint;
use crate::layout::Stage;
use crate::message::{Event, HintId, Message, TimerId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::settings::HintSettings;
use crate::sorted::SortedMap;
use crate::time::Instant;
use crate::version::{Actor, SINCE_OF_HINT, Siblings};

/// Bytes of values in the hints that one holder hands to one replica in one round, but for one
/// hint that is larger.
pub const HINT_BYTES_PER_ROUND_MAX: u64 = 4 << 20;

/// What is kept of a key in whose place.
pub(crate) type Place = (Key, NodeId);

/// The hints of one node.
#[derive(Clone, Debug)]
pub(crate) struct Hints {
    holder: NodeId,
    /// How many it keeps, and for how long.
    limits: HintSettings,
    hints: BTreeMap<Place, Hint>,
    ids: BTreeMap<HintId, Place>,
    bytes: u64,
    /// Hints made so far, and how often one was added to.
    numbers: u64,
    /// Where the last round ended: the next one goes on behind it.
    last_sent: Option<Place>,
    timer_is_set: bool,
}

#[derive(Clone, Debug)]
struct Hint {
    /// Another one whenever more is kept.
    id: HintId,
    siblings: Siblings,
    /// When the first write of it came.
    since: Instant,
    /// Who names writes in it. A fallback forgets what it handed over, so that no later dot of it
    /// may stand for an earlier one: each hint is an actor of its own.
    actor: Actor,
}

impl Hint {
    fn kept(&self) -> KeptHint {
        KeptHint {
            since: self.since,
            siblings: self.siblings.clone(),
        }
    }
}

impl Hints {
    /// None yet, in a life of the holder.
    pub(crate) const fn new(holder: NodeId, life: u64) -> Self {
        Self {
            holder,
            limits: HintSettings::DEFAULT,
            hints: BTreeMap::new(),
            ids: BTreeMap::new(),
            bytes: 0,
            // No number of an earlier life comes again.
            numbers: life << 32,
            last_sent: None,
            timer_is_set: false,
        }
    }

    /// The holder's disk was wiped: no number of an earlier life comes again.
    pub(crate) fn begin_life(&mut self, life: u64) {
        self.numbers = self.numbers.max(life << 32);
    }

    /// From now on it keeps to these limits; what is above them already stays.
    pub(crate) const fn limit(&mut self, limits: HintSettings) {
        self.limits = limits;
    }

    /// Takes back what an earlier life of the holder kept.
    pub(crate) fn restore(&mut self, kept: BTreeMap<Place, KeptHint>) {
        for (place, KeptHint { since, siblings }) in kept {
            // What the earlier life named and did not sync is lost: this one names anew.
            let actor = self.next_actor();
            self.numbers += 1;
            let id = HintId(self.numbers);
            self.bytes += siblings.bytes();
            self.ids.insert(id, place.clone());
            let hint = Hint {
                id,
                siblings,
                since,
                actor,
            };
            self.hints.insert(place, hint);
        }
    }

    /// A hint as it has to be remembered.
    pub(crate) fn kept(&self, place: &Place) -> Option<KeptHint> {
        self.hints.get(place).map(Hint::kept)
    }

    /// All of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Place, KeptHint)> {
        self.hints.iter().map(|(place, hint)| (place, hint.kept()))
    }

    /// How many it keeps.
    pub(crate) fn len(&self) -> usize {
        self.hints.len()
    }

    /// Whether it takes another one.
    pub(crate) fn has_room(&self) -> bool {
        (self.hints.len() as u64) < self.limits.count_max && self.bytes < self.limits.bytes_max
    }

    /// What it keeps of a key in the place of a replica, and who names writes there.
    pub(crate) fn cell(&self, key: &Key, place: NodeId) -> (Siblings, Actor) {
        match self.hints.get(&(key.clone(), place)) {
            Some(hint) => (hint.siblings.clone(), hint.actor),
            None => (Siblings::default(), self.next_actor()),
        }
    }

    /// All that it keeps of a key, in whosever place.
    pub(crate) fn known(&self, key: &Key) -> Siblings {
        let (first, last) = (NodeId(0), NodeId(u32::MAX));
        let hints = self.hints.range((key.clone(), first)..=(key.clone(), last));
        let mut known = Siblings::default();
        for (_, hint) in hints {
            known.join(&hint.siblings);
        }
        known
    }

    /// Keeps a cell in the place of a replica, joined with what is kept of it. `since` tells when
    /// its first write came.
    pub(crate) fn keep(
        &mut self,
        place: &Place,
        siblings: &Siblings,
        since: Instant,
        out: &mut Outbox<'_>,
    ) {
        let mut hint = self.forget(place).unwrap_or(Hint {
            id: HintId(0),
            siblings: Siblings::default(),
            since,
            actor: self.next_actor(),
        });
        self.numbers += 1;
        hint.id = HintId(self.numbers);
        hint.siblings.join(siblings);
        self.bytes += hint.siblings.bytes();
        self.ids.insert(hint.id, place.clone());
        self.hints.insert(place.clone(), hint);
        out.observe(Event::HintKept {
            place: place.1,
            hints: self.hints.len() as u64,
        });
        self.set_timer(out);
    }

    /// A round: drops what is too old and hands some of the rest to replicas that `may_take` it.
    /// What is not confirmed is sent again when its turn comes. A node that leaves also names an
    /// heir for a hint, who keeps it from then on. Returns what was dropped.
    pub(crate) fn round(
        &mut self,
        stage: Stage,
        may_take: impl Fn(&Place) -> bool,
        heir: impl Fn(&Place) -> Option<NodeId>,
        out: &mut Outbox<'_>,
    ) -> Vec<Place> {
        self.timer_is_set = false;
        let expired = self.expire(out);
        let mut sent = SortedMap::<NodeId, (u64, u64)>::new();
        let mut last_sent = None;
        for (place, hint) in self.behind_last_sent() {
            let (hints, bytes) = sent.entry(place.1).or_default();
            if *hints >= self.limits.per_round || *bytes >= HINT_BYTES_PER_ROUND_MAX {
                continue;
            }
            let replica = may_take(place).then_some((place.1, None));
            let heir = heir(place).map(|heir| (heir, Some(place.1)));
            for (to, place_of_heir) in [replica, heir].into_iter().flatten() {
                *hints += 1;
                *bytes += hint.siblings.bytes();
                last_sent = Some(place.clone());
                let hand_over = Message::HandOver {
                    hint: hint.id,
                    stage,
                    key: place.0.clone(),
                    siblings: hint.siblings.clone(),
                    place: place_of_heir,
                };
                out.send(to, hand_over);
            }
        }
        self.last_sent = last_sent;
        self.set_timer(out);
        expired
    }

    /// A replica or an heir has a hint stored: it is gone here, unless more was kept since it was
    /// sent. Returns whose and which.
    pub(crate) fn confirmed(&mut self, hint: HintId, out: &mut Outbox<'_>) -> Option<Place> {
        let place = self.ids.get(&hint)?.clone();
        self.forget(&place);
        out.observe(Event::HintGone {
            place: place.1,
            hints: self.hints.len() as u64,
        });
        Some(place)
    }

    /// Takes out the hints whose replica does not own their key any more: what they are, since
    /// when, and who does. Without owners a hint stays.
    pub(crate) fn take_orphans(
        &mut self,
        owners: impl Fn(&Key) -> Vec<NodeId>,
    ) -> Vec<(Place, Siblings, Instant, Vec<NodeId>)> {
        let with_owners = self.hints.keys().map(|place| (place, owners(&place.0)));
        let orphans = with_owners
            .filter(|(place, owners)| !owners.is_empty() && !owners.contains(&place.1))
            .map(|(place, owners)| (place.clone(), owners));
        let orphans: Vec<(Place, Vec<NodeId>)> = orphans.collect();
        let taken = orphans.into_iter().filter_map(|(place, owners)| {
            let hint = self.forget(&place)?;
            Some((place, hint.siblings, hint.since, owners))
        });
        taken.collect()
    }

    /// All hints once, from behind the last that was sent.
    fn behind_last_sent(&self) -> impl Iterator<Item = (&Place, &Hint)> {
        let after = match &self.last_sent {
            Some(place) => Bound::Excluded(place),
            None => Bound::Unbounded,
        };
        let behind = self.hints.range((after, Bound::Unbounded));
        let before = match &self.last_sent {
            Some(place) => self.hints.range(..=place),
            None => self.hints.range(..),
        };
        let none_before = usize::from(self.last_sent.is_some()) * self.hints.len();
        behind.chain(before.take(none_before))
    }

    fn expire(&mut self, out: &mut Outbox<'_>) -> Vec<Place> {
        let now = out.now;
        let is_old = |hint: &Hint| hint.since + self.limits.lifetime <= now;
        let old = self.hints.iter().filter(|(_, hint)| is_old(hint));
        let old: Vec<Place> = old.map(|(place, _)| place.clone()).collect();
        for place in &old {
            self.forget(place);
        }
        if !old.is_empty() {
            out.observe(Event::HintsExpired {
                expired: old.len() as u64,
            });
        }
        old
    }

    fn forget(&mut self, place: &Place) -> Option<Hint> {
        let hint = self.hints.remove(place)?;
        self.bytes -= hint.siblings.bytes();
        self.ids.remove(&hint.id);
        Some(hint)
    }

    fn next_actor(&self) -> Actor {
        Actor {
            node: self.holder,
            since: SINCE_OF_HINT | (self.numbers + 1),
        }
    }

    /// The interval is another one: the next round does not wait for the old one to end.
    pub(crate) fn reset_timer(&mut self, out: &mut Outbox<'_>) {
        self.timer_is_set = false;
        self.set_timer(out);
    }

    /// Hands them over before long, if there are any.
    pub(crate) fn set_timer(&mut self, out: &mut Outbox<'_>) {
        if !self.timer_is_set && !self.hints.is_empty() {
            self.timer_is_set = true;
            out.set_timer_patiently(TimerId::Hints, self.limits.interval);
        }
    }
}

#[cfg(test)]
mod tests;
