//! A read in flight: it asks all N replicas and answers what R of them know together.

use crate::layout::Stage;
use crate::message::{Event, Message, RequestId};
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::quorum::Quorum;
use crate::ring::NodeId;
use crate::version::Siblings;

use super::Reply;

#[derive(Clone, Debug)]
pub(super) struct Get {
    quorum: Quorum,
    /// What each replica said.
    cells: Vec<(NodeId, Siblings)>,
    /// All of it together.
    joined: Siblings,
}

impl Get {
    pub(super) fn begin(
        request: RequestId,
        stage: Stage,
        key: &Key,
        quorum: Quorum,
        out: &mut Outbox<'_>,
    ) -> Self {
        out.observe(Event::Asked {
            request,
            replicas: quorum.voters().collect(),
            needed: quorum.needed(),
        });
        for node in quorum.voters() {
            let key = key.clone();
            let read = Message::Read {
                request,
                stage,
                key,
            };
            out.send(node, read);
        }
        Self {
            quorum,
            cells: Vec::new(),
            joined: Siblings::default(),
        }
    }

    pub(super) fn add(&mut self, from: NodeId, reply: Reply) -> bool {
        let cell = match reply {
            Reply::Cell(cell) => Some(cell),
            Reply::Stored | Reply::Declined => None,
        };
        if !self.quorum.vote(from, cell.is_some()) {
            return false;
        }
        if let Some(cell) = cell {
            self.joined.join(&cell);
            self.cells.push((from, cell));
        }
        true
    }

    pub(super) const fn quorum(&self) -> &Quorum {
        &self.quorum
    }

    pub(super) const fn answer(&self) -> &Siblings {
        &self.joined
    }

    /// Replicas that do not know all that the others know.
    pub(super) fn behind(&self) -> Vec<NodeId> {
        let up_to_date = |node: &NodeId| {
            let known = self.cells.iter().find(|known| known.0 == *node);
            known.is_some_and(|known| known.1 == self.joined)
        };
        self.quorum
            .voters()
            .filter(|node| !up_to_date(node))
            .collect()
    }
}
