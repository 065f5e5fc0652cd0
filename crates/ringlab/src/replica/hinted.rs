//! What a replica keeps in the place of others, on its disk and in its journal, and what others kept
//! for it. It decides neither what is handed over when nor to whom.

use std::time::Duration;

use crate::disk::Disk;
use crate::handoff::Place;
use crate::journal::Entry;
use crate::layout::Stage;
use crate::message::{HintId, Message, Record};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::ring::NodeId;
use crate::version::Siblings;

use super::Replica;

impl<D: Disk> Replica<D> {
    /// Takes what another node kept for this replica, or is to keep it from now on.
    pub(crate) fn handed_over(
        &mut self,
        (from, hint): (NodeId, HintId),
        (key, place): (&Key, Option<NodeId>),
        (siblings, age): (&Siblings, Duration),
        out: &mut Outbox<'_>,
    ) {
        if let Some(record) = self.keep_aged(key, place, (siblings, age), out) {
            self.append(record, Some((from, Message::HandedOver { hint })), out);
        }
    }

    /// Hands hints over; see [`Hints::round`](crate::handoff::Hints::round).
    pub(crate) fn hand_over(
        &mut self,
        stage: Stage,
        receivers: impl Fn(&Place) -> Vec<NodeId>,
        heirs: impl Fn(&Place) -> Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        for place in self.hints.round(stage, receivers, heirs, out) {
            self.hint_gone(place, out);
        }
    }

    /// A hint is stored where it belongs, or where it is kept from now on.
    pub(crate) fn hint_confirmed(
        &mut self,
        confirmed: (NodeId, HintId),
        owners: impl Fn(&Key) -> Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        if let Some(place) = self.hints.confirmed(confirmed, owners, out) {
            self.hint_gone(place, out);
        }
    }

    /// Owners have changed: hints go to those that own their keys now.
    pub(crate) fn retarget_hints(
        &mut self,
        owners: impl Fn(&Key) -> Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        self.hints.forget_owners();
        self.take_own_orphans(owners, out);
    }

    /// What it keeps for who owns it no more, and owns itself, it stores as its own. What its own
    /// store refuses stays a hint, and may be all that is left of a write.
    pub(crate) fn take_own_orphans(
        &mut self,
        owners: impl Fn(&Key) -> Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        for (hint, key, siblings) in self.hints.own_orphans(&owners) {
            if let Some(record) = self.keep(&key, None, &siblings, out) {
                self.append(record, None, out);
                self.hint_confirmed((out.id, hint), &owners, out);
            }
        }
    }

    /// Keeps a cell in the place of another replica.
    pub(super) fn keep_hint(
        &mut self,
        place: Place,
        (siblings, age): (&Siblings, Duration),
        out: &mut Outbox<'_>,
    ) -> Record {
        self.unsynced.insert(place.0.token());
        self.hints.keep(&place, siblings, age, out);
        if let Some(kept) = self.hints.kept(&place, out.now) {
            self.journal.write(&Entry::Hint(place.clone(), kept));
        }
        Record::Hint(place, siblings.clone())
    }

    fn hint_gone(&mut self, place: Place, out: &mut Outbox<'_>) {
        self.journal.write(&Entry::HintGone(place.clone()));
        self.append(Record::HintGone(place), None, out);
    }
}
