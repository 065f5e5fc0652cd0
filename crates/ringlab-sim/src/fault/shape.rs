//! The shapes in which a network falls into parts. It knows no network.

use std::fmt;

use ringlab::ring::NodeId;
use ringlab::sorted::SortedSet;

/// A shape, after Jepsen's nemeses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// One node alone.
    OneIsolated,
    /// Two halves; the first has the node in the middle.
    Halves,
    /// Two halves and a node between them that reaches both.
    Bridge,
    /// Every node reaches a majority, and no two reach the same one.
    MajoritiesRing,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 4] = [
        Self::OneIsolated,
        Self::Halves,
        Self::Bridge,
        Self::MajoritiesRing,
    ];

    /// The ways that are cut, in both directions, when the nodes stand in this order. O(nodes^2).
    #[must_use]
    pub fn cuts(self, nodes: &[NodeId]) -> SortedSet<(NodeId, NodeId)> {
        let mut cuts = SortedSet::new();
        for (one, &from) in nodes.iter().enumerate() {
            for (other, &to) in nodes.iter().enumerate() {
                if one != other && !self.reaches(one, other, nodes.len()) {
                    cuts.insert((from, to));
                }
            }
        }
        cuts
    }

    fn reaches(self, one: usize, other: usize, nodes: usize) -> bool {
        match self {
            Self::OneIsolated => one > 0 && other > 0,
            Self::Halves => (one < nodes.div_ceil(2)) == (other < nodes.div_ceil(2)),
            Self::Bridge => {
                let side = |place: usize| place <= nodes / 2;
                one == 0 || other == 0 || side(one) == side(other)
            }
            Self::MajoritiesRing => {
                let apart = one.abs_diff(other);
                let apart = apart.min(nodes - apart);
                // With itself and so many on each side it is the smallest majority.
                apart <= (nodes / 2).div_ceil(2)
            }
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneIsolated => "one isolated",
            Self::Halves => "halves",
            Self::Bridge => "halves and a bridge",
            Self::MajoritiesRing => "a ring of majorities",
        })
    }
}
