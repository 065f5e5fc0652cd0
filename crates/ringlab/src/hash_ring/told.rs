//! A ring as it is written down: its nodes and what they would be numbered on from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::HashRing;
use crate::ring::{NodeId, NodeSpec, Ring, RingError};

#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    virtual_nodes: u32,
    nodes: Vec<NodeSpec>,
    next: u32,
}

impl From<HashRing> for Told {
    fn from(ring: HashRing) -> Self {
        Self {
            virtual_nodes: ring.ring.virtual_nodes(),
            nodes: ring.ring.nodes().cloned().collect(),
            next: ring.next,
        }
    }
}

impl TryFrom<Told> for HashRing {
    type Error = RingError;

    fn try_from(told: Told) -> Result<Self, RingError> {
        let free = NodeId(told.next);
        if let Some(given) = told.nodes.iter().find(|node| node.id >= free) {
            return Err(RingError::IdTaken(given.id));
        }
        Ok(Self {
            ring: Arc::new(Ring::with_nodes(told.virtual_nodes, told.nodes)?),
            next: told.next,
        })
    }
}
