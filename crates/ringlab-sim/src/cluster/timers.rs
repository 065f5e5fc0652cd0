//! What nodes want to be told, and when. It knows no node and no clock.
//!
//! Most timers are cancelled long before they are due: a request's deadline. So they do not stand
//! among what happens, where each of them would be in the way until its time is over.

#[cfg(test)]
mod tests;

use ringlab::message::TimerId;
use ringlab::ring::NodeId;
use ringlab::sorted::{LongMap, SortedMap};
use ringlab::time::Instant;

use crate::schedule::Moment;

/// Timers that are set.
#[derive(Clone, Debug, Default)]
pub(super) struct Timers {
    of_nodes: SortedMap<NodeId, SortedMap<TimerId, Timer>>,
    due: LongMap<Moment, (NodeId, TimerId)>,
}

#[derive(Clone, Copy, Debug)]
struct Timer {
    /// In the world's time.
    due: Moment,
    /// By its node's own clock.
    at: Instant,
}

impl Timers {
    /// Sets a timer, or moves it; one that is due when it was keeps its place in the order. O(log
    /// timers + timers of the node).
    pub(super) fn set(&mut self, node: NodeId, id: TimerId, due: Moment, at: Instant) {
        let timers = self.of_nodes.entry_near(node, node.index()).or_default();
        let timer = timers.entry(id).or_insert(Timer { due, at });
        timer.at = at;
        if timer.due.at != due.at {
            self.due.remove(&timer.due);
            timer.due = due;
        }
        self.due.insert(timer.due, (node, id));
    }

    /// A timer is not wanted any more. O(log timers + timers of the node).
    pub(super) fn cancel(&mut self, node: NodeId, id: TimerId) {
        let timers = self.of_nodes.get_mut_near(&node, node.index());
        if let Some(timer) = timers.and_then(|timers| timers.remove(&id)) {
            self.due.remove(&timer.due);
        }
    }

    /// When the next one is due. O(log timers).
    pub(super) fn next(&self) -> Option<Moment> {
        self.due.first_key_value().map(|(&due, _)| due)
    }

    /// Takes the next one out. O(log timers + timers of the node).
    pub(super) fn pop(&mut self) -> Option<(Moment, NodeId, TimerId)> {
        let (due, (node, id)) = self.due.pop_first()?;
        if let Some(timers) = self.of_nodes.get_mut_near(&node, node.index()) {
            timers.remove(&id);
        }
        Some((due, node, id))
    }

    /// The timers of a node, each with when it is due by the node's own clock.
    pub(super) fn of(&self, node: NodeId) -> Vec<(TimerId, Instant)> {
        let timers = self.of_nodes.get(&node).into_iter().flatten();
        timers.map(|(&id, timer)| (id, timer.at)).collect()
    }

    /// Leaves the timers of those nodes alone. O(timers).
    pub(super) fn retain(&mut self, stays: impl Fn(NodeId) -> bool) {
        self.of_nodes.retain(|&node, _| stays(node));
        self.due.retain(|_, (node, _)| stays(*node));
    }

    /// How many are set.
    pub(super) fn len(&self) -> usize {
        self.due.len()
    }
}
