//! A write in flight: the first replica that can names the version and stores it, then all others
//! store the same cell; W acknowledgements are enough. A delete is a write of a tombstone.
//!
//! The coordinator itself is that replica when it is one (Dynamo, section 4.5), so that naming
//! costs no round trip; another coordinator asks the primary.

use crate::layout::Stage;
use crate::message::{Event, Message, RequestId};
use crate::outbox::Outbox;
use crate::pair::{Key, Value};
use crate::quorum::Quorum;
use crate::ring::NodeId;
use crate::version::{Siblings, VersionVector};

use super::Reply;

#[derive(Clone, Debug)]
pub(super) struct Put {
    key: Key,
    quorum: Quorum,
    /// Who names the version; nobody when nobody can be asked.
    namer: Option<NodeId>,
    /// The cell with the version in it, once it is named.
    named: Option<Siblings>,
}

impl Put {
    pub(super) fn begin(
        request: RequestId,
        stage: Stage,
        key: Key,
        (context, value): (VersionVector, Option<Value>),
        quorum: Quorum,
        out: &mut Outbox<'_>,
    ) -> Self {
        let namer = namer(&quorum, out.id);
        if let Some(namer) = namer {
            out.observe(Event::Asked {
                request,
                replicas: vec![namer],
                needed: quorum.needed(),
            });
            let write = Message::Write {
                request,
                stage,
                key: key.clone(),
                context,
                value,
            };
            out.send(namer, write);
        }
        Self {
            key,
            quorum,
            namer,
            named: None,
        }
    }

    pub(super) fn add(
        &mut self,
        request: RequestId,
        from: NodeId,
        reply: Reply,
        stage: Stage,
        out: &mut Outbox<'_>,
    ) -> bool {
        let yes = !matches!(reply, Reply::Declined);
        if !self.quorum.vote(from, yes) {
            return false;
        }
        match reply {
            Reply::Cell(cell) if self.named.is_none() => {
                self.replicate(request, stage, &cell, out);
                self.named = Some(cell);
            }
            // Without a name there is nothing to send to the others.
            Reply::Declined if self.namer == Some(from) => self.quorum.give_up(),
            _ => {}
        }
        true
    }

    pub(super) const fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    pub(super) fn answer(&self) -> &Siblings {
        self.named
            .as_ref()
            .expect("only what is named is stored, and counted")
    }

    /// Replicas that did not acknowledge.
    pub(super) fn behind(&self) -> Vec<NodeId> {
        let stored: Vec<NodeId> = self.quorum.for_it().collect();
        self.quorum
            .voters()
            .filter(|node| !stored.contains(node))
            .collect()
    }

    fn replicate(
        &self,
        request: RequestId,
        stage: Stage,
        siblings: &Siblings,
        out: &mut Outbox<'_>,
    ) {
        let others = self
            .quorum
            .voters()
            .filter(|&node| Some(node) != self.namer);
        let replicas: Vec<NodeId> = others.collect();
        for &node in &replicas {
            let replicate = Message::Replicate {
                request,
                stage,
                key: self.key.clone(),
                siblings: siblings.clone(),
            };
            out.send(node, replicate);
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
}

/// The coordinator if it is an owner by the ring that is read, else the first owner: new owners
/// in a change lack what was not copied yet, and must not name.
fn namer(quorum: &Quorum, coordinator: NodeId) -> Option<NodeId> {
    let owners = quorum.first_list();
    let own = owners.iter().find(|&&node| node == coordinator);
    own.or(owners.first()).copied()
}
