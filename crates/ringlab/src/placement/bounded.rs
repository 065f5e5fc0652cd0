//! Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2018, arXiv 1608.01350):
//! no node has more than a chosen factor of the mean; what would be more goes on clockwise.

use super::Placement;
use super::different::first_different;
use super::error::PlacementError;
use super::nodes::WeightedNode;
use super::virtual_nodes::VirtualNodes;
use crate::hash::token;

/// A ring and how many keys, or requests, each node has at the moment.
#[derive(Clone, Debug)]
pub struct BoundedLoads {
    ring: VirtualNodes,
    loads: Vec<u64>,
    /// The sum of all loads, and of all weights.
    total: u64,
    weights: u64,
    factor_thousandths: u32,
}

impl BoundedLoads {
    /// No node has more than `factor_thousandths` of the mean, in thousandths: 1,250 is a quarter
    /// more. At least 1,001; the nearer to 1,000, the further keys go. O(virtual nodes).
    ///
    /// # Errors
    ///
    /// Those of [`VirtualNodes::new`], and [`PlacementError::Unable`] for a factor of 1 or less.
    pub fn new(
        factor_thousandths: u32,
        virtual_nodes: u32,
        nodes: impl IntoIterator<Item = WeightedNode>,
    ) -> Result<Self, PlacementError> {
        if factor_thousandths <= 1_000 {
            return Err(PlacementError::Unable {
                algorithm: "bounded loads",
                what: "keep every node at or below the mean: take a factor above 1",
            });
        }
        let ring = VirtualNodes::new(virtual_nodes, nodes)?;
        Ok(Self {
            loads: vec![0; ring.nodes().len()],
            total: 0,
            weights: sum_of_weights(&ring),
            ring,
            factor_thousandths,
        })
    }

    /// Puts a key, or a request, on its node, which has one more from now on.
    pub fn put(&mut self, key: &[u8]) -> Option<usize> {
        let owner = self.primary(key)?;
        self.loads[owner] += 1;
        self.total += 1;
        Some(owner)
    }

    /// A key, or request, has left a node, which has one less. Nothing happens at 0, nor for a
    /// number that no node has.
    pub fn leave(&mut self, owner: usize) {
        if let Some(load) = self.loads.get_mut(owner).filter(|load| **load > 0) {
            *load -= 1;
            self.total -= 1;
        }
    }

    /// What each node has, by its number.
    #[must_use]
    pub fn loads(&self) -> &[u64] {
        &self.loads
    }

    /// The most that a node may have when one more comes: its part by weight, times the factor,
    /// rounded up.
    #[must_use]
    pub fn capacity(&self, owner: usize) -> u64 {
        let weight = self.ring.nodes().get(owner).map_or(0, |node| node.weight);
        let total = u128::from(self.total) + 1;
        let part = u128::from(self.factor_thousandths) * total * u128::from(weight);
        let whole = 1_000 * u128::from(self.weights.max(1));
        u64::try_from(part.div_ceil(whole)).unwrap_or(u64::MAX)
    }

    /// Clockwise from a key the nodes that may have one more.
    fn with_room(&self, key: &[u8]) -> impl Iterator<Item = usize> {
        let has_room = |&owner: &usize| self.loads[owner] < self.capacity(owner);
        self.ring.clockwise(token(key)).filter(has_room)
    }
}

impl Placement for BoundedLoads {
    fn nodes(&self) -> &[WeightedNode] {
        self.ring.nodes()
    }

    /// Where the key would go now. O(1) for each virtual node that is passed.
    fn primary(&self, key: &[u8]) -> Option<usize> {
        self.with_room(key).next()
    }

    /// The first nodes clockwise that may have one more.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        first_different(self.with_room(key), self.loads.len(), owners)
    }

    fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        self.ring.add(node)?;
        self.loads.push(0);
        self.weights = sum_of_weights(&self.ring);
        Ok(())
    }

    /// What it had is to be put again.
    fn remove(&mut self, name: &str) -> Result<(), PlacementError> {
        let gone = self.ring.position(name)?;
        self.ring.remove(name)?;
        self.total -= self.loads.remove(gone);
        self.weights = sum_of_weights(&self.ring);
        Ok(())
    }

    fn reweight(&mut self, name: &str, weight: u32) -> Result<(), PlacementError> {
        self.ring.reweight(name, weight)?;
        self.weights = sum_of_weights(&self.ring);
        Ok(())
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}

fn sum_of_weights(ring: &VirtualNodes) -> u64 {
    ring.nodes().iter().map(|node| u64::from(node.weight)).sum()
}
