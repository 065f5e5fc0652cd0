//! What a source sends a target at a time. It knows neither.

use std::sync::Arc;

use crate::hash::Token;
use crate::keyspace::{Keyspace, Load};
use crate::pair::Key;
use crate::version::Siblings;

use super::{RangeSet, Storage};

/// All that one node knows of some ranges.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The layout version that the receiver owns them in.
    pub version: u64,
    /// Which batch of its source for its target, from 0.
    pub number: u64,
    /// Which ranges: many small ones travel together.
    pub ranges: RangeSet,
    /// Loaded rows in them, by reference, and where the source has them.
    pub loaded: Option<(Arc<Keyspace>, RangeSet)>,
    /// What was written in them since, by value.
    pub cells: Vec<(Key, Siblings)>,
    /// How much it is.
    pub load: Load,
}

impl Batch {
    /// All that `storage` has in `ranges`. O(ranges x log keys + cells in them).
    #[must_use]
    pub fn of(version: u64, number: u64, ranges: RangeSet, storage: &Storage) -> Self {
        let held = ranges.intersection(storage.held());
        let cells = ranges.ranges().flat_map(|range| storage.cells_in(range));
        Self {
            version,
            number,
            loaded: storage.keyspace().map(|keyspace| (keyspace.clone(), held)),
            cells: cells
                .map(|(key, cell)| (key.clone(), cell.clone()))
                .collect(),
            load: ranges.ranges().map(|range| storage.load_in(range)).sum(),
            ranges,
        }
    }

    /// A point of the ring among it.
    #[must_use]
    pub fn at(&self) -> Token {
        self.ranges.first().unwrap_or_default()
    }
}
