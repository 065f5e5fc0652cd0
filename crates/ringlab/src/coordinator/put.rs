//! A write in flight: one replica names the version and stores it, then all others store the same
//! cell; W acknowledgements are enough. A delete is a write of a tombstone.
//!
//! The coordinator itself is that replica when it is one (Dynamo, section 4.5), so that naming
//! costs no round trip; another coordinator asks the first replica that is up or, where quorums
//! are sloppy and all are down, a fallback. Another one is asked only when that one declines: a
//! write with two names would stay beside what replaces one of them.

use crate::layout::Stage;
use crate::message::{Answer, Event, Message, RequestId};
use crate::outbox::Outbox;
use crate::pair::{Key, Value};
use crate::quorum::{Fallback, Quorum};
use crate::ring::NodeId;
use crate::settings::Merge;
use crate::version::{Siblings, VersionVector};

use super::Reply;

#[derive(Clone, Debug)]
pub(super) struct Put {
    key: Key,
    write: Write,
    quorum: Quorum,
    /// Who may name the version; the last is asked first.
    namers: Vec<Namer>,
    /// Who was asked to.
    asked: Option<Namer>,
    /// The cell with the version in it, once it is named.
    named: Option<Siblings>,
}

/// What is written.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub(super) context: VersionVector,
    /// `None` is a tombstone.
    pub(super) value: Option<Value>,
    pub(super) merge: Merge,
}

/// A node that may name a version: a replica, or a fallback in the place of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Namer {
    pub(super) node: NodeId,
    pub(super) place: Option<NodeId>,
    /// The life in which it is asked.
    pub(super) life: u64,
}

impl Put {
    /// `namers` in order: the first that does not decline names the version.
    pub(super) fn begin(
        request: RequestId,
        stage: Stage,
        key: Key,
        write: Write,
        (quorum, mut namers): (Quorum, Vec<Namer>),
        out: &mut Outbox<'_>,
    ) -> Self {
        namers.reverse();
        let mut put = Self {
            key,
            write,
            namers,
            asked: None,
            named: None,
            quorum,
        };
        put.ask_next_namer(request, stage, out);
        put
    }

    /// Asks a fallback to store the write in the place of a replica that does not. It was not asked
    /// before.
    pub(super) fn ask_fallback(
        &mut self,
        request: RequestId,
        stage: Stage,
        Fallback { node, place }: Fallback,
        out: &mut Outbox<'_>,
    ) {
        if let Some(named) = &self.named
            && self.quorum.stand_in(place, node)
        {
            out.send(node, self.copy(request, stage, named, Some(place)));
        }
    }

    pub(super) fn add(
        &mut self,
        request: RequestId,
        stage: Stage,
        (from, reply): (NodeId, Reply),
        out: &mut Outbox<'_>,
    ) -> bool {
        let is_namer = self.is_asked_of(from);
        let yes = !matches!(reply, Reply::Declined);
        if !self.quorum.vote(from, yes) {
            return false;
        }
        match reply {
            Reply::Cell(cell) if is_namer => {
                self.replicate(request, stage, (from, &cell), out);
                self.named = Some(cell);
            }
            // Without a name there is nothing to send to the others.
            Reply::Declined if is_namer && !self.ask_next_namer(request, stage, out) => {
                self.quorum.give_up();
            }
            _ => {}
        }
        true
    }

    pub(super) const fn key(&self) -> &Key {
        &self.key
    }

    pub(super) const fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    /// Whether a node was asked to name the version, and has not.
    pub(super) fn is_asked_of(&self, node: NodeId) -> bool {
        self.named.is_none() && self.asked.is_some_and(|asked| asked.node == node)
    }

    /// Whether the version has its name.
    pub(super) const fn is_named(&self) -> bool {
        self.named.is_some()
    }

    pub(super) fn answer(&self) -> Answer {
        let named = self.named.as_ref();
        Answer {
            siblings: named
                .expect("only what is named is stored, and counted")
                .clone(),
            replicas: self.quorum.for_it().collect(),
            fallbacks: self.quorum.fallbacks_for_it().collect(),
        }
    }

    /// Replicas that did not acknowledge.
    pub(super) fn behind(&self) -> Vec<NodeId> {
        let stored: Vec<NodeId> = self.quorum.for_it().collect();
        let own_places = self.quorum.own_places();
        own_places.filter(|node| !stored.contains(node)).collect()
    }

    /// Asks the next one that may name the version; whether there was one.
    fn ask_next_namer(&mut self, request: RequestId, stage: Stage, out: &mut Outbox<'_>) -> bool {
        let Some(namer) = self.namers.pop() else {
            return false;
        };
        self.asked = Some(namer);
        if let Some(place) = namer.place {
            self.quorum.stand_in(place, namer.node);
        }
        out.observe(Event::Asked {
            request,
            replicas: vec![namer.node],
            needed: self.quorum.needed(),
        });
        self.ask(request, stage, namer, out);
        true
    }

    /// Asks who may name the version again when it is in another life than was meant: in that one it
    /// has not named it, and will not.
    pub(super) fn ask_in_life(
        &mut self,
        request: RequestId,
        stage: Stage,
        (node, life): (NodeId, u64),
        out: &mut Outbox<'_>,
    ) {
        if let Some(asked) = self.asked
            && self.is_asked_of(node)
            && asked.life != life
        {
            let asked = Namer { life, ..asked };
            self.asked = Some(asked);
            self.ask(request, stage, asked, out);
        }
    }

    fn ask(
        &self,
        request: RequestId,
        stage: Stage,
        Namer { node, place, life }: Namer,
        out: &mut Outbox<'_>,
    ) {
        let Write {
            context,
            value,
            merge,
        } = self.write.clone();
        let write = Message::Write {
            request,
            stage,
            key: self.key.clone(),
            context,
            value,
            merge,
            place,
            life,
        };
        out.send(node, write);
    }

    /// Sends the named cell to all others that are asked.
    fn replicate(
        &self,
        request: RequestId,
        stage: Stage,
        (namer, named): (NodeId, &Siblings),
        out: &mut Outbox<'_>,
    ) {
        let others = self.quorum.own_places().filter(|&node| node != namer);
        let replicas: Vec<NodeId> = others.collect();
        for &node in &replicas {
            out.send(node, self.copy(request, stage, named, None));
        }
        if !replicas.is_empty() {
            let needed = self.quorum.needed();
            out.observe(Event::Asked {
                request,
                replicas,
                needed,
            });
        }
    }

    fn copy(
        &self,
        request: RequestId,
        stage: Stage,
        siblings: &Siblings,
        place: Option<NodeId>,
    ) -> Message {
        Message::Replicate {
            request,
            stage,
            key: self.key.clone(),
            siblings: siblings.clone(),
            place,
        }
    }
}
