//! A node's part in mending what its disk lost, some of it or all: it fetches what other replicas
//! have of these tokens, and answers for them again when each of them has told. It knows not what
//! was lost.

use std::collections::VecDeque;

use crate::disk::Disk;
use crate::layout::{Placement, Stage, Step};
use crate::message::{Comparison, Message, NodeState, TimerId};
use crate::outbox::Outbox;
use crate::repair;
use crate::replica::REFETCH_PATIENCE;
use crate::ring::NodeId;
use crate::storage::RangeSet;

use super::Node;
use super::opening::{may_hold, owned};

/// What is yet to be fetched.
#[derive(Clone, Debug, Default)]
pub(super) struct Refetch {
    /// What it is for: when either changes, all is fetched anew.
    of: Option<(Stage, RangeSet)>,
    /// From whom which tokens; the first was asked.
    left: VecDeque<(NodeId, RangeSet)>,
    /// The question whose answer is waited for.
    number: u64,
}

impl<D: Disk> Node<D> {
    /// It is in this placement and knows nothing of it: its disk was wiped. It lives again, as one
    /// that has lost all it owned.
    pub(super) fn begin_anew(&mut self, placement: &Placement, out: &mut Outbox<'_>) {
        let why = "the disk is empty: all that it had is gone";
        self.lose_all(placement, why, out);
    }

    /// It is in this placement, which came about with its consent, and it does not know how: its disk
    /// has forgotten what it had said that it stored, and who knows what else. It lives again, as one
    /// that has lost all it owned; whatever it still has comes beside what others have.
    pub(super) fn has_forgotten(&mut self, placement: &Placement, out: &mut Outbox<'_>) {
        self.lead_no_more(out);
        (self.transfer, self.step) = (None, None);
        self.received = RangeSet::default();
        let why = "the disk has forgotten a layout: all that it had is in doubt";
        self.lose_all(placement, why, out);
    }

    /// This was copied to it in a change that is over. What it does not hold of it, its disk has
    /// forgotten, though it had said that it was stored. Told by the rows that it holds: so only with
    /// a population, and not of what an opening in the middle of the change takes for held.
    pub(super) fn miss_copies(&mut self, copied: &RangeSet, out: &mut Outbox<'_>) {
        let Some(keyspace) = self.storage().keyspace().cloned() else {
            return;
        };
        let missing = copied.difference(self.storage().held());
        if !missing.is_empty() {
            let held = self.replica.storage_mut().try_hold(&keyspace, &missing);
            self.replica.noted(held);
            self.replica.has_forgotten_copies(&missing, out);
        }
    }

    fn lose_all(&mut self, placement: &Placement, why: &str, out: &mut Outbox<'_>) {
        let owned = owned(self.id, placement);
        self.replica.begin_anew(&owned, why, out);
        if let Some(keyspace) = self.storage().keyspace().cloned() {
            let held = self.replica.storage_mut().try_hold(&keyspace, &owned);
            self.replica.noted(held);
        }
        // A disk that forgot who the node was may still have cells, and not that they were deleted.
        self.keep_only(&owned);
        self.enter(NodeState::Live, out);
    }

    /// What it took and never came to own goes, once the change is over by which it was to; and so does
    /// what damage brought back, which may have taken that it was let go. What could not go now does
    /// with the next change.
    pub(super) fn let_go_of_strays(&mut self) {
        let Some(layout) = &self.layout else {
            return;
        };
        let Stage { version, step } = layout.stage();
        let is_damaged = !self.replica.damaged().is_empty();
        let strays_of = self.strays_of.max(is_damaged.then_some(version));
        let is_over = |of| of < version || (of == version && step == Step::Released);
        let could = strays_of.is_some_and(is_over) && {
            let held = may_hold(self.id, layout);
            self.keep_only(&held)
        };
        self.strays_of = strays_of.filter(|_| !could);
    }

    /// Lets go of all cells that are not in `held`; whether it could.
    fn keep_only(&mut self, held: &RangeSet) -> bool {
        self.replica.fell_trees();
        let foreign = held.complement();
        let released = self.replica.storage_mut().try_release(&foreign);
        self.replica.noted(released).is_some()
    }

    pub(super) fn refetch_soon(&self, out: &mut Outbox<'_>) {
        out.set_timer_patiently(TimerId::Refetch, REFETCH_PATIENCE);
    }

    /// It is time to ask, or to ask again.
    pub(super) fn refetch_due(&mut self, out: &mut Outbox<'_>) {
        let damaged = self.replica.damaged();
        let Some(layout) = &self.layout else {
            return;
        };
        if damaged.is_empty() || self.state == NodeState::Removed {
            return;
        }
        let of = (layout.stage(), damaged.clone());
        if self.refetch.of.as_ref() != Some(&of) {
            let placement = layout.placement();
            let others = placement.ring.nodes();
            let others = others.filter(|node| node.id != self.id && !layout.has_lost(node.id));
            let shared = others.map(|node| {
                let shared = repair::shared(placement, self.id, node.id);
                (node.id, shared.intersection(damaged))
            });
            self.refetch.left = shared.filter(|(_, tokens)| !tokens.is_empty()).collect();
            self.refetch.of = Some(of);
        }
        self.refetch_next(out);
    }

    pub(super) fn fetch_asked(
        &mut self,
        from: NodeId,
        (number, tokens): (u64, &RangeSet),
        out: &mut Outbox<'_>,
    ) {
        // Whoever cannot read what it has says nothing, and is asked again. One that lost some of
        // it, too, tells the rest: what both lost, others have, who are asked as well.
        if self.layout.is_none() || !self.replica.is_well() {
            return;
        }
        let told = repair::all_of(self.replica.storage(), tokens);
        if let Some((cells, until)) = self.replica.noted(told) {
            let fetched = Comparison::Fetched {
                number,
                cells,
                until,
            };
            out.send(from, Message::AntiEntropy(fetched));
        }
    }

    pub(super) fn fetched(&mut self, from: NodeId, answer: Comparison, out: &mut Outbox<'_>) {
        let Comparison::Fetched {
            number,
            cells,
            until,
        } = answer
        else {
            return;
        };
        let Some((asked, tokens)) = self.refetch.left.front_mut() else {
            return;
        };
        if (*asked, self.refetch.number) != (from, number) {
            return;
        }
        *tokens = until.map_or_else(RangeSet::default, |until| {
            tokens.difference(&repair::up_to(until))
        });
        if tokens.is_empty() {
            self.refetch.left.pop_front();
        }
        if !self.replica.repair(cells, None, out) {
            // What cannot be written is asked for again.
            self.refetch.of = None;
            return self.refetch_soon(out);
        }
        self.refetch_next(out);
    }

    fn refetch_next(&mut self, out: &mut Outbox<'_>) {
        let Some(layout) = &self.layout else {
            return;
        };
        let of = (layout.stage(), self.replica.damaged().clone());
        let Some((from, tokens)) = self.refetch.left.front() else {
            if self.refetch.of.as_ref() != Some(&of) {
                // More was found damaged meanwhile, or other nodes have it now.
                return self.refetch_due(out);
            }
            self.refetch = Refetch {
                number: self.refetch.number,
                ..Refetch::default()
            };
            self.let_go_of_strays();
            self.replica.is_whole(out);
            return self.send_on(out);
        };
        self.refetch.number += 1;
        let fetch = Comparison::Fetch {
            number: self.refetch.number,
            tokens: tokens.clone(),
        };
        out.send(*from, Message::AntiEntropy(fetch));
        self.refetch_soon(out);
    }
}
