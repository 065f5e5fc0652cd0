//! The disks of a cluster's nodes: they outlive them, so a node that stopped begins again with
//! what its disk has.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use ringlab::layout::Layout;
use ringlab::message::{AppendId, Input, Record};
use ringlab::node::{Machine, OpenError};
use ringlab::pair::Key;
use ringlab::ring::{NodeId, Ring};
use ringlab::settings::Settings;
use ringlab::sorted::SortedMap;
use ringlab::version::Siblings;

use super::{Cluster, Happening, Node, NodeDisk, Sight};
use crate::disk::{DiskFaults, DiskOptions, SimulatedDisk};
use crate::sabotage::Sabotage;

/// A node and what outlives it.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) node: Node,
    pub(super) disk: NodeDisk,
    written: Written,
    /// It crashed.
    pub(super) is_down: bool,
}

/// What a node has given its disk and not synced.
#[derive(Clone, Debug, Default)]
struct Written {
    bytes: u64,
    appends: VecDeque<AppendId>,
}

impl Host {
    fn new(node: Node, disk: NodeDisk) -> Self {
        Self {
            node,
            disk,
            written: Written::default(),
            is_down: false,
        }
    }
}

impl Cluster {
    /// A node stops. What its disk had not synced is lost, or some of it; what comes for it is
    /// lost, too, and so is what it had wanted later; who asked it gets no answer. Until it
    /// restarts, [`node`](Self::node) shows it as it was. Nothing when it is down already, or gone.
    pub fn crash(&mut self, node: NodeId) {
        let Some(host) = self.hosts.get_mut(&node).filter(|host| !host.is_down) else {
            return;
        };
        host.is_down = true;
        host.written = Written::default();
        host.disk.borrow_mut().crash();
        self.paused.remove(&node);
        self.timers.retain(|owner| owner != node);
        self.see(|| Sight::Crashed(node));
    }

    /// A node that crashed begins another life, with what its disk has. Nothing when it is up, or
    /// gone.
    ///
    /// # Errors
    /// When its disk does not tell who it was: it stays down, and can be wiped.
    pub fn restart(&mut self, id: NodeId) -> Result<(), OpenError> {
        let Some(host) = self.hosts.get(&id).filter(|host| host.is_down) else {
            return Ok(());
        };
        let disk = host.disk.clone();
        let node = match Node::open(id, self.settings, self.machine(disk.clone())) {
            Ok(node) => node,
            Err(error) => {
                // It may be that the power went again meanwhile.
                disk.borrow_mut().crash();
                return Err(error);
            }
        };
        self.hosts.insert(id, Box::new(Host::new(node, disk)));
        self.handle(id, Input::Start);
        Ok(())
    }

    /// A node stops, if it runs, and its disk has nothing any more. When it restarts it knows no
    /// cluster, and the cluster still counts on it. Nothing when it is gone.
    pub fn wipe(&mut self, node: NodeId) {
        self.crash(node);
        if let Some(host) = self.hosts.get(&node) {
            host.disk.borrow_mut().wipe();
            self.see(|| Sight::Wiped(node));
        }
    }

    /// A node that never comes back is gone, with its disk.
    pub fn bury(&mut self, node: NodeId) {
        self.crash(node);
        self.forget(|other| other.id() == node);
    }

    /// Whether a node is there and runs, or would if it were not paused.
    #[must_use]
    pub fn is_up(&self, node: NodeId) -> bool {
        self.hosts.get(&node).is_some_and(|host| !host.is_down)
    }

    /// A node's disk, to look at or to damage.
    #[must_use]
    pub fn disk(&self, node: NodeId) -> Option<&NodeDisk> {
        self.hosts.get(&node).map(|host| &host.disk)
    }

    /// How many times as long a node's disk takes from now on.
    pub fn slow_disk(&mut self, node: NodeId, times: u32) {
        self.slow_disks.insert(node, times.max(1));
    }

    /// The first life of a node, on a copy of a disk that was prepared for its layout.
    pub(super) fn found(&self, id: NodeId, image: &SimulatedDisk, layout: &Layout) -> Host {
        let disk = Rc::new(RefCell::new(image.copy(disk_seed(self.seed, id))));
        let machine = self.machine(disk.clone());
        let founded = Node::founded(id, self.settings, layout.clone(), machine);
        let node = founded.expect("a new disk does what it is asked, and settings were checked");
        Host::new(node, disk)
    }

    /// A node that waits to be announced, on a disk of its own.
    pub(super) fn join(&self, id: NodeId) -> Host {
        let seed = disk_seed(self.seed, id);
        let disk = SimulatedDisk::new(self.world.disk, DiskFaults::NONE, seed);
        let disk = Rc::new(RefCell::new(disk));
        let joining = Node::open(id, self.settings, self.machine(disk.clone()));
        let node = joining.expect("a new disk does what it is asked");
        Host::new(node, disk)
    }

    fn machine(&self, disk: NodeDisk) -> Machine<NodeDisk> {
        Machine {
            keyspace: Some(self.keyspace.clone()),
            ..Machine::new(disk)
        }
    }

    pub(super) fn appended(&mut self, node: NodeId, id: AppendId, record: Record) {
        if let Some(host) = self.hosts.get_mut_near(&node, node.index()) {
            host.written.bytes += DiskOptions::bytes_of(&record);
            host.written.appends.push_back(id);
        }
        self.see(|| Sight::Appended(node, id, record));
    }

    /// The disk's turn comes when it has moved what it was given.
    pub(super) fn sync(&mut self, node: NodeId) {
        let slow = self.slow_disks.get(&node).copied().unwrap_or(1);
        let Some(host) = self.hosts.get_mut_near(&node, node.index()) else {
            return;
        };
        let bytes = std::mem::take(&mut host.written.bytes);
        let delay = host.disk.borrow().time_to_sync(bytes) * slow;
        let lies = self.sabotage.is_some_and(Sabotage::lies_about_disk);
        let at = if lies { self.now } else { self.now + delay };
        self.schedule.push(at, Happening::Sync(node));
    }

    /// A node takes what it wrote for stored; a disk that lies stores it later.
    pub(super) fn says_stored(&mut self, node: NodeId, last: AppendId) {
        if self.sabotage.is_some_and(Sabotage::lies_about_disk) {
            let at = self.now + self.world.disk.sync;
            self.schedule.push(at, Happening::Stored(node, last));
        } else {
            self.stored(node, last);
        }
    }

    pub(super) fn stored(&mut self, node: NodeId, last: AppendId) {
        let Some(host) = self.hosts.get_mut_near(&node, node.index()) else {
            return;
        };
        while let Some(id) = host.written.appends.pop_front_if(|id| *id <= last) {
            if let Some(sights) = &mut self.sights {
                sights.push(Sight::Stored(node, id));
            }
        }
    }
}

/// Disks of one cluster do not go wrong alike.
const fn disk_seed(seed: u64, node: NodeId) -> u64 {
    seed ^ (node.0 as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// What each node begins with of the cells that were written.
pub(super) fn cells_by_owner(
    cells: Vec<(Key, Siblings)>,
    ring: &Ring,
    settings: Settings,
) -> SortedMap<NodeId, Vec<(Key, Siblings)>> {
    let mut by_owner = SortedMap::<_, Vec<_>>::new();
    for (key, siblings) in cells {
        for &node in &*ring.preference_list(key.token(), settings.replication) {
            by_owner
                .entry(node)
                .or_default()
                .push((key.clone(), siblings.clone()));
        }
    }
    by_owner
}
