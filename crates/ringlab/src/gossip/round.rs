//! In which order a node probes the others: everyone once a round, each round in another order. So
//! nobody is forgotten for longer than two rounds, and nobody is probed by all at once.

use std::sync::Arc;

use crate::outbox::Outbox;
use crate::ring::NodeId;

/// The nodes, and in which order the others are probed.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    /// The other nodes.
    order: Vec<NodeId>,
    next: usize,
    /// They and this one, by id: a list that all nodes share.
    nodes: Arc<[NodeId]>,
}

impl Round {
    /// From now on these nodes, by id. Who stays keeps its turn; who is new gets one by chance, as in
    /// memberlist, at the latest in the next round. A random number for each new one. Whether
    /// anything has changed.
    pub(super) fn follow(&mut self, nodes: Arc<[NodeId]>, out: &mut Outbox<'_>) -> bool {
        if Arc::ptr_eq(&self.nodes, &nodes) || self.nodes == nodes {
            return false;
        }
        let before = std::mem::replace(&mut self.nodes, nodes);
        if without(&before, &self.nodes).next().is_some() {
            let passed = &self.order[..self.next];
            self.next = passed.iter().filter(|&&node| self.has(node)).count();
            let mut order = std::mem::take(&mut self.order);
            order.retain(|&node| self.has(node));
            self.order = order;
        }
        let own = out.id;
        for node in without(&self.nodes, &before).filter(|&node| node != own) {
            let last = self.order.len();
            let turn = out.below(last as u64 + 1) as usize;
            self.order.push(node);
            self.order.swap(turn, last);
        }
        true
    }

    /// The next one to probe.
    pub(super) fn next(&mut self, out: &mut Outbox<'_>) -> Option<NodeId> {
        if self.next == self.order.len() {
            self.shuffle(out);
        }
        let node = self.order.get(self.next).copied();
        self.next += usize::from(node.is_some());
        node
    }

    /// All of them in some order.
    pub(super) fn in_some_order(&self, out: &mut Outbox<'_>) -> impl Iterator<Item = NodeId> {
        let start = out.below(self.order.len().max(1) as u64) as usize;
        let (before, from) = self.order.split_at(start);
        from.iter().chain(before).copied()
    }

    /// Whether it is this node or one of the others.
    pub(super) fn has(&self, node: NodeId) -> bool {
        self.nodes.binary_search(&node).is_ok()
    }

    /// How many nodes there are, this one among them.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Fisher and Yates.
    fn shuffle(&mut self, out: &mut Outbox<'_>) {
        for last in (1..self.order.len()).rev() {
            let other = out.below(last as u64 + 1) as usize;
            self.order.swap(last, other);
        }
        self.next = 0;
    }
}

/// Those of one list that are not in the other. Both are in order.
fn without<'a>(nodes: &'a [NodeId], others: &'a [NodeId]) -> impl Iterator<Item = NodeId> + 'a {
    let mut others = others.iter().peekable();
    nodes.iter().copied().filter(move |node| {
        while others.next_if(|&other| other < node).is_some() {}
        others.peek() != Some(&node)
    })
}
