//! Multi-probe consistent hashing (Appleton, O'Reilly 2015, arXiv 1505.00062): one point a node,
//! and several probes a key, of which the one nearest to a point decides.

use super::circle::Circle;
use super::draws::draw;
use super::error::PlacementError;
use super::nodes::WeightedNode;
use super::rebuilt::{Rebuilt, Table};
use crate::hash::{token, virtual_token_of};
use crate::ring::NODE_POINTS_MAX;
use crate::sorted::sort_by;

/// The paper's choice: the busiest node has 5 % above the mean, about.
pub const MULTI_PROBES: u32 = 21;

/// Multi-probe; a node of weight w has w points.
pub type MultiProbe = Rebuilt<Probes>;

/// How often a key is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeCount(pub u32);

/// The nodes' points.
#[derive(Clone, Debug)]
pub struct Probes {
    circle: Circle,
    count: u64,
}

impl Default for ProbeCount {
    fn default() -> Self {
        Self(MULTI_PROBES)
    }
}

impl Table for Probes {
    type Settings = ProbeCount;

    fn build(settings: &ProbeCount, nodes: &[WeightedNode]) -> Result<Self, PlacementError> {
        let mut points = Vec::with_capacity(nodes.len());
        for (number, node) in (0..).zip(nodes) {
            if node.weight > NODE_POINTS_MAX {
                return Err(PlacementError::Full {
                    what: "points of a node",
                    limit: NODE_POINTS_MAX.into(),
                });
            }
            let name = node.token();
            points.extend((0..node.weight).map(|index| (virtual_token_of(name, index).0, number)));
        }
        // On equal points the order of the nodes must not matter.
        sort_by(&mut points, |a, b| {
            a.0.cmp(&b.0)
                .then_with(|| name(nodes, a.1).cmp(name(nodes, b.1)))
        });
        Ok(Self {
            circle: Circle::new(points),
            count: u64::from(settings.0).max(1),
        })
    }

    /// O(length of the key, plus probes).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        self.nearest(key).map(|at| self.circle.owner(at))
    }

    /// The paper has no replicas: here they follow clockwise, as on a ring.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        self.circle.first_from(self.nearest(key), owners)
    }
}

impl Probes {
    /// The point that is nearest clockwise to any of the probes.
    fn nearest(&self, key: &[u8]) -> Option<usize> {
        let hash = token(key).0;
        let probed = (0..self.count).filter_map(|number| {
            let probe = draw(hash, number);
            let at = self.circle.at_or_after(probe)?;
            Some((self.circle.point(at).wrapping_sub(probe), at))
        });
        probed.min().map(|(_, at)| at)
    }
}

fn name(nodes: &[WeightedNode], number: u16) -> &str {
    nodes[usize::from(number)].name.as_str()
}
