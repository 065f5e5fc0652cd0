//! How a node comes to be: for the first time, on an empty disk, or again from all that its disk
//! remembers.

use std::fmt;
use std::sync::Arc;

use crate::disk::{Disk, DiskError, MemoryDisk};
use crate::journal::{Entry, Journal, JournalError, Memory};
use crate::keyspace::Keyspace;
use crate::layout::{ChangeError, Layout, Placement, Step};
use crate::leader::Leader;
use crate::message::NodeState;
use crate::outbox::Outbox;
use crate::pair::Key;
use crate::replica::{Replica, only, since, store_settings};
use crate::ring::NodeId;
use crate::settings::{Adopted, Epoch, SettingError};
use crate::storage::{Cells, Lsm, LsmError, LsmSettings, RangeSet, Storage};
use crate::time::Instant;
use crate::version::{Actor, Siblings};

use super::inquiring::Inquiry;
use super::{Node, held_ranges};

/// What a node stands on.
#[derive(Clone, Debug)]
pub struct Machine<D> {
    /// Its disk.
    pub disk: D,
    /// How it keeps cells there. What its node's settings say of memtable, log and filters goes
    /// before what is said of them here.
    pub store: LsmSettings,
    /// The loaded population, of which its disk only says what it holds.
    pub keyspace: Option<Arc<Keyspace>>,
}

/// Why a node cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// It does not know who it was: its disk has to be wiped, and the node to be replaced.
    Journal(JournalError),
    /// The settings that it was given cannot be.
    Settings(SettingError),
    /// Its cells cannot be read at all.
    Store(LsmError),
    /// The change that it remembers makes no sense.
    Change(ChangeError),
}

impl<D: Disk> Machine<D> {
    /// With a small store and no population.
    pub const fn new(disk: D) -> Self {
        Self {
            disk,
            store: LsmSettings::SMALL,
            keyspace: None,
        }
    }
}

/// Prepares an empty disk for a node that begins in a settled layout. Copies of it serve all nodes
/// of the layout.
///
/// # Errors
///
/// [`OpenError::Journal`] when the disk fails.
pub fn format(disk: &mut impl Disk, layout: &Layout) -> Result<(), OpenError> {
    let version = layout.stage().version;
    let placement = layout.placement().clone();
    Ok(Journal::format(
        disk,
        &[Entry::Life(0), Entry::Layout(version, placement)],
    )?)
}

impl Node<MemoryDisk> {
    /// A node of a settled cluster with what is stored, in memory.
    ///
    /// # Panics
    /// Never: memory does what it is asked.
    #[must_use]
    pub fn restored(
        id: NodeId,
        settings: impl Into<Adopted>,
        layout: Layout,
        storage: Storage,
    ) -> Self {
        let mut machine = Machine::new(MemoryDisk::default());
        let founded = format(&mut machine.disk, &layout)
            .and_then(|()| Self::founded(id, settings, layout, machine))
            .and_then(|mut node| {
                let rows = storage
                    .keyspace()
                    .map(|keyspace| (keyspace, storage.held()));
                node.stock(rows, storage.cells())?;
                Ok(node)
            });
        founded.expect("memory does what it is asked")
    }

    /// A node that waits to be announced: it holds nothing and coordinates nothing until then.
    ///
    /// # Panics
    /// Never: memory does what it is asked.
    #[must_use]
    pub fn joining(id: NodeId, settings: impl Into<Adopted>) -> Self {
        let machine = Machine::new(MemoryDisk::default());
        Self::open(id, settings, machine).expect("memory does what it is asked")
    }
}

impl<D: Disk> Node<D> {
    /// The first life of a node of a settled layout, on a disk that [`format`](fn@format) prepared
    /// for it. It holds nothing yet.
    ///
    /// # Errors
    ///
    /// [`OpenError::Settings`] when they cannot be; [`OpenError::Journal`] when the disk fails, or
    /// a node has begun on it already; [`OpenError::Store`] when the store cannot be opened.
    pub fn founded(
        id: NodeId,
        settings: impl Into<Adopted>,
        layout: Layout,
        machine: Machine<D>,
    ) -> Result<Self, OpenError> {
        let settings = settings.into();
        settings.settings.check()?;
        let mut disk = machine.disk;
        let journal = Journal::first(&mut disk)?;
        let store = store_settings(machine.store, &settings.settings);
        let cells = Lsm::open(disk, store)?;
        let version = layout.stage().version;
        let storage = Storage::of(cells)?;
        let actor = Actor {
            node: id,
            since: since(0, version),
        };
        let replica = Replica::new(actor, 0, storage, journal, RangeSet::default());
        Ok(Self {
            state: NodeState::Live,
            acknowledged: Some(layout.stage()),
            layout: Some(layout),
            // Before its first life it led nothing.
            inquiry: Inquiry::Done,
            ..Self::of(id, settings, replica)
        })
    }

    /// What it begins with: rows of the loaded population, and cells. O(ranges + cells).
    ///
    /// # Errors
    ///
    /// [`OpenError::Store`] when the store cannot take it: some of it may be stored.
    pub fn stock<'a>(
        &mut self,
        rows: Option<(&Arc<Keyspace>, &RangeSet)>,
        cells: impl IntoIterator<Item = (&'a Key, &'a Siblings)>,
    ) -> Result<(), OpenError> {
        let storage = self.replica.storage_mut();
        if let Some((keyspace, held)) = rows {
            storage.try_hold(keyspace, held)?;
        }
        for (key, cell) in cells {
            storage.try_join(key, cell)?;
        }
        storage.engine_mut().sync()?;
        Ok(())
    }

    /// The next life of the node that a disk remembers, or one that waits to be announced when it
    /// remembers none: it holds nothing and coordinates nothing until then.
    ///
    /// Dots of this life are another actor's: what the last one gave and had not synced is lost,
    /// and may still have been read.
    ///
    /// # Errors
    ///
    /// [`OpenError::Journal`] when the disk fails, does not tell who the node was, or remembers
    /// settings that cannot be; [`OpenError::Settings`] when the given ones cannot;
    /// [`OpenError::Store`] when the store cannot be opened, which damage that other replicas can make
    /// good does not prevent; [`OpenError::Change`] when the change that it remembers makes no sense.
    pub fn open(
        id: NodeId,
        settings: impl Into<Adopted>,
        machine: Machine<D>,
    ) -> Result<Self, OpenError> {
        let mut disk = machine.disk;
        let (mut journal, mut memory) = match Journal::open(&mut disk)? {
            Some(known) => known,
            None => {
                Journal::format(&mut disk, &[Entry::Life(0)])?;
                (Journal::first(&mut disk)?, Memory::default())
            }
        };
        let settings = later(settings.into(), memory.settings.take());
        settings.settings.check()?;
        let store = store_settings(machine.store, &settings.settings);
        // What cannot be read is fetched from other replicas.
        let mut remember = |damaged: RangeSet, disk: &mut D| {
            memory.damaged = memory.damaged.union(&damaged);
            journal.write(&Entry::Damaged(damaged));
            journal.sync(disk)
        };
        let cells = Lsm::salvage(disk, store, |damaged, disk| {
            remember(damaged.iter().map(|damage| damage.range).collect(), disk)
        })?;
        let mut storage = counted(cells, remember)?;
        let layout = memory.layout()?;
        let held = hold(id, &memory, layout.as_ref());
        let is_over = |layout: &&Layout| memory.strays_of <= Some(layout.stage().version);
        if let Some(layout) = layout.as_ref().filter(is_over) {
            // A crash may have come in the middle of letting go.
            storage.try_release(&may_hold(id, layout).complement())?;
        }
        if let Some(keyspace) = &machine.keyspace {
            storage.try_hold(keyspace, &held)?;
        }
        Ok(Self::remembering(
            id,
            settings,
            layout,
            (storage, journal, memory),
        ))
    }

    fn remembering(
        id: NodeId,
        settings: Adopted,
        layout: Option<Layout>,
        (storage, journal, memory): (Storage<Lsm<D>>, Journal, Memory),
    ) -> Self {
        let version = layout.as_ref().map_or(0, |layout| layout.stage().version);
        let actor = Actor {
            node: id,
            since: since(memory.life, version),
        };
        let mut replica = Replica::new(actor, memory.life, storage, journal, memory.damaged);
        replica.hints_mut().restore(memory.hints);
        let settled = |layout: &&Layout| layout.change().is_none();
        Self {
            state: state(id, layout.as_ref()),
            // What was taken before is acknowledged again: nobody minds.
            acknowledged: layout.as_ref().filter(settled).map(Layout::stage),
            received: memory.received,
            strays_of: memory.strays_of,
            led: memory.led == Some(id),
            layout,
            ..Self::of(id, settings, replica)
        }
    }

    /// Goes on with what the last life was at in a membership change.
    pub(super) fn go_on(&mut self, out: &mut Outbox<'_>) {
        self.replica.hints_mut().begin(out);
        if !self.replica.damaged().is_empty() {
            self.refetch_soon(out);
        }
        let Some(layout) = &self.layout else {
            return;
        };
        let (Some(change), Some(lead)) = (layout.change().cloned(), layout.lead()) else {
            if std::mem::take(&mut self.led) {
                self.change_ended(out);
            }
            return;
        };
        if lead.leader == self.id {
            self.leader = Some(match lead.term {
                0 => Leader::resume(change, lead, layout.stage().step, out),
                _ => Leader::take_over(change, lead, out),
            });
        }
    }

    /// All that must be remembered, as few entries.
    pub(super) fn entries(&self, now: Instant) -> Vec<Entry> {
        let mut entries = self.replica.entries(now);
        if let Some(layout) = &self.layout {
            let (version, placement) = layout.settled_in();
            entries.push(Entry::Layout(version, placement.clone()));
            entries.extend(layout.ended_by().map(Entry::EndedBy));
            if let (Some(change), Some(lead)) = (layout.change(), layout.lead()) {
                entries.push(Entry::Announced((&**change).into()));
                entries.push(Entry::Step(layout.stage().step));
                entries.push(Entry::Lead(lead.clone()));
            }
        }
        if !self.received.is_empty() {
            entries.push(Entry::Received(self.received.clone()));
        }
        if self.epoch > Epoch::default() {
            entries.push(Entry::Settings(self.adopted()));
        }
        entries.extend(self.strays_of.map(Entry::Strays));
        entries
    }
}

/// Counts what there is; what is damaged goes, once that is remembered.
fn counted<D: Disk>(
    cells: Lsm<D>,
    mut remember: impl FnMut(RangeSet, &mut D) -> Result<(), DiskError>,
) -> Result<Storage<Lsm<D>>, LsmError> {
    let mut storage = Storage::uncounted(cells);
    loop {
        match storage.recount() {
            Ok(()) => return Ok(storage),
            Err(LsmError::Damaged(damage)) => {
                remember(damage.range.into(), storage.engine_mut().disk_mut())?;
                storage.engine_mut().cut_out(&damage.file)?;
            }
            Err(LsmError::Malformed(token)) => {
                remember(only(token), storage.engine_mut().disk_mut())?;
                storage.engine_mut().erase_malformed(token)?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// The settings that were decided later.
fn later(given: Adopted, remembered: Option<Adopted>) -> Adopted {
    match remembered {
        Some(remembered) if remembered.epoch > given.epoch => remembered,
        _ => given,
    }
}

/// The rows that it holds: those that it owned when it last was settled, and what it received since.
/// In the middle of a change all that it gains: its disk may have forgotten what it confirmed.
fn hold(id: NodeId, memory: &Memory, layout: Option<&Layout>) -> RangeSet {
    let owned = layout.map(|layout| owned(id, layout.settled_in().1));
    let gains = layout.and_then(Layout::change);
    let gains = gains.and_then(|change| change.gains.get(&id).cloned());
    let held = owned.unwrap_or_default().union(&memory.received);
    held.union(&gains.unwrap_or_default())
}

/// What a node may have cells of: in the middle of a change, of what it owns before and after.
pub(super) fn may_hold(id: NodeId, layout: &Layout) -> RangeSet {
    let before = owned(id, layout.settled_in().1);
    let after = layout.change().map(|change| owned(id, &change.after));
    before.union(&after.unwrap_or_default())
}

/// What a node holds by a placement.
pub(super) fn owned(id: NodeId, placement: &Placement) -> RangeSet {
    let mut held = held_ranges(&placement.ring, placement.sizes.replication);
    held.remove(&id).unwrap_or_default()
}

/// Where a node is in its life, by its layout.
fn state(id: NodeId, layout: Option<&Layout>) -> NodeState {
    let Some(layout) = layout else {
        return NodeState::Joining;
    };
    let in_before = layout.settled_in().1.ring.node(id).is_some();
    let step = layout.stage().step;
    match layout.change() {
        None if in_before => NodeState::Live,
        None => NodeState::Removed,
        Some(_) if step == Step::Withdrawn && in_before => NodeState::Live,
        Some(_) if step == Step::Withdrawn => NodeState::Leaving,
        Some(change) if change.after.ring.node(id).is_none() => NodeState::Leaving,
        Some(_) if in_before || step >= Step::Committed => NodeState::Live,
        Some(_) => NodeState::Joining,
    }
}

impl From<JournalError> for OpenError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<SettingError> for OpenError {
    fn from(error: SettingError) -> Self {
        Self::Settings(error)
    }
}

impl From<LsmError> for OpenError {
    fn from(error: LsmError) -> Self {
        Self::Store(error)
    }
}

impl From<ChangeError> for OpenError {
    fn from(error: ChangeError) -> Self {
        Self::Change(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(error) => error.fmt(f),
            Self::Settings(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Change(error) => write!(f, "the change under way cannot be planned: {error}"),
        }
    }
}

impl std::error::Error for OpenError {}
