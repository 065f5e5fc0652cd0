//! In which order a node probes the others: everyone once a round, each round in another order. So
//! nobody is forgotten for longer than two rounds, and nobody is probed by all at once.

use crate::outbox::Outbox;
use crate::ring::NodeId;

/// The other nodes.
#[derive(Clone, Debug, Default)]
pub(super) struct Round {
    order: Vec<NodeId>,
    next: usize,
}

impl Round {
    pub(super) fn of(nodes: impl IntoIterator<Item = NodeId>, out: &mut Outbox<'_>) -> Self {
        let order = nodes.into_iter().collect();
        let mut round = Self { order, next: 0 };
        round.shuffle(out);
        round
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

    pub(super) fn contains(&self, node: NodeId) -> bool {
        self.order.contains(&node)
    }

    pub(super) fn len(&self) -> usize {
        self.order.len()
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
