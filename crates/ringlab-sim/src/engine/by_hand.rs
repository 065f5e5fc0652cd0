//! An engine driven by hand: event by event, request by request, refusal by refusal. For callers
//! that want an answer to each of their calls instead of snapshots.

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

#[cfg(test)]
mod tests {
    #[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use std::sync::Arc;

    use ringlab::keyspace::Keyspace;

    use super::*;
    use crate::protocol::{Answer, Command, Request, User};

    #[test]
    fn a_request_is_answered_and_event_by_event_is_the_same_history() {
        let engine = || Engine::new(Situation::fresh(7), Arc::new(Keyspace::default()));
        let (mut at_once, mut by_hand) = (engine().unwrap(), engine().unwrap());
        let request = Request::Put {
            key: b"cart".to_vec(),
            value: b"tea".to_vec(),
        };
        at_once.handle(Command::Request(User::Ada, request.clone()));
        by_hand.handle(Command::Request(User::Ada, request));
        at_once.run_until_answered();
        assert_eq!(
            at_once.trace().unwrap().answer,
            Some(Answer::Stored { beside: 0 })
        );
        while by_hand.now() < at_once.now() {
            assert!(by_hand.step(Instant(u64::MAX)));
        }
        while by_hand.history() != at_once.history() {
            assert!(by_hand.step(at_once.now()), "no other history");
        }
        at_once.handle(Command::Undo);
        at_once.handle(Command::Undo);
        assert_eq!(at_once.take_refusals().len(), 1);
        assert_eq!(at_once.take_refusals(), []);
    }
}
