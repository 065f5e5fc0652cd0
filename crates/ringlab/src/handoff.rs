//! Hints: cells that a fallback keeps for replicas that could not be reached, and hands over when
//! they can be (Dynamo, section 4.6). It knows no quorum and no ring.
//!
//! A hint is deleted when its replica has it stored, or when its time is over; handed over twice
//! it changes nothing. Who it is for is decided by the layout in force: when that replica does not
//! own the key any more, the hint goes to those that do.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::layout::Stage;
use crate::message::{Event, HintId, Message, TimerId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::time::Instant;
use crate::version::Siblings;

/// Hints that a node keeps at most, of all replicas; it declines more.
pub const HINTS_MAX: usize = 65_536;
/// Bytes of values in them at most.
pub const HINT_BYTES_MAX: u64 = 256 << 20;
/// Hints that are handed to one replica in one round: at most so many are on their way to it.
pub const HINTS_PER_ROUND_MAX: usize = 128;
/// From one round to the next.
pub const HINT_INTERVAL: Duration = Duration::from_secs(1);
/// How long a hint is kept: Cassandra's `max_hint_window`.
pub const HINT_LIFETIME: Duration = Duration::from_secs(3 * 60 * 60);

/// The hints of one node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hints {
    hints: BTreeMap<(NodeId, Key), Hint>,
    bytes: u64,
    /// On their way.
    sent: BTreeMap<HintId, Sent>,
    numbers: u64,
    timer_is_set: bool,
}

#[derive(Clone, Debug)]
struct Hint {
    siblings: Siblings,
    /// When the first write of it came.
    since: Instant,
}

#[derive(Clone, Debug)]
struct Sent {
    hint: (NodeId, Key),
    siblings: Siblings,
    /// The replica, or the node that keeps the hint from now on.
    to: NodeId,
}

impl Hints {
    /// How many it keeps.
    pub(crate) fn len(&self) -> usize {
        self.hints.len()
    }

    /// Whether it takes another one.
    pub(crate) fn has_room(&self) -> bool {
        self.hints.len() < HINTS_MAX && self.bytes < HINT_BYTES_MAX
    }

    /// What it keeps of a key in the place of a replica.
    pub(crate) fn get(&self, place: NodeId, key: &Key) -> Siblings {
        let hint = self.hints.get(&(place, key.clone()));
        hint.map(|hint| hint.siblings.clone()).unwrap_or_default()
    }

    /// Keeps a cell in the place of a replica, joined with what is kept of it.
    pub(crate) fn keep(
        &mut self,
        place: NodeId,
        key: &Key,
        siblings: &Siblings,
        out: &mut Outbox<'_>,
    ) {
        let since = out.now;
        let hint = self.hints.entry((place, key.clone())).or_insert(Hint {
            siblings: Siblings::default(),
            since,
        });
        self.bytes -= hint.siblings.bytes();
        hint.siblings.join(siblings);
        self.bytes += hint.siblings.bytes();
        out.observe(Event::HintKept {
            place,
            hints: self.hints.len() as u64,
        });
        self.set_timer(out);
    }

    /// A round: drops what is too old and hands over some of the rest, to replicas that are up. What was sent in the round
    /// before and not confirmed is sent again when its turn comes. A node that leaves also names
    /// an heir for each hint, who keeps it when the replica does not take it. Returns what was
    /// dropped.
    pub(crate) fn round(
        &mut self,
        stage: Stage,
        (is_up, heir): (
            impl Fn(NodeId) -> bool,
            impl Fn(NodeId, &Key) -> Option<NodeId>,
        ),
        out: &mut Outbox<'_>,
    ) -> Vec<(NodeId, Key)> {
        self.timer_is_set = false;
        let expired = self.expire(out);
        self.sent.clear();
        let mut room = BTreeMap::<NodeId, usize>::new();
        for ((place, key), hint) in &self.hints {
            let room = room.entry(*place).or_insert(HINTS_PER_ROUND_MAX);
            if *room == 0 {
                continue;
            }
            *room -= 1;
            let heir = heir(*place, key).map(|heir| (heir, Some(*place)));
            let replica = is_up(*place).then_some((*place, None));
            for (to, place_of_heir) in [replica, heir].into_iter().flatten() {
                self.numbers += 1;
                let id = HintId(self.numbers);
                let sent = Sent {
                    hint: (*place, key.clone()),
                    siblings: hint.siblings.clone(),
                    to,
                };
                let hand_over = Message::HandOver {
                    hint: id,
                    stage,
                    key: key.clone(),
                    siblings: hint.siblings.clone(),
                    place: place_of_heir,
                };
                self.sent.insert(id, sent);
                out.send(to, hand_over);
            }
        }
        self.set_timer(out);
        expired
    }

    /// A node has a hint stored: it is gone here, unless more was kept since it was sent. Returns
    /// whose and which.
    pub(crate) fn confirmed(
        &mut self,
        from: NodeId,
        hint: HintId,
        out: &mut Outbox<'_>,
    ) -> Option<(NodeId, Key)> {
        let sent = self.sent.remove(&hint)?;
        let known = self.hints.get(&sent.hint)?;
        if sent.to != from || known.siblings != sent.siblings {
            return None;
        }
        self.forget(&sent.hint);
        out.observe(Event::HintDelivered {
            place: sent.hint.0,
            hints: self.hints.len() as u64,
        });
        Some(sent.hint)
    }

    /// Gives hints whose replica does not own their key any more to those that do. `owners` tells
    /// who they are.
    pub(crate) fn retarget(
        &mut self,
        owners: impl Fn(&Key) -> Vec<NodeId>,
    ) -> Vec<(NodeId, Key, Siblings)> {
        let places: Vec<(NodeId, Key)> = self.hints.keys().cloned().collect();
        let mut changed = Vec::new();
        for (place, key) in places {
            let owners = owners(&key);
            if owners.contains(&place) || owners.is_empty() {
                continue;
            }
            let siblings = self.get(place, &key);
            self.forget(&(place, key.clone()));
            changed.extend(
                owners
                    .into_iter()
                    .map(|owner| (owner, key.clone(), siblings.clone())),
            );
        }
        changed
    }

    fn expire(&mut self, out: &mut Outbox<'_>) -> Vec<(NodeId, Key)> {
        let now = out.now;
        let is_old = |hint: &Hint| hint.since + HINT_LIFETIME <= now;
        let old = self.hints.iter().filter(|(_, hint)| is_old(hint));
        let old: Vec<(NodeId, Key)> = old.map(|(place, _)| place.clone()).collect();
        for hint in &old {
            self.forget(hint);
        }
        if !old.is_empty() {
            out.observe(Event::HintsExpired {
                expired: old.len() as u64,
            });
        }
        old
    }

    fn forget(&mut self, hint: &(NodeId, Key)) {
        if let Some(hint) = self.hints.remove(hint) {
            self.bytes -= hint.siblings.bytes();
        }
    }

    fn set_timer(&mut self, out: &mut Outbox<'_>) {
        if !self.timer_is_set && !self.hints.is_empty() {
            self.timer_is_set = true;
            out.set_timer_patiently(TimerId::Hints, HINT_INTERVAL);
        }
    }
}
