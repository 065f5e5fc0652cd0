//! The role of a node for the keys it owns: it reads, names and stores, and acknowledges only what
//! is stored. It knows no ring and no quorum.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::message::{AppendId, Event, Membership, Message, Record, RequestId};
use crate::outbox::Outbox;
use crate::pair::{Key, Value};
use crate::ring::NodeId;
use crate::storage::{Batch, RangeSet, Storage};
use crate::version::{Actor, Dot, Siblings, VersionVector};

/// Appends that may wait for the disk; a replica that has more declines writes.
pub const APPENDS_WAITING_MAX: usize = 65_536;

/// A replica and its data.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    storage: Storage,
    actor: Actor,
    /// The last one given. Never goes back; a disk keeps a lease of it, once there is one.
    counter: u64,
    /// What to say to whom once an append is stored.
    acknowledgements: BTreeMap<AppendId, (NodeId, Message)>,
    appends: u64,
}

impl Replica {
    pub(crate) const fn new(actor: Actor, storage: Storage) -> Self {
        Self {
            storage,
            actor,
            counter: 0,
            acknowledgements: BTreeMap::new(),
            appends: 0,
        }
    }

    pub(crate) const fn storage(&self) -> &Storage {
        &self.storage
    }

    /// From now on dots are a new actor's: the node receives ranges, and what it is handed may
    /// lack dots that it gave when it had them before.
    pub(crate) const fn renew(&mut self, since: u64) {
        self.actor.since = since;
    }

    pub(crate) fn read(&self, from: NodeId, request: RequestId, key: &Key, out: &mut Outbox<'_>) {
        let siblings = self.storage.get(key);
        out.send(from, Message::ReadReply { request, siblings });
    }

    /// Makes a version of a write in this replica's cell.
    pub(crate) fn write(
        &mut self,
        from: NodeId,
        request: RequestId,
        key: &Key,
        (context, value): (VersionVector, Option<Value>),
        out: &mut Outbox<'_>,
    ) {
        self.counter += 1;
        let dot = Dot {
            actor: self.actor,
            counter: self.counter,
        };
        let mut siblings = self.storage.get(key);
        siblings.write(dot, context, value);
        self.storage.join(key, &siblings);
        out.observe(Event::Named { request, dot });
        let record = Record::Cell(key.clone(), siblings.clone());
        self.append(record, from, Message::Written { request, siblings }, out);
    }

    /// Takes a write that another replica named.
    pub(crate) fn replicate(
        &mut self,
        from: NodeId,
        request: RequestId,
        key: &Key,
        siblings: &Siblings,
        out: &mut Outbox<'_>,
    ) {
        self.storage.join(key, siblings);
        let record = Record::Cell(key.clone(), siblings.clone());
        self.append(record, from, Message::Replicated { request }, out);
    }

    /// Takes what an old owner sends. Taking it twice changes nothing.
    pub(crate) fn receive(&mut self, from: NodeId, batch: Arc<Batch>, out: &mut Outbox<'_>) {
        if let Some((keyspace, held)) = &batch.loaded {
            self.storage.hold(keyspace, held);
        }
        for (key, siblings) in &batch.cells {
            self.storage.join(key, siblings);
        }
        let stored = Message::Membership(Membership::BatchStored {
            version: batch.version,
            number: batch.number,
        });
        self.append(Record::Batch(batch), from, stored, out);
    }

    /// Deletes what it does not own in a layout version, then says `done` to the leader.
    pub(crate) fn release(
        &mut self,
        ranges: &RangeSet,
        version: u64,
        (leader, done): (NodeId, Message),
        out: &mut Outbox<'_>,
    ) {
        let load = self.storage.release(ranges);
        out.observe(Event::Released { version, load });
        self.append(Record::Released(version), leader, done, out);
    }

    /// Whether it takes another write.
    pub(crate) fn has_room(&self) -> bool {
        self.acknowledgements.len() < APPENDS_WAITING_MAX
    }

    /// What to say now that an append is stored, and to whom.
    pub(crate) fn stored(&mut self, append: AppendId) -> Option<(NodeId, Message)> {
        self.acknowledgements.remove(&append)
    }

    fn append(&mut self, record: Record, to: NodeId, done: Message, out: &mut Outbox<'_>) {
        let id = AppendId(self.appends);
        self.appends += 1;
        self.acknowledgements.insert(id, (to, done));
        out.append(id, record);
    }
}
