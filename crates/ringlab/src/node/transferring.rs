//! A node's part while data moves to new owners: as the source of it and as its target.

use std::sync::Arc;

use crate::disk::Disk;
use crate::layout::{Change, Layout, Stage, Step};
use crate::message::{Membership, Message};
use crate::outbox::Outbox;
use crate::ring::NodeId;
use crate::storage::Batch;
use crate::transfer::Transfer;

use super::Node;

impl<D: Disk> Node<D> {
    /// Begins to send what new owners lack, or says again how far that is.
    pub(super) fn stream(&mut self, leader: NodeId, version: u64, out: &mut Outbox<'_>) {
        let Some(change) = self.announced_change(version) else {
            if self.has_turned(version) {
                let streaming = Membership::Streaming { version };
                out.send(leader, Message::Membership(streaming));
                let streamed = Membership::Streamed { version };
                out.send(leader, Message::Membership(streamed));
            }
            return;
        };
        out.send(
            leader,
            Message::Membership(Membership::Streaming { version }),
        );
        match &self.transfer {
            Some(transfer) if transfer.version() == version => {
                if transfer.is_done() {
                    let streamed = Membership::Streamed { version };
                    out.send(leader, Message::Membership(streamed));
                }
            }
            _ => {
                self.transfer = Some(Transfer::new(&change, self.replica.life(), out));
                self.send_on(out);
            }
        }
    }

    /// Sends the next batches of what new owners lack.
    pub(super) fn send_on(&mut self, out: &mut Outbox<'_>) {
        // What may be lost is fetched first: a copy of less would be taken for all.
        if let Some(transfer) = &mut self.transfer
            && self.replica.damaged().is_empty()
        {
            let sent = transfer.proceed(self.replica.storage(), out);
            self.replica.noted(sent);
        }
    }

    /// A target has stored a batch.
    pub(super) fn batch_stored(
        &mut self,
        target: NodeId,
        version: u64,
        number: u64,
        out: &mut Outbox<'_>,
    ) {
        if let Some(transfer) = &mut self.transfer
            && transfer.version() == version
            && transfer.confirmed(target, number, out)
        {
            self.send_on(out);
        }
    }

    /// A target to which this node sends has forgotten the change, and says which one it knows last.
    pub(super) fn announce_again(&self, target: NodeId, known: Stage, out: &mut Outbox<'_>) {
        let version = known.version + 1;
        let sends = self.transfer.as_ref();
        let sends = sends.is_some_and(|transfer| transfer.version() == version);
        if known.step == Step::Released
            && sends
            && let Some(change) = self.announced_change(version)
        {
            out.send(target, Message::Membership(Membership::Announce(change)));
        }
    }

    /// A batch that comes when reads have turned is an old one, or of a source that began again:
    /// all was copied and stored before.
    pub(super) fn receive_batch(&mut self, from: NodeId, batch: Arc<Batch>, out: &mut Outbox<'_>) {
        let (version, number) = (batch.version, batch.number);
        if self.announced_change(version).is_some() {
            if let Some((_, held)) = &batch.loaded {
                self.received = self.received.union(held);
            }
            self.replica.receive(from, batch, out);
        } else if self.has_turned(version) {
            let stored = Membership::BatchStored { version, number };
            out.send(from, Message::Membership(stored));
        } else if let Some(own) = self.layout.as_ref().map(Layout::stage) {
            let step = Step::Announced;
            self.lag_behind(from, own, Stage { version, step }, out);
        }
    }

    /// Whether reads turned in the change to `version`: so all was copied.
    fn has_turned(&self, version: u64) -> bool {
        let step = Step::Committed;
        let stage = self.layout.as_ref().map(Layout::stage);
        stage >= Some(Stage { version, step })
    }

    /// The change to `version`, while data of it moves.
    fn announced_change(&self, version: u64) -> Option<Arc<Change>> {
        let layout = self.layout.as_ref()?;
        let step = Step::Announced;
        let moves = layout.stage() == Stage { version, step };
        layout.change().filter(|_| moves).cloned()
    }
}
