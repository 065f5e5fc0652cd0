//! The role of a node for the requests it was asked: whom to ask, how many replies are enough,
//! what the answer is. It stores nothing and knows no layout but the lists it is given.
//!
//! A request in flight is a small struct that answers four questions: add a reply; is it enough;
//! what is the answer; what is left to repair (after riak_kv's `riak_kv_get_core`).

mod get;
mod put;

use std::collections::BTreeMap;

use crate::layout::{Layout, Stage};
use crate::message::{Answered, Command, Event, Outcome, Refusal, RequestId, TimerId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::quorum::{Quorum, State};
use crate::ring::NodeId;
use crate::settings::{REQUEST_DEADLINE, Settings};
use crate::version::Siblings;

use self::get::Get;
use self::put::Put;

/// Requests that a coordinator may have in flight; it refuses more.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 16_384;

/// The requests that a node coordinates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coordinator {
    in_flight: BTreeMap<RequestId, InFlight>,
    /// How many of each stage: the oldest one says what the node may acknowledge.
    stages: BTreeMap<Stage, u64>,
}

#[derive(Clone, Debug)]
struct InFlight {
    stage: Stage,
    answered: bool,
    request: Request,
}

#[derive(Clone, Debug)]
enum Request {
    Get(Get),
    /// A delete is a put of a tombstone.
    Put(Put),
}

/// What a replica says.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Its cell.
    Cell(Siblings),
    /// It has stored what it was sent.
    Stored,
    /// No.
    Declined,
}

impl Coordinator {
    pub(crate) fn begin(
        &mut self,
        id: RequestId,
        command: Command,
        (layout, settings): (&Layout, &Settings),
        out: &mut Outbox<'_>,
    ) {
        out.observe(Event::RequestBegan {
            request: id,
            kind: command.kind(),
            token: command.key().token(),
        });
        if let Some(refusal) = self.refusal(id) {
            return refuse(id, refusal, out);
        }
        let stage = layout.stage();
        let request = match command {
            Command::Get { key } => {
                let quorum = read_quorum(layout, settings, &key);
                Request::Get(Get::begin(id, stage, &key, quorum, out))
            }
            Command::Put {
                key,
                context,
                value,
            } => {
                let quorum = write_quorum(layout, settings, &key);
                let write = (context, Some(value));
                Request::Put(Put::begin(id, stage, key, write, quorum, out))
            }
            Command::Delete { key, context } => {
                let quorum = write_quorum(layout, settings, &key);
                Request::Put(Put::begin(id, stage, key, (context, None), quorum, out))
            }
        };
        let answered = false;
        let in_flight = InFlight {
            stage,
            answered,
            request,
        };
        self.in_flight.insert(id, in_flight);
        *self.stages.entry(stage).or_default() += 1;
        out.set_timer(TimerId::Request(id), out.now + REQUEST_DEADLINE);
        self.progress(id, out);
    }

    /// A replica's reply. One to a request that is over is of no use any more.
    pub(crate) fn reply(
        &mut self,
        from: NodeId,
        id: RequestId,
        reply: Reply,
        out: &mut Outbox<'_>,
    ) {
        let Some(in_flight) = self.in_flight.get_mut(&id) else {
            return;
        };
        let yes = !matches!(reply, Reply::Declined);
        if !in_flight.request.add(id, from, reply, in_flight.stage, out) {
            return;
        }
        if in_flight.answered {
            out.observe(Event::RepliedLate { request: id, from });
        } else if yes {
            let quorum = in_flight.request.quorum();
            out.observe(Event::Replied {
                request: id,
                from,
                counted: quorum.counted(),
                needed: quorum.needed(),
            });
        }
        self.progress(id, out);
    }

    /// The deadline of a request passed.
    pub(crate) fn deadline(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        if let Some(in_flight) = self.in_flight.get_mut(&id) {
            in_flight.answer_unreachable(id, out);
            self.finish(id, out);
        }
    }

    /// Whether no request that began before `stage` is in flight.
    pub(crate) fn is_past(&self, stage: Stage) -> bool {
        self.stages
            .keys()
            .next()
            .is_none_or(|&oldest| oldest >= stage)
    }

    /// Requests in flight.
    pub(crate) fn len(&self) -> usize {
        self.in_flight.len()
    }

    fn refusal(&self, id: RequestId) -> Option<Refusal> {
        if self.in_flight.contains_key(&id) {
            Some(Refusal::RepeatedId)
        } else if self.in_flight.len() >= REQUESTS_IN_FLIGHT_MAX {
            Some(Refusal::Overloaded)
        } else {
            None
        }
    }

    /// Answers when the count is decided, ends when nobody is left to reply.
    fn progress(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        let Some(in_flight) = self.in_flight.get_mut(&id) else {
            return;
        };
        match in_flight.request.quorum().state() {
            State::Pending => {}
            State::Reached => in_flight.answer_reached(id, out),
            State::Impossible => in_flight.answer_unreachable(id, out),
        }
        if in_flight.answered && in_flight.request.quorum().all_voted() {
            out.cancel_timer(TimerId::Request(id));
            self.finish(id, out);
        }
    }

    fn finish(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        let Some(in_flight) = self.in_flight.remove(&id) else {
            return;
        };
        if let Some(count) = self.stages.get_mut(&in_flight.stage) {
            *count -= 1;
            if *count == 0 {
                self.stages.remove(&in_flight.stage);
            }
        }
        out.observe(Event::Finished {
            request: id,
            behind: in_flight.request.behind(),
        });
    }
}

pub(crate) fn refuse(id: RequestId, refusal: Refusal, out: &mut Outbox<'_>) {
    let answer = Answered::Refused(refusal);
    out.observe(Event::Answered {
        request: id,
        answer,
    });
    out.reply(id, Outcome::Refused(refusal));
}

fn read_quorum(layout: &Layout, settings: &Settings, key: &Key) -> Quorum {
    let list = layout
        .reads()
        .preference_list(key.token(), settings.replication);
    Quorum::new(settings.r, &list)
}

fn write_quorum(layout: &Layout, settings: &Settings, key: &Key) -> Quorum {
    let (ring, other) = layout.writes();
    let list = ring.preference_list(key.token(), settings.replication);
    match other {
        Some(other) => {
            let other = other.preference_list(key.token(), settings.replication);
            Quorum::over_two(settings.w, &list, &other)
        }
        None => Quorum::new(settings.w, &list),
    }
}

impl InFlight {
    fn answer_reached(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        if self.answered {
            return;
        }
        out.observe(Event::QuorumReached { request: id });
        let outcome = match &self.request {
            Request::Get(get) => Outcome::Values(get.answer().clone()),
            Request::Put(put) => Outcome::Stored(put.answer().clone()),
        };
        self.answer(id, outcome, out);
    }

    fn answer_unreachable(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        let quorum = self.request.quorum();
        let outcome = Outcome::QuorumUnreachable {
            needed: quorum.needed(),
            answered: quorum.counted(),
        };
        self.answer(id, outcome, out);
    }

    fn answer(&mut self, id: RequestId, outcome: Outcome, out: &mut Outbox<'_>) {
        if self.answered {
            return;
        }
        self.answered = true;
        out.observe(Event::Answered {
            request: id,
            answer: outcome.in_short(),
        });
        out.reply(id, outcome);
    }
}

impl Request {
    /// Takes a reply; whether it was awaited.
    fn add(
        &mut self,
        id: RequestId,
        from: NodeId,
        reply: Reply,
        stage: Stage,
        out: &mut Outbox<'_>,
    ) -> bool {
        match self {
            Self::Get(get) => get.add(from, reply),
            Self::Put(put) => put.add(id, from, reply, stage, out),
        }
    }

    const fn quorum(&self) -> &Quorum {
        match self {
            Self::Get(get) => get.quorum(),
            Self::Put(put) => put.quorum(),
        }
    }

    fn behind(&self) -> Vec<NodeId> {
        match self {
            Self::Get(get) => get.behind(),
            Self::Put(put) => put.behind(),
        }
    }
}

#[cfg(test)]
mod tests;
