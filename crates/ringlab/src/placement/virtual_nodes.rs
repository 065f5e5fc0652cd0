//! The ring of this crate as a placement among others: virtual nodes in proportion to weight. It
//! adds numbers to a [`Ring`] and decides nothing itself.

use super::Placement;
use super::different::first_different;
use super::error::PlacementError;
use super::nodes::{Nodes, WeightedNode};
use crate::hash::{Token, token};
use crate::ring::{NodeId, NodeSpec, REPLICAS_MAX, Replication, Ring, Spread, Weight, Zone};

const NAME: &str = "the ring";

/// A ring whose nodes are told by their numbers.
#[derive(Clone, Debug)]
pub struct VirtualNodes {
    nodes: Nodes,
    ring: Ring,
    /// By a node's id on the ring: its number.
    numbers: Vec<u32>,
}

impl VirtualNodes {
    /// A ring with this many virtual nodes for a node of weight 1. O(virtual nodes).
    ///
    /// # Errors
    ///
    /// Those of [`Placement::add`] and of [`Ring::new`].
    pub fn new(
        virtual_nodes: u32,
        nodes: impl IntoIterator<Item = WeightedNode>,
    ) -> Result<Self, PlacementError> {
        let nodes = Nodes::new(nodes)?;
        let numbers: Vec<u32> = (0..nodes.len() as u32).collect();
        let placed = numbers.iter().zip(nodes.as_slice());
        let specs: Vec<NodeSpec> = placed.map(spec).collect::<Result<_, _>>()?;
        let ring = Ring::with_nodes(virtual_nodes, specs)?;
        Ok(Self {
            nodes,
            ring,
            numbers,
        })
    }

    /// The ring itself: its ranges, and what moves from it to another.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The owners of all virtual nodes, from a token on, once around.
    pub(super) fn clockwise(&self, token: Token) -> impl Iterator<Item = usize> {
        let ranges = self.ring.ranges_from(token);
        ranges.map(|(_, id)| self.number(id))
    }

    /// The number of the node of this name.
    pub(super) fn position(&self, name: &str) -> Result<usize, PlacementError> {
        self.nodes.position(name)
    }

    fn number(&self, id: NodeId) -> usize {
        self.numbers[id.0 as usize] as usize
    }

    /// The id on the ring of the node of this name: ids and numbers come in one order.
    fn id(&self, name: &str) -> Result<NodeId, PlacementError> {
        let number = self.nodes.position(name)?;
        let mut ids = self.ring.nodes().map(|node| node.id);
        ids.nth(number)
            .ok_or_else(|| PlacementError::UnknownNode(name.to_owned()))
    }
}

fn spec((&number, node): (&u32, &WeightedNode)) -> Result<NodeSpec, PlacementError> {
    Ok(NodeSpec {
        id: NodeId(number),
        name: node.name.clone(),
        weight: whole(node.weight)?,
        zone: Zone::default(),
    })
}

fn whole(weight: u32) -> Result<Weight, PlacementError> {
    let known = Weight::from_thousandths(weight.saturating_mul(1_000));
    known.map_err(|_| PlacementError::Weight {
        algorithm: NAME,
        weight,
        known: "0 to 100",
    })
}

impl Placement for VirtualNodes {
    fn nodes(&self) -> &[WeightedNode] {
        self.nodes.as_slice()
    }

    /// O(length of the key).
    #[inline]
    fn primary(&self, key: &[u8]) -> Option<usize> {
        self.ring.primary(token(key)).map(|id| self.number(id))
    }

    /// O(n) on average.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let token = token(key);
        if owners.len() > REPLICAS_MAX {
            let clockwise = self.clockwise(token);
            return first_different(clockwise, self.ring.storage_nodes(), owners);
        }
        let (n, spread) = (owners.len() as u32, Spread::Any);
        let list = self.ring.preference_list(token, Replication { n, spread });
        let found = list.len().min(owners.len());
        for (owner, &id) in owners.iter_mut().zip(list.iter()) {
            *owner = self.number(id);
        }
        found
    }

    /// O(its virtual nodes).
    fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError> {
        let id = self.numbers.len() as u32;
        let placed = spec((&id, &node))?;
        let number = self.nodes.len() as u32;
        self.nodes.add(node)?;
        if let Err(error) = self.ring.add(placed) {
            let last = self
                .nodes
                .as_slice()
                .last()
                .map(|node| node.name.to_string());
            last.map(|name| self.nodes.remove(&name)).transpose()?;
            return Err(error.into());
        }
        self.numbers.push(number);
        Ok(())
    }

    /// O(its virtual nodes, plus nodes ever given).
    fn remove(&mut self, name: &str) -> Result<(), PlacementError> {
        let id = self.id(name)?;
        self.ring.remove(id)?;
        self.nodes.remove(name)?;
        for number in &mut self.numbers[id.0 as usize..] {
            *number = number.saturating_sub(1);
        }
        Ok(())
    }

    /// O(virtual nodes that come or go).
    fn reweight(&mut self, name: &str, weight: u32) -> Result<(), PlacementError> {
        let id = self.id(name)?;
        self.ring.reweight(id, whole(weight)?)?;
        self.nodes.reweight(name, weight).map(|_| ())
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}
