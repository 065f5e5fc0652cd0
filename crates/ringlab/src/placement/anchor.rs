//! AnchorHash (Mendelson, Vargaftik, Barabash, Lorenz, Keslassy, Orda 2020, arXiv 1812.09674,
//! algorithm 3): a few bytes a node, any node can go, and no key moves but what must.

use super::Placement;
use super::draws::{draw, first_by_draws, scale};
use super::error::PlacementError;
use super::nodes::{Nodes, WeightedNode, only_weight_one};
use crate::hash::token;
use crate::ring::NODES_MAX;

const NAME: &str = "anchor";

/// Buckets, some of them nodes; the names are those of the paper.
#[derive(Clone, Debug)]
pub struct Anchor {
    nodes: Nodes,
    /// A: how many buckets were in use when this one went; 0 for one that is in use.
    removed_at: Vec<u32>,
    /// K: the bucket that took its place when it went.
    successor: Vec<u32>,
    /// W: the buckets in use.
    used: Vec<u32>,
    /// L: where in `used` a bucket last was.
    place: Vec<u32>,
    /// R: the buckets that went, the last one last.
    removed: Vec<u32>,
    /// The node of a bucket in use.
    node_of: Vec<u32>,
    /// The bucket of a node.
    bucket_of: Vec<u32>,
}

impl Anchor {
    /// Room for up to `capacity` nodes, which can't grow: a lookup takes about
    /// `1 + ln(capacity / nodes)` steps. O(capacity).
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`]; [`PlacementError::Full`] for more than 65,535.
    pub fn new(
        capacity: u32,
        nodes: impl IntoIterator<Item = WeightedNode>,
    ) -> Result<Self, PlacementError> {
        let limit = NODES_MAX as u64;
        if u64::from(capacity) > limit {
            let what = "buckets of an anchor";
            return Err(PlacementError::Full { what, limit });
        }
        let all: Vec<u32> = (0..capacity).collect();
        let mut anchor = Self {
            nodes: Nodes::default(),
            removed_at: all.clone(),
            successor: all.clone(),
            used: all.clone(),
            place: all.clone(),
            removed: all.iter().rev().copied().collect(),
            node_of: all,
            bucket_of: Vec::new(),
        };
        nodes.into_iter().try_for_each(|node| anchor.add(node))?;
        Ok(anchor)
    }

    /// The paper's GetBucket.
    fn bucket(&self, hash: u64) -> usize {
        let mut bucket = scale(hash, self.removed_at.len() as u64);
        loop {
            let removed_at = self.removed_at[bucket];
            if removed_at == 0 {
                return bucket;
            }
            let again = draw(hash, bucket as u64 + 1);
            let mut next = scale(again, removed_at.into());
            while self.removed_at[next] >= removed_at {
                next = self.successor[next] as usize;
            }
            bucket = next;
        }
    }

    fn owner(&self, hash: u64) -> usize {
        self.node_of[self.bucket(hash)] as usize
    }
}

impl Placement for Anchor {
    fn nodes(&self) -> &[WeightedNode] {
        self.nodes.as_slice()
    }

    /// O(length of the key, plus 1 + ln(capacity / nodes)).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        (self.nodes.len() > 0).then(|| self.owner(token(key).0))
    }

    /// The paper has no replicas: here they are the buckets of further draws.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        first_by_draws(token(key).0, self.nodes.len(), owners, |hash| {
            self.owner(hash)
        })
    }

    /// Takes the bucket of the node that went last. O(log nodes).
    fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        only_weight_one(NAME, std::slice::from_ref(&node))?;
        let Some(&bucket) = self.removed.last() else {
            return Err(PlacementError::Full {
                what: "nodes of this anchor",
                limit: self.removed_at.len() as u64,
            });
        };
        let in_use = self.nodes.len();
        self.nodes.add(node)?;
        self.removed.pop();
        let at = bucket as usize;
        self.removed_at[at] = 0;
        self.place[self.used[in_use] as usize] = in_use as u32;
        self.used[self.place[at] as usize] = bucket;
        self.successor[at] = bucket;
        self.node_of[at] = in_use as u32;
        self.bucket_of.push(bucket);
        Ok(())
    }

    /// O(nodes), for the numbers of the others; the buckets change in O(1).
    fn remove(&mut self, name: &str) -> Result<(), PlacementError> {
        let number = self.nodes.remove(name)?;
        let bucket = self.bucket_of.remove(number);
        for moved in &self.bucket_of[number..] {
            self.node_of[*moved as usize] -= 1;
        }
        let (at, in_use) = (bucket as usize, self.nodes.len());
        self.removed.push(bucket);
        self.removed_at[at] = in_use as u32;
        let last = self.used[in_use];
        self.used[self.place[at] as usize] = last;
        self.successor[at] = last;
        self.place[last as usize] = self.place[at];
        Ok(())
    }

    fn reweight(&mut self, name: &str, weight: u32) -> Result<(), PlacementError> {
        self.nodes.position(name)?;
        only_weight_one(NAME, &[WeightedNode::weighing(name, weight)?])
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}
