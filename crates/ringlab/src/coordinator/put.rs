//! A write in flight: one replica names the version and stores it, then all others store the same
//! cell; W acknowledgements are enough. A delete is a write of a tombstone.
//!
//! The coordinator itself is that replica when it is one (Dynamo, section 4.5), so that naming
//! costs no round trip; another coordinator asks the primary. Where quorums are sloppy and it does
//! not answer, the next one is asked, and at last a fallback: then one write may have two names,
//! which the answer's context covers both.

use crate::layout::Stage;
use crate::message::{Answer, Event, Message, RequestId};
use crate::outbox::Outbox;
use crate::pair::{Key, Value};
use crate::quorum::{Fallback, Quorum};
use crate::ring::NodeId;
use crate::version::{Siblings, VersionVector};

use super::Reply;

#[derive(Clone, Debug)]
pub(super) struct Put {
    key: Key,
    write: (VersionVector, Option<Value>),
    quorum: Quorum,
    /// Replicas that are believed to be down: others are asked to name first.
    down: Vec<NodeId>,
    /// Who was asked to name the version, in this order.
    namers: Vec<NodeId>,
    /// The cell with the version in it, once it is named.
    named: Option<Siblings>,
}

impl Put {
    pub(super) fn begin(
        request: RequestId,
        stage: Stage,
        key: Key,
        write: (VersionVector, Option<Value>),
        (quorum, down): (Quorum, Vec<NodeId>),
        out: &mut Outbox<'_>,
    ) -> Self {
        let mut put = Self {
            down,
            key,
            write,
            namers: Vec::new(),
            named: None,
            quorum,
        };
        put.ask_next_namer(request, stage, out);
        put
    }

    /// Asks the next replica that may name the version; whether there was one.
    pub(super) fn ask_next_namer(
        &mut self,
        request: RequestId,
        stage: Stage,
        out: &mut Outbox<'_>,
    ) -> bool {
        let namer = self.next_namer(out.id);
        if let Some(namer) = namer {
            out.observe(Event::Asked {
                request,
                replicas: vec![namer],
                needed: self.quorum.needed(),
            });
            self.ask_to_name(request, stage, (namer, None), out);
        }
        namer.is_some()
    }

    /// Asks a fallback to store the write in the place of a replica that does not, or to name it
    /// when nobody did. It was not asked before.
    pub(super) fn ask_fallback(
        &mut self,
        request: RequestId,
        stage: Stage,
        Fallback { node, place }: Fallback,
        out: &mut Outbox<'_>,
    ) {
        if !self.quorum.stand_in(place, node) {
            return;
        }
        match &self.named {
            Some(named) => {
                let replicate = self.copy(request, stage, named, Some(place));
                out.send(node, replicate);
            }
            None => self.ask_to_name(request, stage, (node, Some(place)), out),
        }
    }

    pub(super) fn add(
        &mut self,
        request: RequestId,
        stage: Stage,
        (from, reply): (NodeId, Reply),
        out: &mut Outbox<'_>,
    ) -> bool {
        match reply {
            Reply::Cell(cell) if self.named.is_none() => {
                if !self.quorum.vote(from, true) {
                    return false;
                }
                self.replicate(request, stage, (from, &cell), out);
                self.named = Some(cell);
                true
            }
            Reply::Cell(cell) => {
                // Named a second time. Its replica is counted when it has the first name, too.
                if let Some(named) = &mut self.named {
                    named.join(&cell);
                    let named = named.clone();
                    let replicate = self.copy(request, stage, &named, None);
                    out.send(from, replicate);
                }
                false
            }
            Reply::Stored => self.quorum.vote(from, true),
            Reply::Declined => {
                let counted = self.quorum.vote(from, false);
                let nobody_names = self.named.is_none() && self.namers.last() == Some(&from);
                if nobody_names && !self.ask_next_namer(request, stage, out) {
                    self.quorum.give_up();
                }
                counted
            }
        }
    }

    pub(super) const fn key(&self) -> &Key {
        &self.key
    }

    pub(super) const fn quorum(&self) -> &Quorum {
        &self.quorum
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

    /// The coordinator if it is an owner by the ring that is read, then the other owners in order,
    /// those that are up first: new owners in a change lack what was not copied yet, and must not
    /// name.
    fn next_namer(&self, coordinator: NodeId) -> Option<NodeId> {
        let owners = self.quorum.first_list();
        let own = owners.iter().filter(|&&node| node == coordinator);
        let up = owners.iter().filter(|node| !self.down.contains(node));
        let mut owners = own.chain(up).chain(owners).copied();
        owners.find(|node| !self.namers.contains(node))
    }

    fn ask_to_name(
        &mut self,
        request: RequestId,
        stage: Stage,
        (node, place): (NodeId, Option<NodeId>),
        out: &mut Outbox<'_>,
    ) {
        self.namers.push(node);
        let (context, value) = self.write.clone();
        let write = Message::Write {
            request,
            stage,
            key: self.key.clone(),
            context,
            value,
            place,
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
