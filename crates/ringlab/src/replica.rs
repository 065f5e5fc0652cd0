//! The role of a node for the keys it owns: it reads, names and stores, and acknowledges only what
//! is stored. It knows no ring and no quorum.

mod named;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::handoff::{Hints, Place};
use crate::hash::Token;
use crate::layout::Stage;
use crate::merkle::{self, Forest, Tree};
use crate::message::{AppendId, Event, HintId, Membership, Message, Record, RequestId};
use crate::outbox::Outbox;
use crate::pair::{Key, Value};
use crate::ring::NodeId;
use crate::settings::{BucketCount, Merge, Settings};
use crate::storage::{Batch, RangeSet, Storage, Tombstones};
use crate::version::{Actor, Dot, Siblings, VersionVector};

pub use self::named::NAMED_MAX;
use self::named::Named;

/// Appends that may wait for the disk; a replica that has more declines writes.
pub const APPENDS_WAITING_MAX: usize = 65_536;

/// A write that wants a name.
pub(crate) struct NewVersion {
    /// What its writer has read.
    pub(crate) context: VersionVector,
    /// `None` is a tombstone.
    pub(crate) value: Option<Value>,
    /// Whether it drops what its writer has not read.
    pub(crate) merge: Merge,
}

/// How cells may grow.
#[derive(Clone, Copy, Debug)]
struct Growth {
    /// Pairs of the context of a new version.
    clock_pairs: u32,
    siblings_max: u32,
}

/// A replica and its data.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    storage: Storage,
    /// What it keeps in the place of other replicas.
    hints: Hints,
    /// Digests of what it shares with others, while it compares itself with any.
    trees: Forest,
    growth: Growth,
    actor: Actor,
    /// The last one given. Never goes back; a disk keeps a lease of it, once there is one.
    counter: u64,
    named: Named,
    /// What to say to whom once an append is stored.
    acknowledgements: BTreeMap<AppendId, Option<(NodeId, Message)>>,
    appends: u64,
}

impl Replica {
    pub(crate) fn new(actor: Actor, storage: Storage) -> Self {
        Self {
            storage,
            hints: Hints::new(actor),
            trees: Forest::default(),
            growth: Growth {
                clock_pairs: Settings::DEFAULT.clock_pairs,
                siblings_max: Settings::DEFAULT.siblings_max,
            },
            actor,
            counter: 0,
            named: Named::default(),
            acknowledgements: BTreeMap::new(),
            appends: 0,
        }
    }

    pub(crate) const fn storage(&self) -> &Storage {
        &self.storage
    }

    /// From now on it keeps to these limits.
    pub(crate) const fn configure(&mut self, settings: &Settings) {
        self.hints.limit(settings.hints);
        self.growth = Growth {
            clock_pairs: settings.clock_pairs,
            siblings_max: settings.siblings_max,
        };
    }

    /// From now on dots are a new actor's: the node receives ranges, and what it is handed may
    /// lack dots that it gave when it had them before.
    pub(crate) const fn renew(&mut self, since: u64) {
        self.actor.since = since;
    }

    pub(crate) const fn hints(&self) -> &Hints {
        &self.hints
    }

    /// Tells what it knows of a key: as its replica, or what it keeps of it in another's place.
    pub(crate) fn read(
        &self,
        from: NodeId,
        request: RequestId,
        (key, place): (&Key, Option<NodeId>),
        out: &mut Outbox<'_>,
    ) {
        let siblings = match place {
            None => self.storage.get(key),
            Some(_) => self.hints.known(key),
        };
        out.send(from, Message::ReadReply { request, siblings });
    }

    /// Makes a version of a write in this replica's cell, or in what it keeps of it in another's
    /// place. A message that comes twice says nothing new.
    pub(crate) fn write(
        &mut self,
        from: NodeId,
        request: RequestId,
        (key, place): (&Key, Option<NodeId>),
        NewVersion {
            mut context,
            value,
            merge,
        }: NewVersion,
        out: &mut Outbox<'_>,
    ) {
        if !self.named.is_new(from, request) {
            return;
        }
        let (mut siblings, actor) = match place {
            None => (self.storage.get(key), self.actor),
            Some(place) => self.hints.cell(key, place),
        };
        let unread: Vec<Dot> = siblings.unread(&context).collect();
        let (versions, limit) = (unread.len() as u32 + 1, self.growth.siblings_max);
        if merge == Merge::LastWriterWins {
            context.join(&siblings.context());
        } else if versions > limit {
            let refused = Message::TooManySiblings {
                request,
                siblings: versions,
                limit,
            };
            return out.send(from, refused);
        }
        self.counter += 1;
        let dot = Dot {
            actor,
            counter: self.counter,
        };
        siblings.write_with(dot, context, value, self.growth.clock_pairs as usize);
        out.observe(Event::Named { request, dot });
        if merge == Merge::LastWriterWins && !unread.is_empty() {
            let versions = unread;
            out.observe(Event::Dropped { request, versions });
        }
        let record = self.keep(key, place, &siblings, out);
        let written = Message::Written { request, siblings };
        self.append(record, Some((from, written)), out);
    }

    /// Takes a write that another replica named.
    pub(crate) fn replicate(
        &mut self,
        from: NodeId,
        request: RequestId,
        (key, place): (&Key, Option<NodeId>),
        siblings: &Siblings,
        out: &mut Outbox<'_>,
    ) {
        let record = self.keep(key, place, siblings, out);
        let replicated = Message::Replicated { request };
        self.append(record, Some((from, replicated)), out);
    }

    /// Takes what another node kept for this replica, or is to keep it from now on.
    pub(crate) fn handed_over(
        &mut self,
        (from, hint): (NodeId, HintId),
        (key, place): (&Key, Option<NodeId>),
        siblings: &Siblings,
        out: &mut Outbox<'_>,
    ) {
        let record = self.keep(key, place, siblings, out);
        self.append(record, Some((from, Message::HandedOver { hint })), out);
    }

    /// Hands hints over; see [`Hints::round`].
    pub(crate) fn hand_over(
        &mut self,
        stage: Stage,
        may_take: impl Fn(&Place) -> bool,
        heir: impl Fn(&Place) -> Option<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        for place in self.hints.round(stage, may_take, heir, out) {
            self.append(Record::HintGone(place), None, out);
        }
    }

    /// A hint is stored where it belongs, or where it is kept from now on.
    pub(crate) fn hint_confirmed(&mut self, hint: HintId, out: &mut Outbox<'_>) {
        if let Some(place) = self.hints.confirmed(hint, out) {
            self.append(Record::HintGone(place), None, out);
        }
    }

    /// Owners have changed: hints go to those that own their keys now.
    pub(crate) fn retarget_hints(
        &mut self,
        owners: impl Fn(&Key) -> Vec<NodeId>,
        out: &mut Outbox<'_>,
    ) {
        for (place, siblings, since, owners) in self.hints.take_orphans(owners) {
            let key = place.0.clone();
            for owner in owners {
                if owner == out.id {
                    let record = self.keep(&key, None, &siblings, out);
                    self.append(record, None, out);
                } else {
                    let place = (key.clone(), owner);
                    self.hints.keep(&place, &siblings, since, out);
                    self.append(Record::Hint(place, siblings.clone()), None, out);
                }
            }
            self.append(Record::HintGone(place), None, out);
        }
    }

    /// Takes what an old owner sends. Taking it twice changes nothing.
    pub(crate) fn receive(&mut self, from: NodeId, batch: Arc<Batch>, out: &mut Outbox<'_>) {
        if let Some((keyspace, held)) = &batch.loaded {
            self.storage.hold(keyspace, held);
        }
        for (key, siblings) in &batch.cells {
            self.join(key, siblings);
        }
        let stored = Message::Membership(Membership::BatchStored {
            version: batch.version,
            number: batch.number,
        });
        self.append(Record::Batch(batch), Some((from, stored)), out);
    }

    /// Takes cells that another replica has; says `done` to it, if anything, when they are stored.
    pub(crate) fn repair(
        &mut self,
        cells: Arc<[(Key, Siblings)]>,
        done: Option<(NodeId, Message)>,
        out: &mut Outbox<'_>,
    ) {
        for (key, siblings) in &*cells {
            self.join(key, siblings);
        }
        self.append(Record::Cells(cells), done, out);
    }

    /// The tree of what it shares with a node, made when it is not there; `shared` tells what that
    /// is in this layout version.
    pub(crate) fn tree(
        &mut self,
        with: NodeId,
        (version, buckets): (u64, BucketCount),
        shared: impl FnOnce() -> RangeSet,
    ) -> &Tree {
        let tree = (version, buckets);
        self.trees.tree(with, tree, shared, &self.storage)
    }

    /// It compares itself with nobody any more.
    pub(crate) fn fell_trees(&mut self) {
        self.trees.clear();
    }

    /// Some cells from a token on: the tombstones among them.
    pub(crate) fn tombstones(&self, from: Token, cells: usize) -> Tombstones {
        self.storage.tombstones(from, cells)
    }

    /// Whether a key's cell is exactly this one, and no row stands beside it.
    pub(crate) fn has_exactly(&self, key: &Key, cell: &Siblings) -> bool {
        self.storage.get(key) == *cell
    }

    /// Says something once all that was written before is stored.
    pub(crate) fn say_when_stored(&mut self, to: NodeId, message: Message, out: &mut Outbox<'_>) {
        self.append(Record::Cells([].into()), Some((to, message)), out);
    }

    /// Forgets tombstones, where they still are what they were.
    pub(crate) fn forget(&mut self, cells: &Arc<[(Key, Siblings)]>, out: &mut Outbox<'_>) {
        let mut keys = 0;
        for (key, cell) in &**cells {
            let before = merkle::of_cell(key, &self.storage.get(key));
            if self.storage.forget(key, cell) {
                let after = merkle::of_cell(key, &self.storage.get(key));
                self.trees.change(key.token(), before, after);
                keys += 1;
            }
        }
        if keys > 0 {
            out.observe(Event::TombstonesForgotten { keys });
            self.append(Record::Forgotten(cells.clone()), None, out);
        }
    }

    /// Deletes what it does not own in a layout version, then says `done` to the leader.
    pub(crate) fn release(
        &mut self,
        ranges: &RangeSet,
        version: u64,
        done: (NodeId, Message),
        out: &mut Outbox<'_>,
    ) {
        let load = self.storage.release(ranges);
        self.trees.clear();
        out.observe(Event::Released { version, load });
        self.append(Record::Released(version), Some(done), out);
    }

    /// Whether it takes another write: its own, or one to keep in another's place.
    pub(crate) fn has_room(&self, place: Option<NodeId>) -> bool {
        self.acknowledgements.len() < APPENDS_WAITING_MAX
            && (place.is_none() || self.hints.has_room())
    }

    /// What to say now that an append is stored, and to whom.
    pub(crate) fn stored(&mut self, append: AppendId) -> Option<(NodeId, Message)> {
        self.acknowledgements.remove(&append).flatten()
    }

    /// Joins a cell with its own, or with what it keeps in another's place; what to write down.
    fn keep(
        &mut self,
        key: &Key,
        place: Option<NodeId>,
        siblings: &Siblings,
        out: &mut Outbox<'_>,
    ) -> Record {
        match place {
            None => {
                self.join(key, siblings);
                Record::Cell(key.clone(), siblings.clone())
            }
            Some(place) => {
                let place = (key.clone(), place);
                self.hints.keep(&place, siblings, out.now, out);
                Record::Hint(place, siblings.clone())
            }
        }
    }

    fn join(&mut self, key: &Key, siblings: &Siblings) {
        if self.trees.is_empty() {
            return self.storage.join(key, siblings);
        }
        let before = merkle::of_cell(key, &self.storage.get(key));
        self.storage.join(key, siblings);
        let after = merkle::of_cell(key, &self.storage.get(key));
        self.trees.change(key.token(), before, after);
    }

    fn append(&mut self, record: Record, done: Option<(NodeId, Message)>, out: &mut Outbox<'_>) {
        let id = AppendId(self.appends);
        self.appends += 1;
        self.acknowledgements.insert(id, done);
        out.append(id, record);
    }
}
