//! Maglev's lookup table (Eisenbud and others, NSDI 2016, section 3.4): one load a key, nearly
//! even, and a few more keys move than must.

#[cfg(test)]
mod tests;

use super::different::first_different;
use super::draws::scale;
use super::error::PlacementError;
use super::nodes::WeightedNode;
use super::rebuilt::{Rebuilt, Table};
use crate::hash::{mix, token};
use crate::sorted::sort_by;

/// The paper's smaller table: enough for about 650 nodes at 1 % unevenness.
pub const MAGLEV_TABLE: u32 = 65_537;
/// The largest: the paper's larger one has 655,373 entries.
const TABLE_MAX: u32 = 1 << 24;

/// Maglev, weighted by turns.
pub type Maglev = Rebuilt<Turns>;

/// How many entries a table has: a prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableSize(u32);

/// The table: every entry has its owner.
#[derive(Clone, Debug)]
pub struct Turns {
    owners: Vec<u16>,
    /// How many nodes there are in it.
    nodes: usize,
}

impl TableSize {
    /// The usual one.
    pub const USUAL: Self = Self(MAGLEV_TABLE);

    /// How many entries.
    #[must_use]
    pub const fn entries(self) -> u32 {
        self.0
    }

    /// A table of this many entries: more than 100 for each node keep it even to 1 %.
    ///
    /// # Errors
    ///
    /// [`PlacementError::Full`] above 2^24, and [`PlacementError::Unable`] where it is no prime, so
    /// that steps would not meet every entry.
    pub fn new(entries: u32) -> Result<Self, PlacementError> {
        if entries > TABLE_MAX {
            return Err(PlacementError::Full {
                what: "entries of a Maglev table",
                limit: TABLE_MAX.into(),
            });
        }
        let divisors = (2..).take_while(|divisor| divisor * divisor <= entries);
        if entries < 2
            || divisors
                .into_iter()
                .any(|divisor| entries.is_multiple_of(divisor))
        {
            return Err(PlacementError::Unable {
                algorithm: "Maglev",
                what: "fill a table unless its entries are a prime number",
            });
        }
        Ok(Self(entries))
    }
}

impl Default for TableSize {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Table for Turns {
    type Settings = TableSize;

    /// Nodes take turns; one of half the weight takes every second turn. In order of names, so that
    /// the order of the nodes does not matter. O(entries x log entries).
    fn build(&size: &TableSize, nodes: &[WeightedNode]) -> Result<Self, PlacementError> {
        let mut weighted: Vec<(u16, &WeightedNode)> = (0..).zip(nodes).collect();
        weighted.retain(|(_, node)| node.weight > 0);
        sort_by(&mut weighted, |(_, a), (_, b)| a.name.cmp(&b.name));
        let turn = |&(number, node): &(u16, &WeightedNode)| {
            let name = node.token().0;
            // Two independent hashes of its name.
            let first = scale(name, size.0.into()) as u32;
            let skip = scale(mix(name), u64::from(size.0) - 1) as u32 + 1;
            Turn::new(number, node.weight.into(), (first, skip))
        };
        let turns: Vec<Turn> = weighted.iter().map(turn).collect();
        let nodes = turns.len();
        let owners = fill(turns, size)?;
        Ok(Self { owners, nodes })
    }

    /// O(length of the key): one load.
    #[inline]
    fn primary(&self, key: &[u8]) -> Option<usize> {
        let entry = scale(token(key).0, self.owners.len() as u64);
        self.owners.get(entry).map(|&owner| owner.into())
    }

    /// The different owners of the entries from the primary's on. O(n) on average.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let at = scale(token(key).0, self.owners.len() as u64);
        let (before, from) = self.owners.split_at(at);
        let onward = from.iter().chain(before).map(|&owner| owner.into());
        first_different(onward, self.nodes, owners)
    }
}

/// Nodes take turns at the next free entry of their own permutation until all are taken: figure 4
/// of the paper, with turns by weight.
pub(super) fn fill(mut turns: Vec<Turn>, size: TableSize) -> Result<Vec<u16>, PlacementError> {
    const FREE: u16 = u16::MAX;
    let TableSize(entries) = size;
    if turns.len() > entries as usize {
        return Err(PlacementError::Full {
            what: "nodes of a Maglev table of this size",
            limit: entries.into(),
        });
    }
    let Some(most) = turns.iter().map(|turn| turn.weight).max_by(f64::total_cmp) else {
        return Ok(Vec::new());
    };
    let mut owners = vec![FREE; entries as usize];
    let mut free = entries;
    let mut round = 0.0;
    while free > 0 {
        round += 1.0;
        for turn in &mut turns {
            if free == 0 {
                break;
            }
            if round * turn.weight >= turn.due {
                turn.due += most;
                while owners[turn.entry as usize] != FREE {
                    turn.step(entries);
                }
                owners[turn.entry as usize] = turn.node;
                free -= 1;
            }
        }
    }
    Ok(owners)
}

/// A node that fills the table.
pub(super) struct Turn {
    node: u16,
    weight: f64,
    /// The entry that it tries next, and how far from one to the next.
    entry: u32,
    skip: u32,
    /// The sum of weights from which it takes its next turn.
    due: f64,
}

impl Turn {
    /// `permutation` has the entry where it begins and how far it is from one to the next.
    pub(super) const fn new(node: u16, weight: f64, permutation: (u32, u32)) -> Self {
        let (entry, skip) = permutation;
        Self {
            node,
            weight,
            entry,
            skip,
            due: 0.0,
        }
    }

    fn step(&mut self, entries: u32) {
        self.entry += self.skip;
        if self.entry >= entries {
            self.entry -= entries;
        }
    }
}
