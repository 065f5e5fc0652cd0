//! The role of a node for the keys it owns: it reads, names and stores, and acknowledges only what
//! is stored. It knows no ring and no quorum.

mod hinted;
mod named;
mod stored;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::disk::Disk;
use crate::handoff::Hints;
use crate::hash::Token;
use crate::journal::{Entry, Journal};
use crate::layout::Step;
use crate::merkle::{self, Forest, Tree};
use crate::message::{Event, Membership, Message, Record, RequestId};
use crate::outbox::Outbox;
use crate::pair::{Key, Value};
use crate::ring::NodeId;
use crate::settings::{BucketCount, Merge, Settings};
use crate::sorted::{LongSet, SortedSet};
use crate::storage::{Batch, Lsm, LsmError, RangeSet, Storage, Tombstones};
use crate::version::{Actor, Dot, Siblings, VersionVector};

pub use self::named::NAMED_MAX;
use self::named::Named;
use self::stored::State;
pub use self::stored::{FULL_PATIENCE, REFETCH_PATIENCE, WORK_BYTES, WORK_INTERVAL};
pub(crate) use self::stored::{millionths, only, store_settings};

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
pub(crate) struct Replica<D> {
    storage: Storage<Lsm<D>>,
    journal: Journal,
    /// What it keeps in the place of other replicas.
    hints: Hints,
    /// Digests of what it shares with others, while it compares itself with any.
    trees: Forest,
    growth: Growth,
    /// Which life of the node this is.
    life: u64,
    actor: Actor,
    /// The last one given in this life, which is an actor of its own.
    counter: u64,
    named: Named,
    /// What to say to whom once all that is written is stored.
    waiting: VecDeque<(NodeId, Message)>,
    /// Tokens of cells that have changed since the last sync: a crash may take what they have.
    unsynced: LongSet<Token>,
    appends: u64,
    /// So many of them survive a crash.
    stored: u64,
    /// Whether the disk was asked to sync, and its turn has not come.
    asked: bool,
    state: State,
    /// What the disk did not do since the last input.
    troubles: Vec<LsmError>,
    /// Tokens whose cells may be lost.
    damaged: RangeSet,
    /// Files with damaged parts that are to be cut out once this is remembered.
    to_cut_out: SortedSet<String>,
    /// Tokens of cells that are none and are to be erased then.
    to_erase: SortedSet<Token>,
    work_is_due: bool,
}

impl<D: Disk> Replica<D> {
    pub(crate) fn new(
        actor: Actor,
        life: u64,
        storage: Storage<Lsm<D>>,
        journal: Journal,
        damaged: RangeSet,
    ) -> Self {
        Self {
            storage,
            journal,
            hints: Hints::new(actor.node, life),
            trees: Forest::default(),
            growth: Growth {
                clock_pairs: Settings::DEFAULT.clock_pairs,
                siblings_max: Settings::DEFAULT.siblings_max,
            },
            life,
            actor,
            counter: 0,
            named: Named::default(),
            waiting: VecDeque::new(),
            unsynced: LongSet::new(),
            appends: 0,
            stored: 0,
            asked: false,
            state: State::Well,
            troubles: Vec::new(),
            damaged,
            to_cut_out: SortedSet::new(),
            to_erase: SortedSet::new(),
            work_is_due: false,
        }
    }

    pub(crate) const fn storage(&self) -> &Storage<Lsm<D>> {
        &self.storage
    }

    /// From now on dots are a new actor's: the node receives ranges, and what it is handed may
    /// lack dots that it gave when it had them before.
    pub(crate) const fn renew(&mut self, version: u64) {
        self.actor.since = since(self.life, version);
    }

    pub(crate) const fn storage_mut(&mut self) -> &mut Storage<Lsm<D>> {
        &mut self.storage
    }

    pub(crate) const fn hints(&self) -> &Hints {
        &self.hints
    }

    pub(crate) const fn hints_mut(&mut self) -> &mut Hints {
        &mut self.hints
    }

    pub(crate) const fn life(&self) -> u64 {
        self.life
    }

    /// A key's cell; nothing when the disk does not give it back.
    pub(crate) fn cell(&mut self, key: &Key) -> Option<Siblings> {
        let cell = self.storage.try_get(key);
        self.noted(cell)
    }

    /// Tells what it knows of a key: as its replica, or what it keeps of it in another's place. What a
    /// crash may take nobody is told before it is stored: who was told it once must find it again.
    pub(crate) fn read(
        &mut self,
        from: NodeId,
        request: RequestId,
        (key, place): (&Key, Option<NodeId>),
        out: &mut Outbox<'_>,
    ) {
        let siblings = match place {
            None => self.cell(key),
            Some(_) => Some(self.hints.known(key)),
        };
        let reply = match siblings {
            Some(siblings) => Message::ReadReply { request, siblings },
            None => Message::Declined { request },
        };
        if !self.unsynced.contains(&key.token()) {
            out.send(from, reply);
        } else if self.waiting.len() < APPENDS_WAITING_MAX {
            self.waiting.push_back((from, reply));
        } else {
            out.send(from, Message::Declined { request });
        }
    }

    /// Whether a write comes for the first time in this life: a message that comes twice is no second
    /// write, also when the first was declined, for another node may have named it since.
    pub(crate) fn is_first(&mut self, from: NodeId, request: RequestId) -> bool {
        self.named.is_new(from, request)
    }

    /// Makes a version of a write in this replica's cell, or in what it keeps of it in another's
    /// place.
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
        let known = match place {
            None => self.cell(key).map(|cell| (cell, self.actor)),
            Some(place) => Some(self.hints.cell(key, place)),
        };
        let Some((mut siblings, actor)) = known else {
            return out.send(from, Message::Declined { request });
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
        let Some(record) = self.keep(key, place, &siblings, out) else {
            return out.send(from, Message::Declined { request });
        };
        if merge == Merge::LastWriterWins && !unread.is_empty() {
            let versions = unread;
            out.observe(Event::Dropped { request, versions });
        }
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
        match self.keep(key, place, siblings, out) {
            Some(record) => {
                let replicated = Message::Replicated { request };
                self.append(record, Some((from, replicated)), out);
            }
            None => out.send(from, Message::Declined { request }),
        }
    }

    /// Takes what an old owner sends. Taking it twice changes nothing.
    pub(crate) fn receive(&mut self, from: NodeId, batch: Arc<Batch>, out: &mut Outbox<'_>) {
        if let Some((keyspace, held)) = &batch.loaded {
            let hold = self.storage.try_hold(keyspace, held);
            if self.noted(hold).is_none() {
                return;
            }
            self.journal.write(&Entry::Received(held.clone()));
        }
        for (key, siblings) in &batch.cells {
            if self.join(key, siblings).is_none() {
                return;
            }
        }
        let stored = Message::Membership(Membership::BatchStored {
            version: batch.version,
            number: batch.number,
        });
        self.append(Record::Batch(batch), Some((from, stored)), out);
    }

    /// Takes cells that another replica has; says `done` to it, if anything, when they are stored.
    /// Whether all could be written.
    pub(crate) fn repair(
        &mut self,
        cells: Arc<[(Key, Siblings)]>,
        done: Option<(NodeId, Message)>,
        out: &mut Outbox<'_>,
    ) -> bool {
        for (key, siblings) in &*cells {
            if self.join(key, siblings).is_none() {
                return false;
            }
        }
        self.append(Record::Cells(cells), done, out);
        true
    }

    /// The tree of what it shares with a node, made when it is not there; `shared` tells what that
    /// is in this layout version.
    pub(crate) fn tree(
        &mut self,
        with: NodeId,
        (version, buckets): (u64, BucketCount),
        shared: impl FnOnce() -> RangeSet,
    ) -> Option<&Tree> {
        let tree = (version, buckets);
        match self.trees.tree(with, tree, shared, &self.storage) {
            Ok(tree) => Some(tree),
            Err(error) => {
                stored::note(&mut self.troubles, error);
                None
            }
        }
    }

    /// It compares itself with nobody any more.
    pub(crate) fn fell_trees(&mut self) {
        self.trees.clear();
    }

    /// Some cells from a token on: the tombstones among them.
    pub(crate) fn tombstones(&mut self, from: Token, cells: usize) -> Option<Tombstones> {
        let found = self.storage.try_tombstones(from, cells);
        self.noted(found)
    }

    /// Whether a key's cell is exactly this one, and no row stands beside it.
    pub(crate) fn has_exactly(&mut self, key: &Key, cell: &Siblings) -> bool {
        !self.damaged.contains(key.token()) && self.cell(key).as_ref() == Some(cell)
    }

    /// Says something once all that was written before is stored.
    pub(crate) fn say_when_stored(&mut self, to: NodeId, message: Message, out: &mut Outbox<'_>) {
        self.append(Record::Cells([].into()), Some((to, message)), out);
    }

    /// Forgets tombstones, where they still are what they were.
    pub(crate) fn forget(&mut self, cells: &Arc<[(Key, Siblings)]>, out: &mut Outbox<'_>) {
        let mut keys = 0;
        for (key, cell) in &**cells {
            let Some(before) = self.cell(key) else {
                continue;
            };
            let forgotten = self.storage.try_forget(key, cell);
            if self.noted(forgotten) == Some(true) {
                let before = merkle::of_cell(key, &before);
                let after = self.cell(key).map(|cell| merkle::of_cell(key, &cell));
                self.changed(key, Some(before), after);
                keys += 1;
            }
        }
        if keys > 0 {
            out.observe(Event::TombstonesForgotten { keys });
            self.append(Record::Forgotten(cells.clone()), None, out);
        }
    }

    /// Deletes what it does not own in a layout version, then says `done` to the leader, if there
    /// is one; whether it could. When not, some of it may be gone.
    pub(crate) fn release(
        &mut self,
        ranges: &RangeSet,
        version: u64,
        done: Option<(NodeId, Message)>,
        out: &mut Outbox<'_>,
    ) -> bool {
        self.trees.clear();
        let released = self.storage.try_release(ranges);
        let Some(load) = self.noted(released) else {
            return false;
        };
        self.journal.write(&Entry::Step(Step::Released));
        out.observe(Event::Released { version, load });
        self.append(Record::Released(version), done, out);
        true
    }

    /// Joins a cell with its own, or with what it keeps in another's place; what was written, if it
    /// could be.
    fn keep(
        &mut self,
        key: &Key,
        place: Option<NodeId>,
        siblings: &Siblings,
        out: &mut Outbox<'_>,
    ) -> Option<Record> {
        self.keep_aged(key, place, (siblings, Duration::ZERO), out)
    }

    /// The same of what another holder has kept for so long.
    fn keep_aged(
        &mut self,
        key: &Key,
        place: Option<NodeId>,
        (siblings, age): (&Siblings, Duration),
        out: &mut Outbox<'_>,
    ) -> Option<Record> {
        match place {
            None => {
                self.join(key, siblings)?;
                Some(Record::Cell(key.clone(), siblings.clone()))
            }
            Some(place) => Some(self.keep_hint((key.clone(), place), (siblings, age), out)),
        }
    }

    fn join(&mut self, key: &Key, siblings: &Siblings) -> Option<()> {
        self.unsynced.insert(key.token());
        if self.trees.is_empty() {
            let joined = self.storage.try_join(key, siblings);
            return self.noted(joined).map(|_| ());
        }
        let before = merkle::of_cell(key, &self.cell(key)?);
        let joined = self.storage.try_join(key, siblings);
        self.noted(joined)?;
        let after = self.cell(key).map(|cell| merkle::of_cell(key, &cell));
        self.changed(key, Some(before), after);
        Some(())
    }

    /// A cell had one digest and has another; one that is not known ends all comparing.
    fn changed(&mut self, key: &Key, before: Option<u64>, after: Option<u64>) {
        match (before, after) {
            (Some(before), Some(after)) => self.trees.change(key.token(), before, after),
            _ => self.trees.clear(),
        }
    }
}

/// What stands for a node's life and a layout version in the name of an actor: higher than that
/// of any earlier life.
pub(crate) const fn since(life: u64, version: u64) -> u64 {
    life << 32 | version
}
