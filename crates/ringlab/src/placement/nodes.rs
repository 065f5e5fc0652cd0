//! The nodes of a placement: in order, no name twice. It knows no algorithm.

use std::collections::BTreeMap;

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
    by_name: BTreeMap<NodeName, usize>,
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

    /// The last in order. O(log nodes).
    pub(super) fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        if self.by_name.contains_key(&node.name) {
            return Err(PlacementError::NameTaken(node.name));
        }
        if self.list.len() == NODES_MAX {
            return Err(PlacementError::Full {
                what: "nodes",
                limit: NODES_MAX as u64,
            });
        }
        self.by_name.insert(node.name.clone(), self.list.len());
        self.list.push(node);
        Ok(())
    }

    /// Takes a node out; its number. O(nodes).
    pub(super) fn remove(&mut self, name: &str) -> Result<usize, PlacementError> {
        let at = self.position(name)?;
        let node = self.list.remove(at);
        self.by_name.remove(&node.name);
        for number in self.by_name.values_mut().filter(|number| **number > at) {
            *number -= 1;
        }
        Ok(at)
    }

    /// Gives a node another weight; its number. O(log nodes).
    pub(super) fn reweight(&mut self, name: &str, weight: u32) -> Result<usize, PlacementError> {
        let at = self.position(name)?;
        self.list[at].weight = weight;
        Ok(at)
    }

    /// The number of the node of this name. O(log nodes).
    pub(super) fn position(&self, name: &str) -> Result<usize, PlacementError> {
        let known = name
            .parse()
            .ok()
            .and_then(|name: NodeName| self.by_name.get(&name));
        known
            .copied()
            .ok_or_else(|| PlacementError::UnknownNode(name.to_owned()))
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
