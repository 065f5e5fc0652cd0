//! How many nodes hold a key and how they are spread, and the list of those nodes. It knows no
//! ring: only what is asked of one and what comes back.

use std::ops::Deref;

use super::spec::NodeId;

/// Most replicas of a key.
pub const REPLICAS_MAX: usize = 8;

/// How many nodes hold a key, and which come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Replication {
    /// Replicas of a key, 1 to [`REPLICAS_MAX`]; more than that counts as that.
    pub n: u32,
    /// Which nodes come first.
    pub spread: Spread,
}

/// Which nodes come first in a preference list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Spread {
    /// Clockwise, whatever their zones (Dynamo, section 4.3).
    Any,
    /// The first node of each zone, clockwise; then the rest, clockwise. Nodes without a zone
    /// share one.
    Zones,
}

/// The nodes that hold a key, primary first; at most [`REPLICAS_MAX`], in place.
///
/// ```
/// use ringlab::ring::{NodeId, PreferenceList};
/// let list: PreferenceList = [NodeId(4), NodeId(2)].into_iter().collect();
/// assert_eq!(list[0], NodeId(4));
/// assert!(list.contains(&NodeId(2)));
/// ```
#[derive(Clone, Copy)]
pub struct PreferenceList {
    nodes: [NodeId; REPLICAS_MAX],
    len: u32,
}

impl From<u32> for Replication {
    /// So many replicas, clockwise.
    fn from(n: u32) -> Self {
        let spread = Spread::Any;
        Self { n, spread }
    }
}

impl Replication {
    /// The nodes of a list, at most [`REPLICAS_MAX`], before it is known how many there are.
    pub(crate) fn nodes_wanted(self) -> usize {
        (self.n as usize).min(REPLICAS_MAX)
    }
}

impl PreferenceList {
    pub(crate) const EMPTY: Self = Self {
        nodes: [NodeId(0); REPLICAS_MAX],
        len: 0,
    };

    /// Appends a node; the caller keeps to [`REPLICAS_MAX`].
    #[inline]
    pub(crate) fn push(&mut self, node: NodeId) {
        self.nodes[self.len as usize] = node;
        self.len += 1;
    }
}

impl Deref for PreferenceList {
    type Target = [NodeId];

    #[inline]
    fn deref(&self) -> &[NodeId] {
        &self.nodes[..self.len as usize]
    }
}

impl FromIterator<NodeId> for PreferenceList {
    /// Takes the first [`REPLICAS_MAX`] nodes.
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut list = Self::EMPTY;
        for node in nodes.into_iter().take(REPLICAS_MAX) {
            list.push(node);
        }
        list
    }
}

impl PartialEq for PreferenceList {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for PreferenceList {}

impl std::fmt::Debug for PreferenceList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
