//! What goes wrong in a world, by a story's order.

use ringlab::message::Input;
use ringlab::node::Node;
use ringlab::ring::NodeId;
use ringlab::storage::Storage;

use super::{Happening, World};

impl World {
    /// A node stops for good, or until it restarts. What it had not on disk is lost.
    pub(crate) fn crash(&mut self, node: NodeId) {
        self.crashed.insert(node);
        self.timers.retain(|(owner, _), _| *owner != node);
        self.appends.retain(|(owner, _), _| *owner != node);
        let its = |happening: &Happening| match happening {
            Happening::Stored(owner, _) => *owner == node,
            Happening::Input(owner, Input::StorageDone(_)) => *owner == node,
            _ => false,
        };
        self.queue.retain(|_, happening| !its(happening));
    }

    /// A node that crashed begins another life, with this left of its storage.
    pub(crate) fn restart(&mut self, id: NodeId, storage: Storage) {
        let layout = self.nodes[&id].layout().unwrap().clone();
        let node = Node::restored(id, self.settings, layout, storage);
        self.nodes.insert(id, node);
        self.crashed.remove(&id);
        self.input(id, Input::Start);
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
