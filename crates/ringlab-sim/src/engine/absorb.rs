//! What an engine makes of what its cluster lets be seen: the trace of a request, the progress of
//! a change, what was written.

use std::sync::Arc;

use ringlab::keyspace::Load;
use ringlab::message::{Event, Outcome};

use super::{Engine, trace};
use crate::cluster::{Seen, WishAnswered};
use crate::protocol::{Bereft, Deed, Flight, Situation};

impl Engine {
    /// Takes in what was observed and answered, and begins the next change when one ended.
    pub(super) fn absorb(&mut self) {
        for seen in self.cluster.take_seen() {
            self.absorb_event(&seen);
        }
        for answered in self.cluster.take_replies() {
            self.absorb_reply(answered);
        }
        while self.progress.is_none() {
            let Some(command) = self.waiting.pop_front() else {
                return;
            };
            // What was possible when it was asked may not be any more.
            self.handle(command);
        }
    }

    fn absorb_event(&mut self, seen: &Seen) {
        if let Some(trace) = &mut self.trace
            && trace::follow(trace, seen)
        {
            self.revisions.trace += 1;
        }
        match &seen.event {
            Event::ChangeRefused { .. } => self.cluster.forget_strangers(),
            Event::HintKept { .. }
            | Event::HintGone { .. }
            | Event::HintsExpired { .. }
            | Event::Suspected { .. }
            | Event::Cleared { .. }
            | Event::Down { .. } => self.revisions.nodes += 1,
            Event::ExchangeEnded { tally, end, .. } => {
                self.faults.compared(seen.node, *end, tally.differing);
                self.revisions.nodes += 1;
            }
            &Event::RangesLost {
                millionths,
                in_doubt,
                ..
            } => self.bereft(millionths, in_doubt),
            Event::SettingsAdopted { .. } | Event::StepTaken { .. } | Event::State(_) => {
                self.in_force.follow(&self.cluster);
                self.revisions.settings += 1;
            }
            _ => {}
        }
        let Some(progress) = &mut self.progress else {
            return;
        };
        progress.follow(seen);
        match &seen.event {
            Event::BatchConfirmed { to, load, at } => {
                let flight = self.flights.entry((seen.node, *to)).or_insert(Flight {
                    from: seen.node,
                    to: *to,
                    load: Load::default(),
                    at: *at,
                });
                flight.load += *load;
                self.revisions.nodes += 1;
            }
            Event::State(_) | Event::Released { .. } => self.revisions.nodes += 1,
            Event::ChangeEnded { .. } => {
                self.progress = None;
                if let Some(change) = &mut self.change {
                    change.ended = Some(seen.at);
                }
                self.revisions.change += 1;
                self.revisions.nodes += 1;
            }
            _ => {}
        }
    }

    /// What may be gone with the nodes that the change under way names lost, in millionths.
    fn bereft(&mut self, of_all: u64, of_a_quorum: u64) {
        let part = |millionths: u64| millionths as f64 / 1e6;
        if let Some(change) = &mut self.change {
            change.bereft = Some(Bereft {
                of_all: part(of_all),
                of_a_quorum: part(of_a_quorum),
            });
            self.revisions.change += 1;
        }
    }

    fn absorb_reply(&mut self, answered: WishAnswered) {
        let write = self.asked.remove(&answered.number).flatten();
        if let Some(trace) = &mut self.trace
            && trace.id == answered.number
        {
            trace::answer(trace, answered.at, &answered.outcome);
            self.revisions.trace += 1;
        }
        let (Some((key, value)), Outcome::Stored(_)) = (write, &answered.outcome) else {
            return;
        };
        let before = self.state();
        self.contents.write(&key, value.as_deref());
        let writes = self.contents.writes();
        self.situation = Arc::new(Situation {
            writes,
            ..Situation::clone(&self.situation)
        });
        self.primaries.count_written(&self.ring, &self.contents);
        // A key that is new did not move: it counts as one that was there before the change.
        if let Some((ring, before)) = &mut self.before {
            before.count_written(ring, &self.contents);
        }
        self.revisions.nodes += 1;
        self.revisions.situation += 1;
        let deed = if value.is_some() {
            Deed::Put(key)
        } else {
            Deed::Delete(key)
        };
        self.undo.remember(deed, before);
    }
}
