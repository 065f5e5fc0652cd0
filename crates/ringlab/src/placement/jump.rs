//! Jump consistent hash (Lamping, Veach 2014, arXiv 1406.2294): no memory at all, perfectly even,
//! and nodes come and go at the end of the list only.

use super::Placement;
use super::draws::first_by_draws;
use super::error::PlacementError;
use super::nodes::{Nodes, WeightedNode, only_weight_one};
use crate::hash::token;

const NAME: &str = "jump";

/// The nodes are buckets in order.
#[derive(Clone, Debug)]
pub struct Jump {
    nodes: Nodes,
}

/// The bucket of a hash among `buckets`, as in figure 1 of the paper: right to the bit. 0 where
/// there is none. O(log buckets).
///
/// ```
/// use ringlab::placement::jump_bucket;
/// assert_eq!(jump_bucket(0xdead_10cc, 666), 361);
/// ```
#[must_use]
pub fn jump_bucket(hash: u64, buckets: u32) -> u32 {
    let mut key = hash;
    let (mut bucket, mut next) = (0, 0_i64);
    while next < i64::from(buckets) {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        // The bucket is below 2^32 and the quotient at least 1: doubles hold both exactly enough,
        // and alike on every platform.
        let shrunk = (1_u64 << 31) as f64 / ((key >> 33) + 1) as f64;
        next = ((bucket + 1) as f64 * shrunk) as i64;
    }
    bucket as u32
}

impl Jump {
    /// O(nodes x log nodes).
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`].
    pub fn new(nodes: impl IntoIterator<Item = WeightedNode>) -> Result<Self, PlacementError> {
        let nodes = Nodes::new(nodes)?;
        only_weight_one(NAME, nodes.as_slice())?;
        Ok(Self { nodes })
    }

    fn owner(&self, hash: u64) -> usize {
        // Two bytes count the nodes.
        jump_bucket(hash, self.nodes.len() as u32) as usize
    }
}

impl Placement for Jump {
    fn nodes(&self) -> &[WeightedNode] {
        self.nodes.as_slice()
    }

    /// O(length of the key, plus log nodes).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        (self.nodes.len() > 0).then(|| self.owner(token(key).0))
    }

    /// The paper has no replicas: here they are the buckets of further draws. O(n log nodes).
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        first_by_draws(token(key).0, self.nodes.len(), owners, |hash| {
            self.owner(hash)
        })
    }

    fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        only_weight_one(NAME, std::slice::from_ref(&node))?;
        self.nodes.add(node)
    }

    /// Only the last one can go.
    fn remove(&mut self, name: &str) -> Result<(), PlacementError> {
        if self.nodes.position(name)? + 1 < self.nodes.len() {
            return Err(PlacementError::Unable {
                algorithm: NAME,
                what: "remove a node but the last: its buckets are numbered in order",
            });
        }
        self.nodes.remove(name).map(|_| ())
    }

    fn reweight(&mut self, name: &str, weight: u32) -> Result<(), PlacementError> {
        self.nodes.position(name)?;
        only_weight_one(NAME, &[WeightedNode::weighing(name, weight)?])
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}
