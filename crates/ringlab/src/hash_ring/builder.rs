//! What a ring is made from: nodes with a name, perhaps a weight and a zone.

use std::sync::Arc;

use super::HashRing;
use crate::ring::{NodeId, NodeSpec, Ring, RingError, Weight};

/// Virtual nodes of a node of weight 1 where nothing else is said: with 160 the fullest of ten
/// nodes is about a tenth above its fair share (libketama's number).
const VIRTUAL_NODES: u32 = 160;

/// A node as a ring is told of it. A name alone is one, of weight 1 and without a zone.
///
/// Nothing is checked before the node comes to a ring; then [`RingError::NameEmpty`],
/// [`RingError::NameTooLong`], [`RingError::NameControlCharacter`] and [`RingError::Weight`] say
/// what is wrong.
///
/// ```
/// use ringlab::{HashRing, Node};
/// let refused = HashRing::builder().node(Node::named("amber").weight(-1.0)).build();
/// assert!(refused.unwrap_err().to_string().starts_with("weight \"-1\""));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    name: String,
    weight: f64,
    zone: String,
}

impl Node {
    /// An ordinary node of this name.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            weight: 1.0,
            zone: String::new(),
        }
    }

    /// How large a part it takes beside the others, with at most three decimals; 0 owns nothing.
    #[must_use]
    pub fn weight(self, weight: f64) -> Self {
        Self { weight, ..self }
    }

    /// Where it stands, for preference lists over zones.
    #[must_use]
    pub fn zone(self, zone: impl Into<String>) -> Self {
        let zone = zone.into();
        Self { zone, ..self }
    }

    pub(super) fn spec(self, id: NodeId) -> Result<NodeSpec, RingError> {
        Ok(NodeSpec {
            id,
            name: self.name.try_into()?,
            weight: Weight::try_from(self.weight)?,
            zone: self.zone.try_into()?,
        })
    }
}

impl<S: Into<String>> From<S> for Node {
    fn from(name: S) -> Self {
        Self::named(name)
    }
}

/// A ring that is being described.
#[derive(Clone, Debug, PartialEq)]
pub struct HashRingBuilder {
    virtual_nodes: u32,
    nodes: Vec<Node>,
}

impl Default for HashRingBuilder {
    fn default() -> Self {
        Self {
            virtual_nodes: VIRTUAL_NODES,
            nodes: Vec::new(),
        }
    }
}

impl HashRingBuilder {
    /// Virtual nodes of a node of weight 1: with V of them the shares of equal nodes spread by
    /// about 1 / sqrt(V).
    #[must_use]
    pub fn virtual_nodes(self, virtual_nodes: u32) -> Self {
        Self {
            virtual_nodes,
            ..self
        }
    }

    /// One more node.
    #[must_use]
    pub fn node(mut self, node: impl Into<Node>) -> Self {
        self.nodes.push(node.into());
        self
    }

    /// More nodes.
    #[must_use]
    pub fn nodes<N: Into<Node>>(mut self, nodes: impl IntoIterator<Item = N>) -> Self {
        self.nodes.extend(nodes.into_iter().map(Into::into));
        self
    }

    /// The ring. O(virtual nodes of all).
    ///
    /// # Errors
    ///
    /// [`RingError::VirtualNodes`], [`RingError::NameTaken`], [`RingError::Full`], and those of
    /// [`Node`].
    pub fn build(self) -> Result<HashRing, RingError> {
        let mut next = 0;
        let mut specs = Vec::with_capacity(self.nodes.len());
        for node in self.nodes {
            specs.push(node.spec(NodeId(next))?);
            next += 1;
        }
        let ring = Arc::new(Ring::with_nodes(self.virtual_nodes, specs)?);
        Ok(HashRing { ring, next })
    }
}
