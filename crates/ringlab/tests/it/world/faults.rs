//! What goes wrong in a world, by a story's order.

use std::cell::RefCell;
use std::rc::Rc;

use ringlab::message::{Input, Outcome, RequestId};
use ringlab::ring::NodeId;

use super::{CrashingDisk, Happening, Node, World, WorldDisk, machine};

/// Acknowledgements between two of which all disks are opened.
const LOOK_EVERY: u64 = 16;

impl World {
    /// A node stops for good, or until it restarts. What its disk had not synced is lost, or some
    /// of it.
    pub(crate) fn crash(&mut self, node: NodeId) {
        self.crashed.insert(node);
        self.timers.retain(|(owner, _), _| *owner != node);
        self.appends.retain(|(owner, _), _| *owner != node);
        let its = |happening: &Happening| match happening {
            Happening::Sync(owner) => *owner == node,
            _ => false,
        };
        self.queue.retain(|_, happening| !its(happening));
        let rng = &mut self.rng;
        let disk = &mut *self.disks[&node].borrow_mut();
        disk.crash(|unsynced| rng.below(unsynced as u64 + 1) as usize);
    }

    /// A node that crashed begins another life, with what its disk has. A disk that cannot tell who
    /// it was has lost what it acknowledged.
    pub(crate) fn restart(&mut self, id: NodeId) {
        let Some(node) = self.survivor(self.disks[&id].clone(), id) else {
            return self.checks.not_opened(id);
        };
        self.nodes.insert(id, node);
        self.crashed.remove(&id);
        self.input(id, Input::Start);
    }

    /// A node stops, and its disk is empty.
    pub(crate) fn wipe(&mut self, node: NodeId) {
        self.crash(node);
        *self.disks[&node].borrow_mut() = CrashingDisk::default();
    }

    /// A node stops and never comes back.
    pub(crate) fn lose(&mut self, node: NodeId) {
        self.crash(node);
        self.gone.insert(node);
        self.checks.lost.insert(node);
        self.tell_clients();
    }

    /// What would be left of a node if it crashed now, if it could be opened.
    fn if_it_crashed(&self, id: NodeId) -> Option<Node> {
        let mut disk = self.disks[&id].borrow().clone();
        disk.crash(|_| 0);
        self.survivor(Rc::new(RefCell::new(disk)), id)
    }

    fn survivor(&self, disk: WorldDisk, id: NodeId) -> Option<Node> {
        Node::open(id, self.settings, machine(disk, &self.keyspace)).ok()
    }

    /// Now and then, at an acknowledgement: whether W nodes would still have it after a crash.
    pub(super) fn look_at_disks(&mut self, id: RequestId, outcome: &Outcome) {
        let Some((key, dot, w)) = self.checks.promised(id, outcome, LOOK_EVERY) else {
            return;
        };
        let knows = |node: &NodeId| {
            self.if_it_crashed(*node).is_some_and(|node| {
                let cell = node.cell(&key);
                cell.is_some_and(|cell| cell.knows(dot)) || node.kept(&key).knows(dot)
            })
        };
        let having = self.nodes.keys().filter(|node| knows(node)).take(w).count();
        if having < w {
            self.checks.not_stored(&key, dot, having);
        }
    }

    /// From now on all that comes for a node waits, its timers too.
    pub(crate) fn pause(&mut self, node: NodeId) {
        self.paused.entry(node).or_default();
    }

    /// A paused node goes on, and all that has come for it does so now.
    pub(crate) fn resume(&mut self, node: NodeId) {
        for input in self.paused.remove(&node).unwrap_or_default() {
            self.input(node, input);
        }
    }

    /// What one node sends to another is lost from now on; the other way stays open.
    pub(crate) fn cut(&mut self, from: NodeId, to: NodeId) {
        self.cut.insert((from, to));
    }

    /// All ways are open again.
    pub(crate) fn heal(&mut self) {
        self.cut.clear();
    }

    /// From now on no message leaves or reaches these nodes alone; clients ask others.
    pub(crate) fn cut_off(&mut self, nodes: &[NodeId]) {
        self.heal();
        self.cut_off = nodes.iter().copied().collect();
        for &node in nodes {
            for &other in self.nodes.keys() {
                self.cut.extend([(node, other), (other, node)]);
            }
        }
        self.tell_clients();
    }
}
