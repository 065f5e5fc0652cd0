//! Rendezvous, or highest random weight (Thaler, Ravishankar 1998), weighted as Schindelhauer and
//! Schomaker 2005 do it: a key's owner is the node with the highest score of the two together.
//! Exactly even and least movement, for a step a node.

use std::cmp::Ordering;

use super::error::PlacementError;
use super::nodes::WeightedNode;
use super::rebuilt::{Rebuilt, Table};
use crate::hash::{mix, token};
use crate::sorted::sort;

/// Weighted rendezvous.
pub type Rendezvous = Rebuilt<Scores>;

/// Nodes of equal weight together: among those the highest hash wins, without a logarithm.
#[derive(Clone, Debug)]
pub struct Scores {
    classes: Vec<Class>,
}

/// Nodes of one weight, not 0.
#[derive(Clone, Debug)]
struct Class {
    weight: f64,
    nodes: Vec<Named>,
}

#[derive(Clone, Copy, Debug)]
struct Named {
    name: u64,
    number: u32,
}

/// A node beside a key. In a class the higher hash is the higher score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Drawn {
    hash: u64,
    name: u64,
    number: u32,
}

impl Table for Scores {
    type Settings = ();

    fn build((): &(), nodes: &[WeightedNode]) -> Result<Self, PlacementError> {
        let mut weights: Vec<u32> = nodes.iter().map(|node| node.weight).collect();
        weights.retain(|&weight| weight > 0);
        sort(&mut weights);
        weights.dedup();
        let class = |&weight: &u32| {
            let numbered = (0..).zip(nodes);
            let same = numbered.filter(|(_, node)| node.weight == weight);
            Class {
                weight: weight.into(),
                nodes: same
                    .map(|(number, node)| Named {
                        name: node.token().0,
                        number,
                    })
                    .collect(),
            }
        };
        let classes = weights.iter().map(class).collect();
        Ok(Self { classes })
    }

    /// O(nodes).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        let mut owner = [0];
        (self.first(key, &mut owner) > 0).then_some(owner[0])
    }

    /// The highest scores. O(nodes x n).
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let key = token(key).0;
        // The last owner that was found of each class is the lowest of it so far.
        let mut found = 0;
        while found < owners.len() {
            let next = |class: &Class| {
                let taken = owners[..found].iter().rev();
                let lowest = taken
                    .filter_map(|&number| class.drawn_of(key, number))
                    .next();
                let best = class.best_below(key, lowest)?;
                Some((class.score(best), best))
            };
            let best = self.classes.iter().filter_map(next).max_by(higher);
            let Some((_, best)) = best else {
                break;
            };
            owners[found] = best.number as usize;
            found += 1;
        }
        found
    }
}

impl Class {
    fn drawn_of(&self, key: u64, number: usize) -> Option<Drawn> {
        let at = self
            .nodes
            .binary_search_by_key(&number, |node| node.number as usize);
        at.ok().map(|at| self.nodes[at].draw(key))
    }

    /// The highest below one that was taken.
    fn best_below(&self, key: u64, taken: Option<Drawn>) -> Option<Drawn> {
        let drawn = self.nodes.iter().map(|node| node.draw(key));
        match taken {
            None => drawn.max(),
            Some(taken) => drawn.filter(|&drawn| drawn < taken).max(),
        }
    }

    /// `-weight / ln(u)` with u the hash as a part of all hashes. The logarithm is libm's own, the
    /// same on every platform.
    fn score(&self, drawn: Drawn) -> f64 {
        const PARTS: f64 = (1_u64 << 53) as f64;
        let part = ((drawn.hash >> 11) as f64 + 0.5) / PARTS;
        -self.weight / libm::log(part)
    }
}

impl Named {
    #[inline]
    fn draw(self, key: u64) -> Drawn {
        Drawn {
            hash: mix(key ^ self.name),
            name: self.name,
            number: self.number,
        }
    }
}

/// By score, and on equal ones as between nodes of one class.
fn higher((score, drawn): &(f64, Drawn), (other, beside): &(f64, Drawn)) -> Ordering {
    score.total_cmp(other).then_with(|| drawn.cmp(beside))
}

impl Ord for Drawn {
    /// On equal hashes by the names' own, so that the order of the nodes does not matter.
    fn cmp(&self, other: &Self) -> Ordering {
        (self.hash, self.name, self.number).cmp(&(other.hash, other.name, other.number))
    }
}

impl PartialOrd for Drawn {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
