//! What changes hands between two rings, as rows of numbers: tokens first, then nodes.

use std::collections::BTreeMap;

use ringlab::movement;
use ringlab::ring::{NodeId, Replication, Ring, TokenRange};
use wasm_bindgen::prelude::*;

use crate::ring::share;

/// The whole difference between two rings. Its nodes are numbered in the order of [`Self::names`].
#[wasm_bindgen]
#[derive(Debug)]
pub struct Movement {
    pub(crate) movement: movement::Movement,
    names: Vec<String>,
    pub(crate) numbers: BTreeMap<NodeId, u32>,
}

#[wasm_bindgen]
impl Movement {
    /// The names of all nodes of both rings.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// Ranges with another primary: after, to, from node, to node.
    #[must_use]
    pub fn primaries(&self) -> Vec<u64> {
        let rows = self.movement.primaries().iter();
        self.rows(rows.map(|row| (row.range, [row.from, row.to])))
    }

    /// Who sends what to whom: after, to, from node, to node.
    #[must_use]
    pub fn copies(&self) -> Vec<u64> {
        let rows = self.movement.copies().iter();
        self.rows(rows.map(|row| (row.range, [row.from, row.to])))
    }

    /// Who holds what from now on: after, to, node.
    #[must_use]
    pub fn gains(&self) -> Vec<u64> {
        let rows = self.movement.gains().iter();
        self.rows(rows.map(|row| (row.range, [row.node])))
    }

    /// Who holds what no longer: after, to, node.
    #[must_use]
    pub fn drops(&self) -> Vec<u64> {
        let rows = self.movement.drops().iter();
        self.rows(rows.map(|row| (row.range, [row.node])))
    }

    /// Ranges with another primary that held them already: after, to.
    #[must_use]
    pub fn rerouted(&self) -> Vec<u64> {
        self.ranges(self.movement.rerouted())
    }

    /// Ranges with another primary that has to get them first: after, to.
    #[must_use]
    #[wasm_bindgen(js_name = toCopy)]
    pub fn to_copy(&self) -> Vec<u64> {
        self.ranges(self.movement.to_copy())
    }

    /// Ranges of which no living node has a copy: after, to.
    #[must_use]
    pub fn lost(&self) -> Vec<u64> {
        self.ranges(self.movement.lost())
    }

    /// Parts of the ring, 0 to 1: with another primary; of that rerouted, to copy; lost.
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        let movement = &self.movement;
        [
            movement.moved_width(),
            movement.rerouted_width(),
            movement.to_copy_width(),
            movement.lost_width(),
        ]
        .map(share)
        .to_vec()
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
        let came = after.nodes().filter(|spec| before.node(spec.id).is_none());
        let (mut names, mut numbers) = (Vec::new(), BTreeMap::new());
        for spec in before.nodes().chain(came) {
            numbers.insert(spec.id, names.len() as u32);
            names.push(spec.name.as_str().to_owned());
        }
        let (before, after) = ((before, replication), (after, replication));
        Self {
            movement: movement::Movement::between(before, after, alive),
            names,
            numbers,
        }
    }

    fn rows<const NODES: usize>(
        &self,
        rows: impl Iterator<Item = (TokenRange, [NodeId; NODES])>,
    ) -> Vec<u64> {
        let row = |(range, nodes): (TokenRange, [NodeId; NODES])| {
            let numbers = nodes.map(|node| u64::from(self.numbers[&node]));
            [range.after.0, range.to.0].into_iter().chain(numbers)
        };
        rows.flat_map(row).collect()
    }

    fn ranges(&self, ranges: &[TokenRange]) -> Vec<u64> {
        self.rows(ranges.iter().map(|&range| (range, [])))
    }
}
