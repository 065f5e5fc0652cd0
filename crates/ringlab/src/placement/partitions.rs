//! Equal partitions (Dynamo, SOSP 2007, section 6.2, strategy 3): the circle in Q equal parts, and
//! every node has its fair number of them, give or take one. Who comes takes from those that have
//! most, who goes leaves to those that have least: nothing else moves.

use super::Placement;
use super::different::first_different;
use super::draws::scale;
use super::error::PlacementError;
use super::nodes::{Nodes, WeightedNode};
use crate::hash::token;
use crate::sorted::sort_by_key;

/// The most partitions.
const PARTITIONS_MAX: u32 = 1 << 20;

/// Which node has which partition: it depends on the order in which nodes came and went.
#[derive(Clone, Debug)]
pub struct Partitions {
    nodes: Nodes,
    /// By partition; empty where no node stores.
    owners: Vec<u16>,
    count: u32,
}

impl Partitions {
    /// A circle of `count` partitions: many more than there will ever be nodes. O(partitions).
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`], and [`PlacementError::Full`] for more than 2^20 partitions.
    pub fn new(
        count: u32,
        nodes: impl IntoIterator<Item = WeightedNode>,
    ) -> Result<Self, PlacementError> {
        if count > PARTITIONS_MAX {
            return Err(PlacementError::Full {
                what: "partitions",
                limit: PARTITIONS_MAX.into(),
            });
        }
        let mut partitions = Self {
            nodes: Nodes::new(nodes)?,
            owners: Vec::new(),
            count: count.max(1),
        };
        partitions.balance();
        Ok(partitions)
    }

    /// The owner of each partition, clockwise.
    #[must_use]
    pub fn owners(&self) -> &[u16] {
        &self.owners
    }

    /// How many partitions each node is to have: its part by weight, rounded down, and one more for
    /// those that lose most by that; of those, the earlier nodes.
    fn fair(&self) -> Vec<u32> {
        let weights = || {
            self.nodes
                .as_slice()
                .iter()
                .map(|node| u64::from(node.weight))
        };
        let total: u64 = weights().sum();
        let part = |weight: u64| u64::from(self.count) * weight;
        let mut fair: Vec<u32> = weights()
            .map(|weight| (part(weight) / total.max(1)) as u32)
            .collect();
        let mut by_rest: Vec<(u64, usize)> = weights()
            .map(|weight| part(weight) % total.max(1))
            .zip(0..)
            .collect();
        by_rest.retain(|&(rest, _)| rest > 0);
        sort_by_key(&mut by_rest, |&(rest, node)| {
            (std::cmp::Reverse(rest), node)
        });
        let left = self.count - fair.iter().sum::<u32>();
        for &(_, node) in by_rest.iter().take(left as usize) {
            fair[node] += 1;
        }
        fair
    }

    /// Gives partitions without an owner, and those that nodes have above their fair number, to the
    /// nodes that have less.
    fn balance(&mut self) {
        const NOBODY: u16 = u16::MAX;
        if self.nodes.as_slice().iter().all(|node| node.weight == 0) {
            self.owners.clear();
            return;
        }
        let mut wanting = self.fair();
        self.owners.resize(self.count as usize, NOBODY);
        let begin = |(node, &fair): (usize, &u32)| Kept {
            fair: fair.into(),
            had: 0,
            seen: node as u64,
        };
        let mut kept: Vec<Kept> = wanting.iter().enumerate().map(begin).collect();
        for &owner in self.owners.iter().filter(|&&owner| owner != NOBODY) {
            kept[usize::from(owner)].had += 1;
        }
        let mut free = Vec::new();
        for (partition, &owner) in self.owners.iter().enumerate() {
            let owner = usize::from(owner);
            if kept.get_mut(owner).is_some_and(Kept::keeps_next) {
                wanting[owner] -= 1;
            } else {
                free.push(partition);
            }
        }
        // In turns, so that the partitions of a node lie apart and its neighbours differ.
        let mut takers = (0..self.nodes.len()).cycle();
        for partition in free {
            let next = takers.by_ref().find(|&node| wanting[node] > 0);
            let node = next.expect("fair numbers add up to all partitions");
            wanting[node] -= 1;
            // Two bytes count the nodes.
            self.owners[partition] = node as u16;
        }
    }
}

/// Which of its partitions a node keeps.
struct Kept {
    fair: u64,
    had: u64,
    /// Those seen so far; it begins anywhere, so that nodes do not all let go side by side.
    seen: u64,
}

impl Kept {
    /// Whether it keeps the next one it had: all up to the fair number, or so many, evenly spread.
    fn keeps_next(&mut self) -> bool {
        let kept = |seen| seen * self.fair / self.had;
        let keeps = self.had <= self.fair || kept(self.seen + 1) > kept(self.seen);
        self.seen += 1;
        keeps
    }
}

impl Placement for Partitions {
    fn nodes(&self) -> &[WeightedNode] {
        self.nodes.as_slice()
    }

    /// O(length of the key).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        let partition = scale(token(key).0, self.owners.len() as u64);
        self.owners.get(partition).map(|&owner| owner.into())
    }

    /// The different owners of the partitions clockwise.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let at = scale(token(key).0, self.owners.len() as u64);
        let (before, from) = self.owners.split_at(at);
        let clockwise = from.iter().chain(before).map(|&owner| owner.into());
        first_different(clockwise, self.nodes.len(), owners)
    }

    /// O(partitions).
    fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        self.nodes.add(node)?;
        self.balance();
        Ok(())
    }

    /// O(partitions).
    fn remove(&mut self, name: &str) -> Result<(), PlacementError> {
        let gone = self.nodes.remove(name)?;
        for owner in &mut self.owners {
            match usize::from(*owner).cmp(&gone) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => *owner = u16::MAX,
                std::cmp::Ordering::Greater => *owner -= 1,
            }
        }
        self.balance();
        Ok(())
    }

    /// O(partitions).
    fn reweight(&mut self, name: &str, weight: u32) -> Result<(), PlacementError> {
        self.nodes.reweight(name, weight)?;
        self.balance();
        Ok(())
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}
