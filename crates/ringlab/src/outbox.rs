//! The effects of one input, as they are made; and messages of a node to itself, which need no
//! network. It knows no protocol.

use std::collections::VecDeque;
use std::time::Duration;

use crate::message::{
    AppendId, Effect, Event, Message, Outcome, Random, Record, RequestId, TimerId,
};
use crate::ring::NodeId;
use crate::time::Instant;

/// Where the parts of a node put what should happen.
pub(crate) struct Outbox<'a> {
    /// The node that this is.
    pub(crate) id: NodeId,
    /// The moment of the input.
    pub(crate) now: Instant,
    rng: &'a mut dyn Random,
    effects: &'a mut Vec<Effect>,
    /// Messages to itself, handled before the input's effects are given out. A request leaves a
    /// few at most, a membership step one.
    own: VecDeque<Message>,
}

impl<'a> Outbox<'a> {
    pub(crate) fn new(
        id: NodeId,
        now: Instant,
        rng: &'a mut dyn Random,
        effects: &'a mut Vec<Effect>,
    ) -> Self {
        Self {
            id,
            now,
            rng,
            effects,
            own: VecDeque::new(),
        }
    }

    pub(crate) fn send(&mut self, to: NodeId, message: Message) {
        if to == self.id {
            self.own.push_back(message);
        } else {
            self.effects.push(Effect::Send { to, message });
        }
    }

    /// The next message of the node to itself.
    pub(crate) fn next_own(&mut self) -> Option<Message> {
        self.own.pop_front()
    }

    pub(crate) fn reply(&mut self, id: RequestId, outcome: Outcome) {
        self.effects.push(Effect::Reply { id, outcome });
    }

    pub(crate) fn set_timer(&mut self, id: TimerId, at: Instant) {
        self.effects.push(Effect::SetTimer { id, at });
    }

    /// Sets a timer for when patience ends: up to a quarter later, so that many nodes that ask
    /// again do not ask at once.
    pub(crate) fn set_timer_patiently(&mut self, id: TimerId, patience: Duration) {
        let late = self.below((patience.as_micros() as u64 / 4).max(1));
        let at = self.now + patience + Duration::from_micros(late);
        self.set_timer(id, at);
    }

    pub(crate) fn cancel_timer(&mut self, id: TimerId) {
        self.effects.push(Effect::CancelTimer(id));
    }

    /// A random number below a limit that is not 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.rng.next_u64() % limit
    }

    pub(crate) fn append(&mut self, id: AppendId, record: Record) {
        self.effects.push(Effect::Append { id, record });
    }

    pub(crate) fn sync(&mut self) {
        self.effects.push(Effect::Sync);
    }

    pub(crate) fn stored(&mut self, id: AppendId) {
        self.effects.push(Effect::Stored(id));
    }

    pub(crate) fn observe(&mut self, event: Event) {
        self.effects.push(Effect::Observe(event));
    }
}
