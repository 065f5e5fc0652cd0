//! The nodes of a placement: in order, no name twice. It knows no algorithm.

use super::error::PlacementError;
use crate::hash::{Token, token};
use crate::ring::{NODES_MAX, NodeName};

/// A node as a placement is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightedNode {
    /// Its name, as the algorithm hashes it.
    pub name: NodeName,
    /// How large a part it takes beside the others: 1 is an ordinary node's, 0 takes none.
    pub weight: u32,
    /// The number that a configuration gives it, where its system hashes that: HAProxy's server id.
    pub id: Option<u32>,
}

impl WeightedNode {
    /// An ordinary node.
    ///
    /// # Errors
    ///
    /// [`PlacementError::Name`] for a name that no node can have.
    pub fn named(name: &str) -> Result<Self, PlacementError> {
        Self::weighing(name, 1)
    }

    /// A node of this weight.
    ///
    /// # Errors
    ///
    /// [`PlacementError::Name`] for a name that no node can have.
    pub fn weighing(name: &str, weight: u32) -> Result<Self, PlacementError> {
        let name = name.parse().map_err(PlacementError::Name)?;
        let id = None;
        Ok(Self { name, weight, id })
    }

    /// The hash of its name.
    pub(super) fn token(&self) -> Token {
        token(self.name.as_str().as_bytes())
    }
}

/// The nodes in order, found by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Nodes {
    list: Vec<WeightedNode>,
    /// Their numbers in order of their names.
    by_name: Vec<u16>,
}

impl Nodes {
    /// Refuses a name twice and more nodes than two bytes count. O(nodes x log nodes).
    pub(super) fn new(
        nodes: impl IntoIterator<Item = WeightedNode>,
    ) -> Result<Self, PlacementError> {
        let mut listed = Self::default();
        for node in nodes {
            listed.add(node)?;
        }
        Ok(listed)
    }

    pub(super) fn as_slice(&self) -> &[WeightedNode] {
        &self.list
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The last in order. O(nodes) moves of two bytes.
    pub(super) fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        let Err(place) = self.place(node.name.as_str()) else {
            return Err(PlacementError::NameTaken(node.name));
        };
        let number = self.list.len();
        if number == NODES_MAX {
            return Err(PlacementError::Full {
                what: "nodes",
                limit: NODES_MAX as u64,
            });
        }
        // Two bytes count the nodes.
        self.by_name.insert(place, number as u16);
        self.list.push(node);
        Ok(())
    }

    /// Takes a node out; its number. O(nodes).
    pub(super) fn remove(&mut self, name: &str) -> Result<usize, PlacementError> {
        let at = self.position(name)?;
        self.list.remove(at);
        self.by_name.retain(|&number| usize::from(number) != at);
        for number in &mut self.by_name {
            *number -= u16::from(usize::from(*number) > at);
        }
        Ok(at)
    }

    /// Gives a node another weight; its number. O(log nodes).
    pub(super) fn reweight(&mut self, name: &str, weight: u32) -> Result<usize, PlacementError> {
        let at = self.position(name)?;
        self.list[at].weight = weight;
        Ok(at)
    }

    /// These nodes and one more.
    pub(super) fn with(&self, node: WeightedNode) -> Result<Self, PlacementError> {
        let mut nodes = self.clone();
        nodes.add(node)?;
        Ok(nodes)
    }

    /// These nodes without one.
    pub(super) fn without(&self, name: &str) -> Result<Self, PlacementError> {
        let mut nodes = self.clone();
        nodes.remove(name)?;
        Ok(nodes)
    }

    /// These nodes, of which one has another weight.
    pub(super) fn reweighted(&self, name: &str, weight: u32) -> Result<Self, PlacementError> {
        let mut nodes = self.clone();
        nodes.reweight(name, weight)?;
        Ok(nodes)
    }

    /// The number of the node of this name. O(log nodes).
    pub(super) fn position(&self, name: &str) -> Result<usize, PlacementError> {
        let known = self.place(name).map(|place| self.by_name[place].into());
        known.map_err(|_| PlacementError::UnknownNode(name.to_owned()))
    }

    /// Where the name is among all names in order, or where it would go.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.by_name
            .binary_search_by(|&number| self.list[usize::from(number)].name.as_str().cmp(name))
    }
}

/// For algorithms whose nodes are all alike.
pub(super) fn only_weight_one(
    algorithm: &'static str,
    nodes: &[WeightedNode],
) -> Result<(), PlacementError> {
    match nodes.iter().find(|node| node.weight != 1) {
        None => Ok(()),
        Some(node) => Err(PlacementError::Weight {
            algorithm,
            weight: node.weight,
            known: "all its nodes have weight 1",
        }),
    }
}
