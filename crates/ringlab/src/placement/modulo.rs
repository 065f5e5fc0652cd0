//! `hash mod n`: as even as the hash, and nearly every key moves when n changes. It is here to be
//! compared with.

use super::error::PlacementError;
use super::nodes::{WeightedNode, only_weight_one};
use super::rebuilt::{Rebuilt, Table};
use crate::hash::token;

/// The hash of a key modulo the number of nodes.
pub type Modulo = Rebuilt<Count>;

/// How many nodes there are.
#[derive(Clone, Copy, Debug)]
pub struct Count(usize);

impl Table for Count {
    type Settings = ();

    fn build((): &(), nodes: &[WeightedNode]) -> Result<Self, PlacementError> {
        only_weight_one("modulo", nodes)?;
        Ok(Self(nodes.len()))
    }

    /// O(length of the key).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        let owner = token(key).0.checked_rem(self.0 as u64);
        owner.map(|owner| owner as usize)
    }

    /// The primary and the nodes after it. O(n).
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let found = owners.len().min(self.0);
        let primary = self.primary(key).unwrap_or_default();
        for (after, owner) in owners[..found].iter_mut().enumerate() {
            *owner = (primary + after) % self.0;
        }
        found
    }
}
