//! What a source sends a target at a time. It knows neither.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::hash::Token;
use crate::keyspace::{Keyspace, Load};
use crate::pair::Key;
use crate::version::Siblings;

use super::{Cells, RangeSet, Storage};

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
    ///
    /// # Errors
    ///
    /// As [`Storage::visit`].
    pub fn of<C: Cells>(
        version: u64,
        number: u64,
        ranges: RangeSet,
        storage: &Storage<C>,
    ) -> Result<Self, C::Error> {
        let held = ranges.intersection(storage.held());
        let mut cells = Vec::new();
        let mut load = Load::default();
        for range in ranges.ranges() {
            storage.visit(range, &mut |key, cell| {
                cells.push((key.clone(), cell.clone()));
                ControlFlow::Continue(())
            })?;
            load += storage.try_load_in(range)?;
        }
        Ok(Self {
            version,
            number,
            loaded: storage.keyspace().map(|keyspace| (keyspace.clone(), held)),
            cells,
            load,
            ranges,
        })
    }

    /// A point of the ring among it.
    #[must_use]
    pub fn at(&self) -> Token {
        self.ranges.first().unwrap_or_default()
    }
}
