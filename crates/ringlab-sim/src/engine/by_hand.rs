//! An engine driven by hand: event by event, request by request, refusal by refusal. For callers
//! that want an answer to each of their calls instead of snapshots.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use ringlab::keyspace::Keyspace;
use ringlab::time::Instant;

use super::{EVENTS_TO_SETTLE_MAX, Engine};
use crate::history::History;
use crate::protocol::{Refusal, Situation, Trace};

impl Engine {
    /// What it comes to when the change under way has ended.
    #[must_use]
    pub fn situation(&self) -> &Situation {
        &self.situation
    }

    /// The keys that were loaded onto its ring; what was written since is not among them.
    #[must_use]
    pub fn keyspace(&self) -> &Arc<Keyspace> {
        self.contents.keyspace()
    }

    /// Simulated time.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.cluster.now()
    }

    /// The digest of all that happened.
    #[must_use]
    pub const fn history(&self) -> History {
        self.cluster.history()
    }

    /// The way of the last request.
    #[must_use]
    pub const fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    /// What could not be granted since it was last told, here or by a snapshot.
    pub fn take_refusals(&mut self) -> Vec<Refusal> {
        std::mem::take(&mut self.refusals)
    }

    /// Lets the next event happen; whether there was one before `until`. Time goes on to `until`
    /// when there was none.
    pub fn step(&mut self, until: Instant) -> bool {
        !self.run(until, 1, |_| false)
    }

    /// Lets time pass until the last request has its answer: a client gives up after a while, so
    /// there is always one.
    pub fn run_until_answered(&mut self) {
        let is_answered = |engine: &Self| {
            let trace = engine.trace.as_ref();
            trace.is_none_or(|trace| trace.answer.is_some())
        };
        self.run(Instant(u64::MAX), EVENTS_TO_SETTLE_MAX, is_answered);
    }
}
