//! What must always hold, watched at every step from what nodes let be seen and what they store.

use std::collections::{BTreeMap, BTreeSet};

use ringlab::keyspace::Keyspace;
use ringlab::layout::{Layout, Placement, Stage, Step};
use ringlab::message::{Command, Event, Message, NodeState, Outcome, Record, RequestId};
use ringlab::node::held_ranges;
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::settings::{Settings, Strictness};
use ringlab::storage::{Lsm, Storage};
use ringlab::version::{Dot, Siblings};

use crate::causality::Causality;
use crate::world::{Node, WorldDisk};

/// Steps between two looks at every key, beside those at every turn of a membership change, unless
/// a story is long.
const LOOK_EVERY: u64 = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// A name is given once.
    DotsUnique,
    /// At an acknowledgement W nodes have the write on disk.
    AcknowledgedIsStored,
    /// Whatever read quorum of the layouts in force is asked knows every acknowledged write.
    EveryKeyAnswers,
    /// A get that begins after an acknowledgement sees that write.
    RegularReads,
    /// Deletion comes after all confirmations and after retirement everywhere.
    DeletedLast,
    /// A request goes by one layout and one step of a change from its beginning to its end.
    OneStageEach,
    /// Without faults no request fails.
    NothingFails,
    /// In the end each replica has the writes that none replaced, and no other.
    NoLostUpdate,
    /// Ownership changes when an operator wants it, and else never.
    OwnershipIsWished,
    /// In the end a node holds what it owns, and its count equals a recount.
    HeldIsOwned,
    /// Once a node is out, no client gets from it what others would have to agree to.
    OutIsOut,
}

pub(crate) struct Checks {
    pub(crate) violations: Vec<(Check, String)>,
    pub(crate) causality: Causality,
    settings: Settings,
    /// The network loses messages: requests may fail, replicas may lack writes.
    lossy: bool,
    /// What the network lost was repaired since: each replica must have it.
    pub(crate) repaired: bool,
    /// What no quorum acknowledged may go: its one replica may let its range go.
    pub(crate) maybe_is_nothing: bool,
    /// What a write dropped unread counts as replaced by it.
    pub(crate) counts_drops: bool,
    /// Contexts are cut: what was replaced may stand beside what replaced it.
    pub(crate) contexts_are_cut: bool,
    /// A write may be refused: the story is about that.
    pub(crate) refusals_are_wished: bool,
    /// Acknowledged writes of each key, the loaded one among them.
    acknowledged: BTreeMap<Key, BTreeSet<Dot>>,
    /// Where quorums are sloppy a write may be named twice.
    named: BTreeMap<RequestId, Vec<Dot>>,
    /// What each request's get must see: acknowledged before it began.
    must_see: BTreeMap<RequestId, BTreeSet<Dot>>,
    /// The stage that each coordinator's requests began in.
    stages: BTreeMap<(NodeId, RequestId), Stage>,
    /// What is on each node's disk of what clients wrote.
    disks: BTreeMap<(NodeId, Key), Siblings>,
    /// Nodes that are dead for good, or named lost: nobody asks them.
    pub(crate) lost: BTreeSet<NodeId>,
    /// Those that a change named lost which has ended.
    pub(crate) out: BTreeSet<NodeId>,
    /// W as the nodes of the layouts in force can give it.
    w: u32,
    /// Changes that an operator wants and that have neither begun nor been refused.
    wishes: u64,
    steps: u64,
    promises: u64,
    look: bool,
    /// Steps between two looks at every key.
    pub(crate) look_every: u64,
}

impl Checks {
    pub(crate) fn new(keyspace: &Keyspace, settings: Settings, lossy: bool) -> Self {
        let mut causality = Causality::default();
        let mut acknowledged = BTreeMap::new();
        for row in 0..keyspace.len() {
            let key = Key::new(keyspace.key(row)).unwrap();
            causality.loaded(key.clone());
            acknowledged.insert(key, BTreeSet::from([Dot::LOADED]));
        }
        Self {
            violations: Vec::new(),
            causality,
            settings,
            lossy,
            repaired: false,
            maybe_is_nothing: false,
            counts_drops: false,
            contexts_are_cut: false,
            refusals_are_wished: false,
            acknowledged,
            named: BTreeMap::new(),
            must_see: BTreeMap::new(),
            stages: BTreeMap::new(),
            disks: BTreeMap::new(),
            lost: BTreeSet::new(),
            out: BTreeSet::new(),
            w: 0,
            wishes: 0,
            steps: 0,
            promises: 0,
            look: false,
            look_every: LOOK_EVERY,
        }
    }

    pub(crate) fn request(&mut self, id: RequestId, client: usize, command: &Command) {
        self.causality.request(id, client, command);
        let known = self.acknowledged.get(command.key()).cloned();
        self.must_see.insert(id, known.unwrap_or_default());
    }

    /// An operator wants a change.
    pub(crate) fn wished(&mut self) {
        self.wishes += 1;
    }

    pub(crate) fn observe(&mut self, node: NodeId, event: &Event, nodes: &BTreeMap<NodeId, Node>) {
        match event {
            &Event::Named { request, dot } => {
                if let Err(what) = self.causality.named(request, dot) {
                    self.violate(Check::DotsUnique, what);
                }
                self.named.entry(request).or_default().push(dot);
            }
            Event::Dropped { request, versions } if self.counts_drops => {
                // What a read hides its reader has all the same; see `Causality::covered`.
                let named = self.named.get(request).and_then(|dots| dots.last());
                if let Some(&dot) = named {
                    self.causality.dropped(*request, dot, versions);
                }
            }
            Event::ChangeBegan { version, .. } => match self.wishes.checked_sub(1) {
                Some(left) => self.wishes = left,
                None => {
                    let what = format!("nobody wants the change to {version}");
                    self.violate(Check::OwnershipIsWished, what);
                }
            },
            Event::ChangeRefused { .. } => self.wishes = self.wishes.saturating_sub(1),
            Event::StepTaken { .. } | Event::BatchConfirmed { .. } => self.look = true,
            Event::TombstonesForgotten { .. } => self.forgotten(nodes),
            &Event::Released { version, .. } => {
                self.look = true;
                self.deleted_last(node, version, nodes);
            }
            _ => {}
        }
    }

    /// A coordinator answers; its client does not know yet.
    pub(crate) fn acknowledged(&mut self, by: NodeId, id: RequestId, outcome: &Outcome) {
        let key = self.causality.key_of(id).clone();
        let agreed = matches!(outcome, Outcome::Stored(_) | Outcome::Values(_));
        if agreed && self.out.contains(&by) && self.w > 1 {
            let what = format!("{by:?} is out and answers {key:?}: {outcome:?}");
            self.violate(Check::OutIsOut, what);
        }
        match outcome {
            Outcome::Stored(answer) => {
                let mut names = self.named[&id].iter().copied();
                let dot = names.find(|&dot| answer.siblings.knows(dot)).unwrap();
                self.stored_enough(&key, dot);
                self.acknowledged.entry(key).or_default().insert(dot);
            }
            // What fallbacks took, reads may miss until it is handed over.
            Outcome::Values(_) if self.is_sloppy() => {}
            Outcome::Values(answer) => {
                let siblings = &answer.siblings;
                let is_forgotten = siblings.is_empty() && self.causality.is_deleted(&key);
                for &dot in &self.must_see[&id].clone() {
                    let is_known = self.causality.has(&key, siblings, dot)
                        || self.counts_drops && siblings.knows(dot);
                    if !is_forgotten && !is_known {
                        let what = format!("{key:?}: a get does not see {dot:?}: {siblings:?}");
                        self.violate(Check::RegularReads, what);
                    }
                }
            }
            Outcome::Refused(_) if self.refusals_are_wished => {}
            _ if self.lossy => {}
            failed => self.violate(Check::NothingFails, format!("{key:?}: {failed:?}")),
        }
    }

    /// What an acknowledgement promises, when it is one of so many: which dot is on how many disks.
    pub(crate) fn promised(
        &mut self,
        id: RequestId,
        outcome: &Outcome,
        one_of: u64,
    ) -> Option<(Key, Dot, usize)> {
        let Outcome::Stored(answer) = outcome else {
            return None;
        };
        self.promises += 1;
        if !self.promises.is_multiple_of(one_of) {
            return None;
        }
        let mut names = self.named.get(&id)?.iter().copied();
        let dot = names.find(|&dot| answer.siblings.knows(dot))?;
        let enough = self.w as usize;
        Some((self.causality.key_of(id).clone(), dot, enough))
    }

    /// Fewer nodes than W would still have an acknowledged write after a crash.
    pub(crate) fn not_stored(&mut self, key: &Key, dot: Dot, having: usize) {
        let what = format!("{key:?} {dot:?} would survive on {having} disks only");
        self.violate(Check::AcknowledgedIsStored, what);
    }

    /// A node's disk does not tell who it was.
    pub(crate) fn not_opened(&mut self, node: NodeId) {
        let what = format!("{node:?} cannot be opened");
        self.violate(Check::AcknowledgedIsStored, what);
    }

    fn is_sloppy(&self) -> bool {
        self.settings.strictness == Strictness::Sloppy
    }

    /// A coordinator asks a replica.
    pub(crate) fn sent(&mut self, from: NodeId, message: &Message) {
        if let Message::Read { request, stage, .. }
        | Message::Write { request, stage, .. }
        | Message::Replicate { request, stage, .. } = message
        {
            let began = *self.stages.entry((from, *request)).or_insert(*stage);
            if began != *stage {
                let what = format!("{request:?} of {from:?} goes from {began:?} to {stage:?}");
                self.violate(Check::OneStageEach, what);
            }
        }
    }

    pub(crate) fn replied(&mut self, id: RequestId, outcome: &Outcome) {
        self.causality.replied(id, outcome);
        if self.counts_drops
            && let Outcome::Values(answer) = outcome
        {
            self.causality.covered(id, &answer.siblings);
        }
    }

    /// A record is on a node's disk.
    pub(crate) fn durable(
        &mut self,
        node: NodeId,
        record: &Record,
        nodes: &BTreeMap<NodeId, Node>,
    ) {
        let cells: Vec<_> = match record {
            // A hint is a copy on another machine, too.
            Record::Cell(key, siblings) | Record::Hint((key, _), siblings) => {
                vec![(key.clone(), siblings.clone())]
            }
            Record::HintGone(..) | Record::Forgotten(_) | Record::Step(_) => return,
            Record::Cells(cells) => cells.to_vec(),
            Record::Batch(batch) => batch.cells.clone(),
            Record::Released(_) => {
                let storage = nodes[&node].storage();
                self.disks.retain(|(owner, key), _| {
                    *owner != node || !storage.try_get(key).unwrap().is_empty()
                });
                return;
            }
        };
        for (key, siblings) in cells {
            let disk = self.disks.entry((node, key)).or_default();
            disk.join(&siblings);
        }
    }

    pub(crate) fn after_step(&mut self, nodes: &BTreeMap<NodeId, Node>) {
        let layouts = self.remaining(nodes).filter_map(Node::layout);
        let sizes = layouts.map(|layout| layout.placement().sizes_in_force());
        self.w = sizes.map(|sizes| sizes.w).min().unwrap_or(0);
        self.steps += 1;
        let looks = self.look || self.steps.is_multiple_of(self.look_every);
        if looks && !self.is_sloppy() {
            self.look = false;
            self.every_key_answers(nodes);
        }
    }

    /// When nothing is left to happen.
    pub(crate) fn at_the_end(&mut self, nodes: &BTreeMap<NodeId, Node>) {
        if !self.is_sloppy() {
            self.every_key_answers(nodes);
        }
        let layouts = self.remaining(nodes).filter_map(|node| node.layout());
        let stages: BTreeSet<Stage> = layouts.map(Layout::stage).collect();
        if stages.len() != 1 {
            let what = format!("nodes end at {stages:?}");
            self.violate(Check::HeldIsOwned, what);
            return;
        }
        let placement = self.placements(nodes).into_values().next().unwrap();
        let dead = |id: &NodeId| self.lost.contains(id) && nodes[id].state() != NodeState::Removed;
        let there: Vec<NodeId> = nodes.keys().copied().filter(|id| !dead(id)).collect();
        for id in there {
            self.held_is_owned(id, &nodes[&id], &placement);
        }
        for key in self.causality.keys().cloned().collect::<Vec<_>>() {
            let list = placement.replicas(key.token());
            let cells = list.iter().map(|owner| nodes[owner].cell(&key).unwrap());
            let mut cells: Vec<Siblings> = cells.collect();
            if (self.lossy || self.is_sloppy()) && !self.repaired {
                // Nothing repaired what the network lost: all owners have it together.
                let mut joined = Siblings::default();
                cells.drain(..).for_each(|cell| joined.join(&cell));
                cells.push(joined);
            }
            self.no_lost_update(&key, &cells);
        }
    }

    fn no_lost_update(&mut self, key: &Key, cells: &[Siblings]) {
        for cell in cells {
            let expected = if self.maybe_is_nothing {
                let known = self.acknowledged.get(key).cloned().unwrap_or_default();
                self.causality.expected_of(key, &known, cell)
            } else {
                self.causality.expected(key)
            };
            let stored: BTreeSet<Dot> = cell.versions().iter().map(|v| v.dot).collect();
            let is_right = match self.contexts_are_cut {
                true => stored.is_superset(&expected),
                false => stored == expected,
            };
            if !is_right {
                let what = format!("{key:?}: {stored:?}, not {expected:?}");
                self.violate(Check::NoLostUpdate, what);
            }
        }
    }

    fn stored_enough(&mut self, key: &Key, dot: Dot) {
        let disks = self.disks.iter();
        let on_disk = disks.filter(|((_, stored), _)| stored == key);
        let having = on_disk.filter(|(_, cell)| self.knows(key, cell, dot));
        let having = having.count() as u32;
        let enough = self.w;
        if having < enough {
            let what = format!("{key:?} {dot:?} is on {having} disks, not {enough}");
            self.violate(Check::AcknowledgedIsStored, what);
        }
    }

    fn every_key_answers(&mut self, nodes: &BTreeMap<NodeId, Node>) {
        for (stage, placement) in self.placements(nodes) {
            if !placement.sizes_in_force().intersect() {
                continue;
            }
            for (key, acknowledged) in &self.acknowledged {
                let list = placement.replicas(key.token());
                let r = (placement.sizes.r as usize).min(list.len());
                let asked = list.iter().filter(|owner| !self.lost.contains(owner));
                let cells = asked.map(|owner| nodes[owner].cell(key).unwrap());
                let cells: Vec<Siblings> = cells.collect();
                let is_deleted = self.causality.is_deleted(key);
                let is_forgotten = |cell: &Siblings| is_deleted && cell.is_empty();
                for dot in acknowledged {
                    // R replies miss it when R owners do not know it.
                    let lacks =
                        |cell: &&Siblings| !self.knows(key, cell, *dot) && !is_forgotten(cell);
                    let lacking = cells.iter().filter(lacks).count();
                    if lacking >= r {
                        let what = format!("{stage:?}: {lacking} of {list:?} lack {dot:?}");
                        self.violations.push((Check::EveryKeyAnswers, what));
                        return;
                    }
                }
            }
        }
    }

    /// Whether a cell has a write or what replaced it. A context that was cut tells less than the
    /// oracle.
    fn knows(&self, key: &Key, cell: &Siblings, dot: Dot) -> bool {
        if self.contexts_are_cut {
            self.causality.has(key, cell, dot)
        } else {
            cell.knows(dot)
        }
    }

    /// What every node has forgotten of a deleted key, nobody can be expected to know.
    fn forgotten(&mut self, nodes: &BTreeMap<NodeId, Node>) {
        let is_gone = |key: &&Key| {
            let has = |node: &Node| !node.cell(key).unwrap().is_empty();
            self.causality.is_deleted(key) && !nodes.values().any(has)
        };
        let gone: Vec<Key> = self.acknowledged.keys().filter(is_gone).cloned().collect();
        for key in gone {
            self.acknowledged.remove(&key);
            self.causality.forget(&key);
        }
    }

    fn deleted_last(&mut self, node: NodeId, version: u64, nodes: &BTreeMap<NodeId, Node>) {
        let at = |step| Stage { version, step };
        let is_over = |stage| stage >= at(Step::Retired) || stage == at(Step::Withdrawn);
        let stages = self.remaining(nodes).filter_map(|other| {
            let stage = other.layout()?.stage();
            Some((other.id(), stage)).filter(|_| !is_over(stage))
        });
        for (other, stage) in stages.collect::<Vec<_>>() {
            let what = format!("{node:?} deletes while {other:?} is at {stage:?}");
            self.violate(Check::DeletedLast, what);
        }
    }

    fn held_is_owned(&mut self, id: NodeId, node: &Node, placement: &Placement) {
        let storage = node.storage();
        let mut owned = held_ranges(&placement.ring, placement.sizes.replication);
        let owned = owned.remove(&id).unwrap_or_default();
        if *storage.held() != owned {
            let what = format!("{id:?} holds {:?}, owns {owned:?}", storage.held());
            self.violate(Check::HeldIsOwned, what);
        }
        let cells = storage.try_cells().unwrap();
        if let Some((key, _)) = cells.iter().find(|(key, _)| !owned.contains(key.token())) {
            let what = format!("{id:?} still has {key:?}");
            self.violate(Check::HeldIsOwned, what);
        }
        let recounted = recount(storage);
        if storage.load() != recounted {
            let what = format!("{id:?} counts {:?}, has {recounted:?}", storage.load());
            self.violate(Check::HeldIsOwned, what);
        }
    }

    /// What nodes read by, by stage.
    fn placements(&self, nodes: &BTreeMap<NodeId, Node>) -> BTreeMap<Stage, Placement> {
        let layouts = self.remaining(nodes).filter_map(Node::layout);
        layouts
            .map(|layout| (layout.stage(), layout.placement().clone()))
            .collect()
    }

    fn remaining<'a>(
        &'a self,
        nodes: &'a BTreeMap<NodeId, Node>,
    ) -> impl Iterator<Item = &'a Node> {
        let remains =
            |node: &&Node| node.state() != NodeState::Removed && !self.lost.contains(&node.id());
        nodes.values().filter(remains)
    }

    fn violate(&mut self, check: Check, what: String) {
        self.violations.push((check, what));
    }
}

/// The load of a store, key by key.
pub(crate) fn recount(storage: &Storage<Lsm<WorldDisk>>) -> ringlab::keyspace::Load {
    let mut load = ringlab::keyspace::Load::default();
    let written: BTreeSet<Key> = storage
        .try_cells()
        .unwrap()
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    let keyspace = storage.keyspace();
    let rows = keyspace.into_iter().flat_map(|keyspace| {
        let keys = (0..keyspace.len()).map(|row| (row, Key::new(keyspace.key(row)).unwrap()));
        keys.map(move |(row, key)| (key, keyspace.load_of(row)))
    });
    let held = rows.filter(|(key, _)| storage.held().contains(key.token()));
    let rows: BTreeMap<Key, ringlab::keyspace::Load> = held.collect();
    for key in written.iter().chain(rows.keys()).collect::<BTreeSet<_>>() {
        let cell = storage.try_get(key).unwrap();
        if cell.values().next().is_none() {
            continue;
        }
        load.keys += 1;
        load.requests += rows.get(key).map_or(0, |row| row.requests);
        load.bytes += key.bytes().len() as u64 + cell.bytes();
    }
    load
}
