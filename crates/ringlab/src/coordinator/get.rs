//! A read in flight: it asks all N replicas and answers what R of them know together. Replicas that
//! it finds behind are told what they lack: after the answer, or before it.

use crate::layout::Stage;
use crate::message::{Answer, Event, Message, RequestId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::quorum::{Fallback, Quorum, State};
use crate::ring::NodeId;
use crate::settings::ReadRepair;
use crate::version::Siblings;

use super::Reply;

#[derive(Clone, Debug)]
pub(super) struct Get {
    key: Key,
    quorum: Quorum,
    repair: ReadRepair,
    /// What each node said.
    cells: Vec<(NodeId, Siblings)>,
    /// All of it together.
    joined: Siblings,
    /// Where repair comes first: what will be answered, and how many know it.
    repairing: Option<(Answer, Quorum)>,
}

impl Get {
    pub(super) fn begin(
        request: RequestId,
        stage: Stage,
        key: Key,
        (quorum, repair): (Quorum, ReadRepair),
        out: &mut Outbox<'_>,
    ) -> Self {
        out.observe(Event::Asked {
            request,
            replicas: quorum.voters().collect(),
            needed: quorum.needed(),
        });
        let get = Self {
            key,
            quorum,
            repair,
            cells: Vec::new(),
            joined: Siblings::default(),
            repairing: None,
        };
        for node in get.quorum.voters() {
            out.send(node, get.question(request, stage, None));
        }
        get
    }

    /// Asks a fallback in the place of a replica that does not answer.
    pub(super) fn ask_fallback(
        &mut self,
        request: RequestId,
        stage: Stage,
        Fallback { node, place }: Fallback,
        out: &mut Outbox<'_>,
    ) {
        if self.quorum.stand_in(place, node) {
            out.send(node, self.question(request, stage, Some(place)));
        }
    }

    pub(super) fn add(
        &mut self,
        request: RequestId,
        stage: Stage,
        (from, reply): (NodeId, Reply),
        out: &mut Outbox<'_>,
    ) -> bool {
        let cell = match reply {
            Reply::Cell(cell) => Some(cell),
            Reply::Stored => {
                let repairing = self.repairing.as_mut();
                return repairing.is_some_and(|(_, quorum)| quorum.vote(from, true));
            }
            Reply::Declined => None,
        };
        if !self.quorum.vote(from, cell.is_some()) {
            return false;
        }
        if let Some(cell) = cell {
            self.joined.join(&cell);
            self.cells.push((from, cell));
        }
        let reached = self.quorum.state() == State::Reached;
        if reached && self.repair == ReadRepair::Blocking && self.repairing.is_none() {
            self.repair_first(request, stage, out);
        }
        true
    }

    /// Decides when to answer: the replies; or, where repair comes first, who knows the answer.
    pub(super) fn state(&self) -> State {
        match &self.repairing {
            Some((_, quorum)) => quorum.state(),
            None => self.quorum.state(),
        }
    }

    pub(super) const fn key(&self) -> &Key {
        &self.key
    }

    pub(super) const fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    pub(super) fn answer(&self) -> Answer {
        match &self.repairing {
            Some((answer, _)) => answer.clone(),
            None => self.found(),
        }
    }

    /// Replicas that do not know all that the others know, or did not say.
    pub(super) fn behind(&self) -> Vec<NodeId> {
        let own_place = self.quorum.own_places();
        own_place
            .filter(|&node| self.cell_of(node) != Some(&self.joined))
            .collect()
    }

    /// After the answer: tells replicas that said less than all what they lack.
    pub(super) fn repair(&self, request: RequestId, stage: Stage, out: &mut Outbox<'_>) {
        let said = |node: &NodeId| self.cell_of(*node).is_some();
        let replicas: Vec<NodeId> = self.behind().into_iter().filter(said).collect();
        if replicas.is_empty() {
            return;
        }
        for &node in &replicas {
            let repair = Message::Repair {
                stage,
                key: self.key.clone(),
                siblings: self.joined.clone(),
            };
            out.send(node, repair);
        }
        out.observe(Event::Repaired { request, replicas });
    }

    /// Before the answer: sends it to those who replied and do not know it, and counts who does.
    fn repair_first(&mut self, request: RequestId, stage: Stage, out: &mut Outbox<'_>) {
        let answer = self.found();
        let counted: Vec<NodeId> = self.cells.iter().map(|(node, _)| *node).collect();
        let mut knowing = Quorum::new(self.quorum.needed(), &counted);
        let mut behind = Vec::new();
        for (node, cell) in &self.cells {
            if *cell == answer.siblings {
                knowing.vote(*node, true);
                continue;
            }
            behind.push(*node);
            let fallback = answer.fallbacks.iter().find(|other| other.node == *node);
            let replicate = Message::Replicate {
                request,
                stage,
                key: self.key.clone(),
                siblings: answer.siblings.clone(),
                place: fallback.map(|fallback| fallback.place),
            };
            out.send(*node, replicate);
        }
        if !behind.is_empty() {
            out.observe(Event::Repaired {
                request,
                replicas: behind,
            });
        }
        self.repairing = Some((answer, knowing));
    }

    fn found(&self) -> Answer {
        Answer {
            siblings: self.joined.clone(),
            replicas: self.quorum.for_it().collect(),
            fallbacks: self.quorum.fallbacks_for_it().collect(),
        }
    }

    fn question(&self, request: RequestId, stage: Stage, place: Option<NodeId>) -> Message {
        Message::Read {
            request,
            stage,
            key: self.key.clone(),
            place,
        }
    }

    fn cell_of(&self, node: NodeId) -> Option<&Siblings> {
        let mut cells = self.cells.iter();
        cells.find(|known| known.0 == node).map(|(_, cell)| cell)
    }
}
