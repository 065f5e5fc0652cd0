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
    /// Replicas that are not asked, as long as the others answer in time.
    held_back: Vec<NodeId>,
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
        (quorum, repair, held_back): (Quorum, ReadRepair, Vec<NodeId>),
        out: &mut Outbox<'_>,
    ) -> Self {
        let get = Self {
            key,
            quorum,
            repair,
            held_back,
            cells: Vec::new(),
            joined: Siblings::default(),
            repairing: None,
        };
        let is_asked = |node: &NodeId| !get.held_back.contains(node);
        get.ask(request, stage, get.quorum.voters().filter(is_asked), out);
        get
    }

    /// Asks those that were held back.
    pub(super) fn ask_held_back(&mut self, request: RequestId, stage: Stage, out: &mut Outbox<'_>) {
        let replicas = std::mem::take(&mut self.held_back);
        if !replicas.is_empty() {
            out.observe(Event::Hedged { request });
            self.ask(request, stage, replicas.into_iter(), out);
        }
    }

    /// Whether everyone who was asked has replied.
    pub(super) fn is_complete(&self) -> bool {
        let mut silent = self.quorum.silent();
        silent.all(|node| self.held_back.contains(&node))
    }

    fn ask(
        &self,
        request: RequestId,
        stage: Stage,
        replicas: impl Iterator<Item = NodeId> + Clone,
        out: &mut Outbox<'_>,
    ) {
        out.observe(Event::Asked {
            request,
            replicas: replicas.clone().collect(),
            needed: self.quorum.needed(),
        });
        for node in replicas {
            out.send(node, self.question(request, stage, None));
        }
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
                self.repaired(from);
                return false;
            }
            Reply::Declined | Reply::Refused(_) => {
                self.ask_held_back(request, stage, out);
                None
            }
        };
        if let (None, Some((_, knowing))) = (&cell, &mut self.repairing) {
            knowing.vote(from, false);
        }
        if !self.quorum.vote(from, cell.is_some()) {
            return false;
        }
        if let Some(cell) = cell {
            self.joined.join(&cell);
            self.cells.push((from, cell));
            if self.repairing.is_some() {
                self.repair_one(request, stage, from, out);
            }
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
            .filter(|node| !self.held_back.contains(node))
            .filter(|&node| self.cell_of(node) != Some(&self.joined))
            .collect()
    }

    /// After the answer: tells replicas that are behind what they lack, if they said anything.
    pub(super) fn repair(
        &self,
        request: RequestId,
        stage: Stage,
        behind: Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        let mut replicas = behind;
        replicas.retain(|&node| self.cell_of(node).is_some());
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

    /// A node has stored the answer.
    fn repaired(&mut self, from: NodeId) {
        let Some((answer, knowing)) = &mut self.repairing else {
            return;
        };
        knowing.vote(from, true);
        if let Some((_, cell)) = self.cells.iter_mut().find(|known| known.0 == from) {
            cell.join(&answer.siblings);
        }
    }

    /// Counts a node that knows the answer, and sends it to one that does not; whether it did.
    fn repair_one(
        &mut self,
        request: RequestId,
        stage: Stage,
        node: NodeId,
        out: &mut Outbox<'_>,
    ) -> bool {
        let fallbacks = self.quorum.fallbacks_for_it();
        let place = fallbacks.filter(|fallback| fallback.node == node).last();
        let cell = self.cells.iter().find(|known| known.0 == node);
        let (Some((answer, knowing)), Some((_, cell))) = (&mut self.repairing, cell) else {
            return false;
        };
        let mut joined = cell.clone();
        joined.join(&answer.siblings);
        if joined == *cell {
            knowing.vote(node, true);
            return false;
        }
        let replicate = Message::Replicate {
            request,
            stage,
            key: self.key.clone(),
            siblings: answer.siblings.clone(),
            place: place.map(|fallback| fallback.place),
        };
        out.send(node, replicate);
        true
    }

    /// Before the answer: sends it to those who replied and do not know it, and counts who does.
    fn repair_first(&mut self, request: RequestId, stage: Stage, out: &mut Outbox<'_>) {
        self.repairing = Some((self.found(), self.quorum.unanswered()));
        let replied: Vec<NodeId> = self.cells.iter().map(|(node, _)| *node).collect();
        let replicas: Vec<NodeId> = replied
            .into_iter()
            .filter(|&node| self.repair_one(request, stage, node, out))
            .collect();
        if !replicas.is_empty() {
            out.observe(Event::Repaired { request, replicas });
        }
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
