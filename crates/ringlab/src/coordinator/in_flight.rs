//! A request in flight, whatever it is: what both kinds are asked alike, and how they are answered.

use crate::layout::Stage;
use crate::message::{Answer, Event, Outcome, RequestId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::quorum::{Fallback, Quorum, State};
use crate::ring::NodeId;
use crate::settings::Merge;
use crate::time::Instant;
use crate::version::Dot;

use super::candidates::fallbacks_up;
use super::get::Get;
use super::put::Put;
use super::terms::Terms;
use super::{Reply, View};

#[derive(Clone, Debug)]
pub(super) struct InFlight {
    pub(super) stage: Stage,
    pub(super) terms: Terms,
    pub(super) began: Instant,
    pub(super) answered: bool,
    /// Fallbacks may be asked.
    pub(super) is_sloppy: bool,
    pub(super) request: Request,
}

#[derive(Clone, Debug)]
pub(super) enum Request {
    Get(Get),
    /// A delete is a put of a tombstone.
    Put(Put),
}

impl InFlight {
    pub(super) fn answer_reached(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        if self.answered {
            return;
        }
        out.observe(Event::QuorumReached { request: id });
        let outcome = match &self.request {
            Request::Get(get) => Outcome::Values(self.merged(id, get.answer(), out)),
            Request::Put(put) => Outcome::Stored(put.answer()),
        };
        self.answer(id, outcome, out);
    }

    /// What of an answer's versions the client is shown. Its context has the others all the same: what
    /// it writes next will replace them.
    fn merged(&self, id: RequestId, mut answer: Answer, out: &mut Outbox<'_>) -> Answer {
        if self.terms.merge == Merge::LastWriterWins {
            let shown = answer.siblings.last_alone();
            let all = answer.siblings.versions().iter().map(|version| version.dot);
            let is_shown = |dot: Dot| shown.versions().iter().any(|version| version.dot == dot);
            let versions: Vec<Dot> = all.filter(|&dot| !is_shown(dot)).collect();
            if !versions.is_empty() {
                out.observe(Event::Dropped {
                    request: id,
                    versions,
                });
            }
            answer.siblings = shown;
        }
        answer
    }

    pub(super) fn ask_held_back(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        let stage = self.stage;
        if let (Request::Get(get), false) = (&mut self.request, self.answered) {
            get.ask_held_back(id, stage, out);
        }
    }

    pub(super) fn answer_unreachable(&mut self, id: RequestId, out: &mut Outbox<'_>) {
        let quorum = self.request.quorum();
        let outcome = Outcome::QuorumUnreachable {
            needed: quorum.needed(),
            answered: quorum.counted(),
        };
        self.answer(id, outcome, out);
    }

    pub(super) fn answer(&mut self, id: RequestId, outcome: Outcome, out: &mut Outbox<'_>) {
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
    pub(super) fn ask_more(&mut self, id: RequestId, view: View<'_>, out: &mut Outbox<'_>) -> bool {
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

impl Request {
    /// Takes a reply; whether it was awaited.
    pub(super) fn add(
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

    pub(super) fn state(&self) -> State {
        match self {
            Self::Get(get) => get.state(),
            Self::Put(put) => put.quorum().state(),
        }
    }

    pub(super) const fn quorum(&self) -> &Quorum {
        match self {
            Self::Get(get) => get.quorum(),
            Self::Put(put) => put.quorum(),
        }
    }

    pub(super) const fn key(&self) -> &Key {
        match self {
            Self::Get(get) => get.key(),
            Self::Put(put) => put.key(),
        }
    }

    /// Whether a node was asked to name the version.
    pub(super) fn is_asked_of(&self, node: NodeId) -> bool {
        matches!(self, Self::Put(put) if put.is_asked_of(node))
    }

    /// Whether nobody is left to reply.
    pub(super) fn is_complete(&self) -> bool {
        match self {
            Self::Get(get) => get.is_complete(),
            Self::Put(put) => put.quorum().all_voted(),
        }
    }

    pub(super) fn behind(&self) -> Vec<NodeId> {
        match self {
            Self::Get(get) => get.behind(),
            Self::Put(put) => put.behind(),
        }
    }
}
