//! What changes hands between two rings, as rows of numbers: tokens first, then nodes.

use ringlab::movement;
use ringlab::ring::{NodeId, Replication, Ring, TokenRange};
use wasm_bindgen::prelude::*;

/// The whole difference between two rings; nodes have the numbers of the ring before.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Movement(pub(crate) movement::Movement);

#[wasm_bindgen]
impl Movement {
    /// Ranges with another primary: after, to, from node, to node.
    #[must_use]
    pub fn primaries(&self) -> Vec<u64> {
        let mut rows = Vec::new();
        for row in self.0.primaries() {
            push(&mut rows, row.range, &[row.from, row.to]);
        }
        rows
    }

    /// Who sends what to whom: after, to, from node, to node.
    #[must_use]
    pub fn copies(&self) -> Vec<u64> {
        let mut rows = Vec::new();
        for row in self.0.copies() {
            push(&mut rows, row.range, &[row.from, row.to]);
        }
        rows
    }

    /// Who holds what from now on: after, to, node.
    #[must_use]
    pub fn gains(&self) -> Vec<u64> {
        let mut rows = Vec::new();
        for row in self.0.gains() {
            push(&mut rows, row.range, &[row.node]);
        }
        rows
    }

    /// Who holds what no longer: after, to, node.
    #[must_use]
    pub fn drops(&self) -> Vec<u64> {
        let mut rows = Vec::new();
        for row in self.0.drops() {
            push(&mut rows, row.range, &[row.node]);
        }
        rows
    }

    /// Ranges with another primary that held them already: after, to.
    #[must_use]
    pub fn rerouted(&self) -> Vec<u64> {
        ranges(self.0.rerouted())
    }

    /// Ranges with another primary that has to get them first: after, to.
    #[must_use]
    #[wasm_bindgen(js_name = toCopy)]
    pub fn to_copy(&self) -> Vec<u64> {
        ranges(self.0.to_copy())
    }

    /// Ranges of which no living node has a copy: after, to.
    #[must_use]
    pub fn lost(&self) -> Vec<u64> {
        ranges(self.0.lost())
    }

    /// Parts of the ring, 0 to 1: with another primary; of that rerouted, to copy; lost.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        vec![
            TokenRange::share_of(self.0.moved_width()),
            TokenRange::share_of(self.0.rerouted_width()),
            TokenRange::share_of(self.0.to_copy_width()),
            TokenRange::share_of(self.0.lost_width()),
        ]
    }
}

impl Movement {
    pub(crate) fn between(
        before: &Ring,
        after: &Ring,
        replication: Replication,
        dead: &[u32],
    ) -> Self {
        let alive = |node: NodeId| !dead.contains(&node.0);
        let (before, after) = ((before, replication), (after, replication));
        Self(movement::Movement::between(before, after, alive))
    }
}

// Plain loops in one place: each iterator of its own type would be code of its own in a browser.

fn ranges(ranges: &[TokenRange]) -> Vec<u64> {
    let mut rows = Vec::new();
    for &range in ranges {
        push(&mut rows, range, &[]);
    }
    rows
}

#[inline(never)]
fn push(rows: &mut Vec<u64>, range: TokenRange, nodes: &[NodeId]) {
    rows.extend_from_slice(&[range.after.0, range.to.0]);
    for &NodeId(node) in nodes {
        rows.push(node.into());
    }
}
