//! Hints: cells that a fallback keeps for replicas that could not be reached, and hands over when
//! they can be (Dynamo, section 4.6). It knows no quorum and no ring.
//!
//! A hint is deleted when its replica has it stored, or when its time is over; handed over twice
//! it changes nothing. A holder that restarts has them still, from its journal. One whose replica
//! does not own its key any more is an orphan: it goes to all who do, and is one hint until each of
//! them has it stored, so that a change of owners makes no more of them than there were.

use std::ops::Bound;
use std::time::Duration;

use crate::journal::KeptHint;
use crate::layout::Stage;
use crate::message::{Event, HintId, Message, TimerId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::settings::HintSettings;
use crate::sorted::{LongMap, SortedMap, SortedSet};
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
    hints: LongMap<Place, Hint>,
    ids: LongMap<HintId, Place>,
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
    /// How old its first write was at `since`.
    age: Duration,
    /// From when on it ages by the clock of this life.
    since: Instant,
    /// Who names writes in it. A fallback forgets what it handed over, so that no later dot of it
    /// may stand for an earlier one: each hint is an actor of its own.
    actor: Actor,
    /// Who were asked last to keep it from now on.
    heirs: SortedSet<NodeId>,
    /// Heirs that keep it, as far as is known.
    kept_by: SortedSet<NodeId>,
    /// Of an orphan: the owners that have it stored.
    stored_by: SortedSet<NodeId>,
}

/// Hints do not age from their restoring until the holder begins: it has no clock in between.
const NOT_YET: Instant = Instant(u64::MAX);

impl Hint {
    fn of(siblings: Siblings, (age, since): (Duration, Instant), actor: Actor) -> Self {
        Self {
            id: HintId(0),
            siblings,
            age,
            since,
            actor,
            heirs: SortedSet::new(),
            kept_by: SortedSet::new(),
            stored_by: SortedSet::new(),
        }
    }

    /// Who has it was told of something else.
    fn tell_again(&mut self) {
        self.heirs.clear();
        self.kept_by.clear();
        self.stored_by.clear();
    }

    /// Whether all who are to keep it do.
    fn is_inherited(&self) -> bool {
        !self.heirs.is_empty() && self.heirs.iter().all(|heir| self.kept_by.contains(heir))
    }

    fn age(&self, now: Instant) -> Duration {
        self.age.saturating_add(now.since(self.since))
    }

    fn kept(&self, now: Instant) -> KeptHint {
        KeptHint {
            age: self.age(now),
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
            hints: LongMap::new(),
            ids: LongMap::new(),
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
    pub(crate) fn restore(&mut self, kept: LongMap<Place, KeptHint>) {
        for (place, KeptHint { age, siblings }) in kept {
            // What the earlier life named and did not sync is lost: this one names anew.
            let actor = self.next_actor();
            self.numbers += 1;
            let id = HintId(self.numbers);
            self.bytes += siblings.bytes();
            self.ids.insert(id, place.clone());
            let hint = Hint::of(siblings, (age, NOT_YET), actor);
            self.hints.insert(place, Hint { id, ..hint });
        }
    }

    /// The holder begins: what was restored ages by this clock from now on, and is handed over
    /// before long. How long the holder was away it does not know: so long a hint lives on.
    pub(crate) fn begin(&mut self, out: &mut Outbox<'_>) {
        for hint in self.hints.values_mut() {
            hint.since = hint.since.min(out.now);
        }
        self.set_timer(out);
    }

    /// A hint as it has to be remembered.
    pub(crate) fn kept(&self, place: &Place, now: Instant) -> Option<KeptHint> {
        self.hints.get(place).map(|hint| hint.kept(now))
    }

    /// All of them.
    pub(crate) fn all(&self, now: Instant) -> impl Iterator<Item = (&Place, KeptHint)> {
        let hints = self.hints.iter();
        hints.map(move |(place, hint)| (place, hint.kept(now)))
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

    /// Keeps a cell in the place of a replica, joined with what is kept of it. `age` tells how
    /// long it has been kept already.
    pub(crate) fn keep(
        &mut self,
        place: &Place,
        siblings: &Siblings,
        age: Duration,
        out: &mut Outbox<'_>,
    ) {
        let actor = self.next_actor();
        let new = || Hint::of(Siblings::default(), (age, out.now), actor);
        let mut hint = self.forget(place).unwrap_or_else(new);
        hint.tell_again();
        // The older of both tells when its time is over.
        (hint.age, hint.since) = (hint.age(out.now).max(age), out.now);
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

    /// A round: drops what is too old and hands some of the rest to those who are to have it and
    /// can take it, its `receivers`. What is not confirmed is sent again when its turn comes. A node
    /// that leaves also names heirs of a hint, who keep it from then on. Returns what is gone.
    pub(crate) fn round(
        &mut self,
        stage: Stage,
        receivers: impl Fn(&Place) -> Vec<NodeId>,
        heirs: impl Fn(&Place) -> Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) -> Vec<Place> {
        self.timer_is_set = false;
        let expired = self.expire(out);
        let mut sent = SortedMap::<NodeId, (u64, u64)>::new();
        let mut last_sent = None;
        let mut asked = Vec::new();
        for (place, hint) in self.behind_last_sent() {
            let lacks = |to: &NodeId| !hint.stored_by.contains(to);
            let receivers = receivers(place).into_iter().filter(lacks);
            let receivers = receivers.map(|to| (to, None));
            let heirs = SortedSet::from_iter(heirs(place));
            let inherit = heirs.iter().filter(|heir| !hint.kept_by.contains(heir));
            let inherit = inherit.map(|&heir| (heir, Some(place.1)));
            for (to, place_of_heir) in receivers.chain(inherit) {
                let (hints, bytes) = sent.entry(to).or_default();
                if *hints >= self.limits.per_round || *bytes >= HINT_BYTES_PER_ROUND_MAX {
                    continue;
                }
                *hints += 1;
                *bytes += hint.siblings.bytes();
                last_sent = Some(place.clone());
                let hand_over = Message::HandOver {
                    hint: hint.id,
                    stage,
                    key: place.0.clone(),
                    siblings: hint.siblings.clone(),
                    place: place_of_heir,
                    age: hint.age(out.now),
                };
                out.send(to, hand_over);
            }
            if heirs != hint.heirs {
                asked.push((place.clone(), heirs));
            }
        }
        self.last_sent = last_sent;
        let mut gone = expired;
        for (place, heirs) in asked {
            if let Some(hint) = self.hints.get_mut(&place) {
                hint.heirs = heirs;
                // Who lacked it is none of them any more.
                if hint.is_inherited() {
                    gone.push(self.is_gone(place, out));
                }
            }
        }
        self.set_timer(out);
        gone
    }

    /// A replica has a hint stored, or the last of its heirs or of the owners of an orphan: it is gone
    /// here, unless more was kept since it was sent. Returns whose and which.
    pub(crate) fn confirmed(
        &mut self,
        (from, hint): (NodeId, HintId),
        owners: impl Fn(&Key) -> Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) -> Option<Place> {
        let place = self.ids.get(&hint)?.clone();
        let hint = self.hints.get_mut(&place)?;
        if hint.heirs.contains(&from) {
            hint.kept_by.insert(from);
        }
        if from != place.1 && !hint.is_inherited() {
            let owners = owners(&place.0);
            if !is_orphan(&place, &owners) || !owners.contains(&from) {
                return None;
            }
            hint.stored_by.insert(from);
            if !owners.iter().all(|owner| hint.stored_by.contains(owner)) {
                return None;
            }
        }
        Some(self.is_gone(place, out))
    }

    /// Owners are others from now on, and an heir may be one of them: who has what, is to be told
    /// again.
    pub(crate) fn forget_owners(&mut self) {
        for hint in self.hints.values_mut() {
            hint.tell_again();
        }
    }

    /// The orphans that their holder owns itself and has not stored.
    pub(crate) fn own_orphans(
        &self,
        owners: impl Fn(&Key) -> Vec<NodeId>,
    ) -> Vec<(HintId, Key, Siblings)> {
        let is_own = |(place, hint): &(&Place, &Hint)| {
            let owners = owners(&place.0);
            let lacks = !hint.stored_by.contains(&self.holder);
            lacks && is_orphan(place, &owners) && owners.contains(&self.holder)
        };
        let own = self.hints.iter().filter(is_own);
        own.map(|(place, hint)| (hint.id, place.0.clone(), hint.siblings.clone()))
            .collect()
    }

    fn is_gone(&mut self, place: Place, out: &mut Outbox<'_>) -> Place {
        self.forget(&place);
        out.observe(Event::HintGone {
            place: place.1,
            hints: self.hints.len() as u64,
        });
        place
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
        let is_old = |hint: &Hint| hint.age(now) >= self.limits.lifetime;
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

/// Whether the replica that something is kept for does not own its key any more. Without owners
/// nobody knows.
pub(crate) fn is_orphan(place: &Place, owners: &[NodeId]) -> bool {
    !owners.is_empty() && !owners.contains(&place.1)
}

#[cfg(test)]
mod tests;
