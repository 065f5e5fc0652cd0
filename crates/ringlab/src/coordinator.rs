//! The role of a node for the requests it was asked: whom to ask, how many replies are enough,
//! what the answer is. It stores nothing; of the layout it reads lists.
//!
//! A request in flight is a small struct that answers four questions: add a reply; is it enough;
//! what is the answer; what is left to repair (after riak_kv's `riak_kv_get_core`).

mod candidates;
mod get;
mod in_flight;
mod latencies;
mod put;
mod terms;

use crate::health::Health;
use crate::layout::{Layout, Stage};
use crate::message::{Answered, Command, Event, Options, Outcome, Refusal, RequestId, TimerId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::quorum::{Quorum, State};
use crate::ring::NodeId;
use crate::settings::Settings;
use crate::sorted::{LongMap, SortedMap};
use crate::version::Siblings;

pub use self::candidates::FALLBACKS_MAX;
pub(crate) use self::candidates::fallbacks;

use self::candidates::{is_hopeless, namers};
use self::get::Get;
use self::in_flight::{InFlight, Request};
use self::latencies::Latencies;
use self::put::{Namer, Put, Write};
use self::terms::Terms;

/// Requests that a coordinator may have in flight; it refuses more.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 16_384;
/// Nodes whose life a coordinator remembers; of one that it forgets it is told again.
pub const LIVES_MAX: usize = 4_096;

/// What a request goes by from its beginning to its end.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) settings: &'a Settings,
    /// How nodes are believed to be.
    pub(crate) health: &'a dyn Fn(NodeId) -> Health,
}

/// The requests that a node coordinates.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coordinator {
    in_flight: LongMap<RequestId, InFlight>,
    /// How many of each stage: the oldest one says what the node may acknowledge.
    stages: SortedMap<Stage, u64>,
    /// How long replicas took of late.
    latencies: Latencies,
    /// Which life replicas are in, as far as they had to say so; of others it is the first.
    lives: SortedMap<NodeId, u64>,
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
    /// No, and nobody else may: what is asked cannot be.
    Refused(Refusal),
}

impl Coordinator {
    pub(crate) fn begin(
        &mut self,
        id: RequestId,
        (command, options): (Command, Options),
        view: View<'_>,
        out: &mut Outbox<'_>,
    ) {
        out.observe(Event::RequestBegan {
            request: id,
            kind: command.kind(),
            token: command.key().token(),
        });
        let refusal = self.refusal(id, &command, view);
        let terms = refusal.map_or_else(|| Terms::of(options, view), Err);
        let (terms, quorum) = match terms.and_then(|terms| with_quorum(terms, &command, view)) {
            Ok(both) => both,
            Err(refusal) => return refuse(id, refusal, out),
        };
        let stage = view.layout.stage();
        let is_sloppy = terms.is_sloppy();
        let request = self.request(id, command, (terms, quorum), view, out);
        let in_flight = InFlight {
            stage,
            terms,
            began: out.now,
            answered: false,
            is_sloppy,
            request,
        };
        if is_sloppy {
            out.set_timer(TimerId::Patience(id), out.now + terms.patience);
        }
        self.in_flight.insert(id, in_flight);
        *self.stages.entry(stage).or_default() += 1;
        out.set_timer(TimerId::Request(id), out.now + terms.deadline);
        self.progress(id, out);
    }

    fn request(
        &self,
        id: RequestId,
        command: Command,
        (terms, quorum): (Terms, Quorum),
        view: View<'_>,
        out: &mut Outbox<'_>,
    ) -> Request {
        let stage = view.layout.stage();
        let (key, context, value) = match command {
            Command::Get { key } => {
                let held_back = self.held_back(id, terms, &quorum, out);
                let how = (quorum, terms.read_repair, held_back);
                return Request::Get(Get::begin(id, stage, key, how, out));
            }
            Command::Put {
                key,
                context,
                value,
            } => (key, context, Some(value)),
            Command::Delete { key, context } => (key, context, None),
        };
        let namers = namers(&quorum, view, (&key, terms.is_sloppy()), out.id);
        let in_lives = |(node, place)| Namer {
            node,
            place,
            life: self.lives.get(&node).copied().unwrap_or_default(),
        };
        let namers = namers.into_iter().map(in_lives).collect();
        let write = Write {
            context,
            value,
            merge: terms.merge,
        };
        Request::Put(Put::begin(id, stage, key, write, (quorum, namers), out))
    }

    /// Of a read's replicas those that are asked only if the fastest take long.
    fn held_back(
        &self,
        id: RequestId,
        terms: Terms,
        quorum: &Quorum,
        out: &mut Outbox<'_>,
    ) -> Vec<NodeId> {
        let late = self.latencies.percentile(terms.hedge_percentile);
        let (true, Some(late)) = (terms.holds_back(quorum), late) else {
            return Vec::new();
        };
        out.set_timer(TimerId::Hedge(id), out.now + late);
        let mut nodes: Vec<NodeId> = quorum.voters().collect();
        self.latencies.fastest_first(&mut nodes);
        nodes.split_off(quorum.needed() as usize)
    }

    /// The replicas that a read asked first take long: the others are asked, too.
    pub(crate) fn hedge(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        if let Some(in_flight) = self.in_flight.get_mut(&id) {
            in_flight.ask_held_back(id, out);
        }
    }

    /// A replica's reply. One to a request that is over is of no use any more.
    pub(crate) fn reply(
        &mut self,
        from: NodeId,
        id: RequestId,
        reply: Reply,
        out: &mut Outbox<'_>,
    ) {
        if let Reply::Refused(refusal) = reply {
            return self.refused(from, id, refusal, out);
        }
        let Some(in_flight) = self.in_flight.get_mut(&id) else {
            return;
        };
        let yes = !matches!(reply, Reply::Declined);
        let is_read = matches!(
            (&reply, &in_flight.request),
            (Reply::Cell(_), Request::Get(_))
        );
        if is_read && in_flight.terms.hedge_percentile > 0 {
            self.latencies.add(from, out.now.since(in_flight.began));
        }
        let stage = in_flight.stage;
        let is_counted = in_flight.request.add(id, stage, (from, reply), out);
        if is_counted && in_flight.answered {
            out.observe(Event::RepliedLate { request: id, from });
        } else if is_counted && yes {
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

    /// Replicas have been waited for long enough: fallbacks are asked in the places of those that
    /// do not answer, one more for each at a time.
    pub(crate) fn patience(&mut self, id: RequestId, view: View<'_>, out: &mut Outbox<'_>) {
        let Some(in_flight) = self.in_flight.get_mut(&id) else {
            return;
        };
        // A write that is answered still wants all its copies; a read does not.
        if in_flight.answered && matches!(in_flight.request, Request::Get(_)) {
            return;
        }
        in_flight.ask_held_back(id, out);
        if in_flight.ask_more(id, view, out) {
            out.set_timer(TimerId::Patience(id), out.now + in_flight.terms.patience);
        } else {
            in_flight.is_sloppy = false;
            self.progress(id, out);
        }
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

    /// Whether a request for a key is in flight. O(requests in flight).
    pub(crate) fn is_about(&self, key: &Key) -> bool {
        let mut requests = self.in_flight.values();
        requests.any(|in_flight| in_flight.request.key() == key)
    }

    /// Requests in flight.
    pub(crate) fn len(&self) -> usize {
        self.in_flight.len()
    }

    /// A replica began another life since it was last heard of: it is asked again, once for each.
    /// What it says last is believed: the life after a wiped disk is a number by chance, and may be
    /// lower.
    pub(crate) fn in_life(
        &mut self,
        node: NodeId,
        (id, life): (RequestId, u64),
        out: &mut Outbox<'_>,
    ) {
        if self.lives.len() >= LIVES_MAX && !self.lives.contains_key(&node) {
            // Ids are never given twice: the lowest is the likeliest to have left long ago.
            self.lives.pop_first();
        }
        self.lives.insert(node, life);
        if let Some(in_flight) = self.in_flight.get_mut(&id)
            && let Request::Put(put) = &mut in_flight.request
        {
            put.ask_in_life(id, in_flight.stage, (node, life), out);
        }
    }

    /// The replica that was to name a version says why there can be none: nothing is stored.
    fn refused(&mut self, from: NodeId, id: RequestId, refusal: Refusal, out: &mut Outbox<'_>) {
        let in_flight = self.in_flight.get_mut(&id);
        let Some(in_flight) = in_flight.filter(|in_flight| in_flight.request.is_asked_of(from))
        else {
            return;
        };
        in_flight.answer(id, Outcome::Refused(refusal), out);
        self.finish(id, out);
    }

    fn refusal(&self, id: RequestId, command: &Command, view: View<'_>) -> Option<Refusal> {
        if self.in_flight.contains_key(&id) {
            Some(Refusal::RepeatedId)
        } else if self.in_flight.len() >= REQUESTS_IN_FLIGHT_MAX {
            Some(Refusal::Overloaded)
        } else {
            too_large(command, view.settings)
        }
    }

    /// Answers when the count is decided, ends when nobody is left to reply.
    fn progress(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        let Some(in_flight) = self.in_flight.get_mut(&id) else {
            return;
        };
        match in_flight.request.state() {
            State::Pending => {}
            State::Reached => in_flight.answer_reached(id, out),
            // Fallbacks may still be asked.
            State::Impossible if in_flight.is_sloppy => {}
            State::Impossible => in_flight.answer_unreachable(id, out),
        }
        if in_flight.answered && in_flight.request.is_complete() {
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
        out.cancel_timer(TimerId::Request(id));
        if in_flight.terms.is_sloppy() {
            out.cancel_timer(TimerId::Patience(id));
        }
        if in_flight.terms.hedge_percentile > 0 {
            out.cancel_timer(TimerId::Hedge(id));
        }
        let behind = in_flight.request.behind();
        out.observe(Event::Finished {
            request: id,
            behind: behind.clone(),
        });
        if let Request::Get(get) = &in_flight.request {
            get.repair(id, in_flight.stage, behind, out);
        }
    }
}

/// The quorum of a request; a refusal when nodes that are down leave it no hope.
fn with_quorum(
    terms: Terms,
    command: &Command,
    view: View<'_>,
) -> Result<(Terms, Quorum), Refusal> {
    let quorum = match command {
        Command::Get { key } => terms.read_quorum(view, key),
        Command::Put { key, .. } | Command::Delete { key, .. } => terms.write_quorum(view, key),
    };
    if !terms.is_sloppy() && is_hopeless(&quorum, view) {
        return Err(Refusal::TooFewReplicasUp);
    }
    Ok((terms, quorum))
}

fn too_large(command: &Command, settings: &Settings) -> Option<Refusal> {
    let Command::Put { value, .. } = command else {
        return None;
    };
    let (bytes, limit) = (value.bytes().len() as u64, settings.value_bytes_max);
    (bytes > limit).then_some(Refusal::ValueTooLarge { bytes, limit })
}

pub(crate) fn refuse(id: RequestId, refusal: Refusal, out: &mut Outbox<'_>) {
    let answer = Answered::Refused(refusal);
    out.observe(Event::Answered {
        request: id,
        answer,
    });
    out.reply(id, Outcome::Refused(refusal));
}

#[cfg(test)]
mod tests;
