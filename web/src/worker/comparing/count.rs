//! Counts the keys of each node by a system and by a ring, and what moves when one goes, some keys
//! at a time. It knows no clock and no page.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use ringlab::keyspace::{Census, Keyspace};
use ringlab::movement::primary_moves;
use ringlab::ring::{Ring, RingError};

use super::as_system::{AsSystem, Places};
use crate::view::comparison::fullest;
use crate::wire::{Compared, Comparison, Moved, Removal, ToCompare};
use crate::worker::topology::Told;

#[cfg(test)]
mod tests;

/// Keys of a step: few, as a key may have 64 KiB.
const KEYS_PER_STEP: u32 = 256;
/// In place of a node's number, for a key that the system has no node for.
const NOBODY: u16 = u16::MAX;

/// A count under way.
pub(super) struct Count {
    told: Rc<Told>,
    wish: ToCompare,
    keyspace: Arc<Keyspace>,
    system: AsSystem,
    /// By row, the node's number: 2 bytes a key, and so 10 MB for the most keys that a file may have.
    owners: Vec<u16>,
    comparison: Comparison,
    without: Option<Without>,
}

/// The system without one node.
struct Without {
    leaving: usize,
    /// None where operators decide.
    system: Option<AsSystem>,
    rows: u32,
    moved: Moved,
}

impl Count {
    /// Nothing is counted yet.
    pub(super) fn new(
        told: Rc<Told>,
        wish: ToCompare,
        keyspace: Arc<Keyspace>,
    ) -> Result<Self, String> {
        let system = AsSystem::new(&told.places).map_err(|error| error.to_string())?;
        let named = told.cluster.nodes.iter().zip(&told.weights);
        let nodes = named.map(|(node, &weight)| Compared {
            name: node.name.clone(),
            weight,
            theirs: 0,
            ours: 0,
        });
        Ok(Self {
            comparison: Comparison {
                cluster: wish.cluster,
                nodes: nodes.collect(),
                ..Comparison::default()
            },
            owners: Vec::with_capacity(keyspace.len() as usize),
            told,
            wish,
            keyspace,
            system,
            without: None,
        })
    }

    /// Places some keys; all there is to tell once that is done for all of them.
    pub(super) fn step(&mut self) -> Result<Option<Comparison>, String> {
        if self.owners.len() < self.keyspace.len() as usize {
            self.place_some();
            return Ok(None);
        }
        let Some(without) = &mut self.without else {
            self.without = self.begin_without()?;
            return match self.without {
                Some(_) => Ok(None),
                None => self.finish().map(Some),
            };
        };
        if without.system.is_some() && without.rows < self.keyspace.len() {
            without.place_some(&self.keyspace, &self.owners);
            return Ok(None);
        }
        self.finish().map(Some)
    }

    /// Keys placed, of how many.
    pub(super) fn progress(&self) -> (u64, u64) {
        let again = self.without.as_ref().map_or(0, |without| without.rows);
        let times = match self.told.places {
            Places::Slots(_) => 1,
            Places::Pool(_) | Places::Tokens(_) => 2,
        };
        let done = self.owners.len() as u64 + u64::from(again);
        (done, u64::from(self.keyspace.len()) * times)
    }

    fn place_some(&mut self) {
        for row in some_rows(self.owners.len() as u32, &self.keyspace) {
            let owner = self.system.primary(self.keyspace.key(row));
            let node = owner.and_then(|owner| self.comparison.nodes.get_mut(owner));
            match node {
                Some(node) => {
                    node.theirs += 1;
                    self.comparison.keys += 1;
                }
                None => self.comparison.homeless += 1,
            }
            self.owners.push(numbered(owner));
        }
    }

    /// None where no other node would have keys.
    fn begin_without(&self) -> Result<Option<Without>, String> {
        let nodes = &self.comparison.nodes;
        let named = self.wish.leaving.filter(|&leaving| leaving < nodes.len());
        let fullest = || fullest(&self.comparison, |node| node.theirs).map(|(node, _)| node);
        let Some(leaving) = named.or_else(fullest) else {
            return Ok(None);
        };
        let stays = |(number, node): (usize, &Compared)| number != leaving && node.weight > 0;
        if !nodes.iter().enumerate().any(stays) {
            return Ok(None);
        }
        let system = AsSystem::without(&self.told.places, leaving).transpose();
        Ok(Some(Without {
            leaving,
            system: system.map_err(|error| error.to_string())?,
            rows: 0,
            moved: Moved::default(),
        }))
    }

    fn finish(&mut self) -> Result<Comparison, String> {
        let mut comparison = std::mem::take(&mut self.comparison);
        let ours = self.count_ours(&mut comparison.nodes);
        let ours = ours.map_err(|error| error.to_string())?;
        comparison.removal = self.without.take().map(|without| Removal {
            leaving: without.leaving,
            theirs: without.system.is_some().then_some(without.moved),
            ours,
        });
        Ok(comparison)
    }

    /// Counts each node's keys on the ring, and what moves there when one goes. O(virtual nodes).
    fn count_ours(&self, nodes: &mut [Compared]) -> Result<Moved, RingError> {
        let specs = &self.told.cluster.nodes;
        let ring = Ring::with_nodes(self.wish.virtual_nodes, specs.iter().cloned())?;
        let census = Census::count(&ring, &self.keyspace);
        for (node, spec) in nodes.iter_mut().zip(specs) {
            node.ours = census.load_of(spec.id).keys;
        }
        let mut moved = Moved::default();
        let leaving = self.without.as_ref().map(|without| without.leaving);
        if let Some(leaving) = leaving.and_then(|leaving| specs.get(leaving)) {
            let mut after = ring.clone();
            after.remove(leaving.id)?;
            for change in primary_moves(&ring, &after) {
                let keys = self.keyspace.load(change.range).keys;
                moved.keys += keys;
                if change.from != leaving.id {
                    moved.needless += keys;
                }
            }
        }
        Ok(moved)
    }
}

impl Without {
    fn place_some(&mut self, keyspace: &Keyspace, owners: &[u16]) {
        let Some(system) = &self.system else {
            return;
        };
        for row in some_rows(self.rows, keyspace) {
            // Numbers after the one that is gone are smaller by one.
            let owner = system.primary(keyspace.key(row));
            let is = numbered(owner.map(|owner| owner + usize::from(owner >= self.leaving)));
            let was = owners[row as usize];
            if was != is {
                self.moved.keys += 1;
                if usize::from(was) != self.leaving && was != NOBODY && is != NOBODY {
                    self.moved.needless += 1;
                }
            }
            self.rows = row + 1;
        }
    }
}

fn some_rows(from: u32, keyspace: &Keyspace) -> Range<u32> {
    from..from.saturating_add(KEYS_PER_STEP).min(keyspace.len())
}

/// No list has more nodes than two bytes count, without the number of nobody.
fn numbered(owner: Option<usize>) -> u16 {
    owner.map_or(NOBODY, |owner| owner as u16)
}
