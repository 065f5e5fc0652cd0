//! The role of a node for the requests it was asked: whom to ask, how many replies are enough,
//! what the answer is. It stores nothing; of the layout it reads lists.
//!
//! A request in flight is a small struct that answers four questions: add a reply; is it enough;
//! what is the answer; what is left to repair (after riak_kv's `riak_kv_get_core`).

mod get;
mod put;

use std::collections::BTreeMap;

use crate::hash::Token;
use crate::health::Health;
use crate::layout::{Layout, Placement, Stage};
use crate::message::{Answered, Command, Event, Outcome, Refusal, RequestId, TimerId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::quorum::{Fallback, Quorum, State};
use crate::ring::{NodeId, REPLICAS_MAX};
use crate::settings::{FALLBACK_PATIENCE, REQUEST_DEADLINE, Settings, Strictness};
use crate::version::Siblings;

use self::get::Get;
use self::put::{Namer, Put};

/// Requests that a coordinator may have in flight; it refuses more.
pub const REQUESTS_IN_FLIGHT_MAX: usize = 16_384;

/// Fallbacks that a request may come to ask, beside the replicas of its key.
pub const FALLBACKS_MAX: usize = 8;
/// Ranges that are looked at for them: next to a node of a hundred times the weight of another
/// there are many of its own.
const FALLBACK_STEPS_MAX: usize = 1_024;

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
    in_flight: BTreeMap<RequestId, InFlight>,
    /// How many of each stage: the oldest one says what the node may acknowledge.
    stages: BTreeMap<Stage, u64>,
}

#[derive(Clone, Debug)]
struct InFlight {
    stage: Stage,
    answered: bool,
    /// Fallbacks may be asked.
    is_sloppy: bool,
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
        view: View<'_>,
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
        let View {
            layout, settings, ..
        } = view;
        let quorum = match &command {
            Command::Get { key } => read_quorum(layout, key),
            Command::Put { key, .. } | Command::Delete { key, .. } => write_quorum(layout, key),
        };
        let is_sloppy = settings.strictness == Strictness::Sloppy;
        if !is_sloppy && is_hopeless(&quorum, view) {
            return refuse(id, Refusal::TooFewReplicasUp, out);
        }
        let stage = layout.stage();
        let request = match command {
            Command::Get { key } => {
                let how = (quorum, settings.read_repair);
                Request::Get(Get::begin(id, stage, key, how, out))
            }
            Command::Put {
                key,
                context,
                value,
            } => {
                let namers = namers(&quorum, view, &key, out.id);
                let write = (context, Some(value));
                Request::Put(Put::begin(id, stage, key, write, (quorum, namers), out))
            }
            Command::Delete { key, context } => {
                let namers = namers(&quorum, view, &key, out.id);
                let write = (context, None);
                Request::Put(Put::begin(id, stage, key, write, (quorum, namers), out))
            }
        };
        let in_flight = InFlight {
            stage,
            answered: false,
            is_sloppy,
            request,
        };
        if in_flight.is_sloppy {
            out.set_timer(TimerId::Patience(id), out.now + FALLBACK_PATIENCE);
        }
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
        if in_flight.ask_more(id, view, out) {
            out.set_timer(TimerId::Patience(id), out.now + FALLBACK_PATIENCE);
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
        match in_flight.request.state() {
            State::Pending => {}
            State::Reached => in_flight.answer_reached(id, out),
            // Fallbacks may still be asked.
            State::Impossible if in_flight.is_sloppy => {}
            State::Impossible => in_flight.answer_unreachable(id, out),
        }
        if in_flight.answered && in_flight.request.quorum().all_voted() {
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
        for timer in [TimerId::Request(id), TimerId::Patience(id)] {
            out.cancel_timer(timer);
        }
        out.observe(Event::Finished {
            request: id,
            behind: in_flight.request.behind(),
        });
        if let Request::Get(get) = &in_flight.request {
            get.repair(id, in_flight.stage, out);
        }
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

/// Whether there cannot be enough replies when nodes that are down give none.
fn is_hopeless(quorum: &Quorum, view: View<'_>) -> bool {
    let is_down = |&node: &NodeId| (view.health)(node) == Health::Down;
    let down: Vec<NodeId> = quorum.voters().filter(is_down).collect();
    if down.is_empty() {
        return false;
    }
    let mut quorum = quorum.clone();
    for node in down {
        quorum.vote(node, false);
    }
    quorum.state() == State::Impossible
}

fn read_quorum(layout: &Layout, key: &Key) -> Quorum {
    let placement = layout.placement();
    Quorum::new(placement.sizes.r, &placement.replicas(key.token()))
}

fn write_quorum(layout: &Layout, key: &Key) -> Quorum {
    let (placement, other) = layout.writes();
    let side = |placement: &Placement| (placement.sizes.w, placement.replicas(key.token()));
    let (w, list) = side(placement);
    match other.map(side) {
        Some((w_too, other)) => Quorum::over_two((w, &list), (w_too, &other)),
        None => Quorum::new(w, &list),
    }
}

impl InFlight {
    fn answer_reached(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        if self.answered {
            return;
        }
        out.observe(Event::QuorumReached { request: id });
        let outcome = match &self.request {
            Request::Get(get) => Outcome::Values(get.answer()),
            Request::Put(put) => Outcome::Stored(put.answer()),
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

    /// Asks another fallback for each place without an answer. Whether there was anyone, or there
    /// may still be answers.
    fn ask_more(&mut self, id: RequestId, view: View<'_>, out: &mut Outbox<'_>) -> bool {
        let stage = self.stage;
        let mut places: Vec<NodeId> = self.request.quorum().open_places().collect();
        if matches!(&self.request, Request::Put(put) if !put.is_named()) {
            // There is nothing to store yet.
            return self.request.state() == State::Pending;
        }
        if self.answered {
            // Of each copy one in a replica's place is enough.
            places.retain(|&place| !self.request.quorum().has_fallback(place));
        }
        let mut candidates = fallbacks_up(view, self.request.key());
        let mut asked = Vec::new();
        for place in places {
            let quorum = self.request.quorum();
            let Some(node) = candidates.find(|&node| !quorum.has_voter(node)) else {
                break;
            };
            let fallback = Fallback { node, place };
            match &mut self.request {
                Request::Get(get) => get.ask_fallback(id, stage, fallback, out),
                Request::Put(put) => put.ask_fallback(id, stage, fallback, out),
            }
            asked.push(fallback);
        }
        let any = !asked.is_empty();
        if any {
            out.observe(Event::FallbacksAsked {
                request: id,
                fallbacks: asked,
            });
        }
        any || self.request.state() == State::Pending
    }
}

/// Who may name a version, in order: the coordinator if it is an owner by the ring that is read,
/// then the other owners that are up, then those of whom it is not sure; where quorums are sloppy
/// and all owners are down, fallbacks. New owners in a change lack what was not copied yet, and
/// must not name.
fn namers(quorum: &Quorum, view: View<'_>, key: &Key, coordinator: NodeId) -> Vec<Namer> {
    let owners = quorum.first_list();
    let mut able: Vec<NodeId> = owners.to_vec();
    able.retain(|&node| (view.health)(node) != Health::Down);
    able.sort_by_key(|&node| (node != coordinator, (view.health)(node)));
    let is_sloppy = view.settings.strictness == Strictness::Sloppy;
    let (true, true, Some(&place)) = (able.is_empty(), is_sloppy, owners.first()) else {
        // A belief may be wrong: where all are said to be down, they are asked.
        let all = if able.is_empty() { owners } else { &able };
        let namer = |&node| Namer { node, place: None };
        return all.iter().map(namer).collect();
    };
    let fallback = |node| Namer {
        node,
        place: Some(place),
    };
    let fallbacks = fallbacks_up(view, key).filter(|&node| !quorum.has_voter(node));
    fallbacks.map(fallback).collect()
}

/// The nodes of [`fallbacks`] that are not known to be down.
fn fallbacks_up<'a>(view: View<'a>, key: &Key) -> impl Iterator<Item = NodeId> + use<'a> {
    let is_down = |node: &NodeId| (view.health)(*node) == Health::Down;
    let nodes = fallbacks(view.layout, key);
    nodes.into_iter().filter(move |node| !is_down(node))
}

/// The nodes clockwise of a key, its replicas among them: as many as a list can have and
/// [`FALLBACKS_MAX`] more.
pub(crate) fn fallbacks(layout: &Layout, key: &Key) -> Vec<NodeId> {
    let ring = layout.reads();
    let wanted = (REPLICAS_MAX + FALLBACKS_MAX).min(ring.storage_nodes());
    let mut nodes = Vec::with_capacity(wanted);
    let mut token = key.token();
    for _ in 0..FALLBACK_STEPS_MAX {
        let Some((range, owner)) = ring.range_at(token).filter(|_| nodes.len() < wanted) else {
            break;
        };
        if !nodes.contains(&owner) {
            nodes.push(owner);
        }
        token = Token(range.to.0.wrapping_add(1));
    }
    nodes
}

impl Request {
    /// Takes a reply; whether it was awaited.
    fn add(
        &mut self,
        id: RequestId,
        stage: Stage,
        reply: (NodeId, Reply),
        out: &mut Outbox<'_>,
    ) -> bool {
        match self {
            Self::Get(get) => get.add(id, stage, reply, out),
            Self::Put(put) => put.add(id, stage, reply, out),
        }
    }

    fn state(&self) -> State {
        match self {
            Self::Get(get) => get.state(),
            Self::Put(put) => put.quorum().state(),
        }
    }

    const fn quorum(&self) -> &Quorum {
        match self {
            Self::Get(get) => get.quorum(),
            Self::Put(put) => put.quorum(),
        }
    }

    const fn key(&self) -> &Key {
        match self {
            Self::Get(get) => get.key(),
            Self::Put(put) => put.key(),
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
