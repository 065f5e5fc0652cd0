//! The hash ring: which nodes hold a token. It knows no keys, no data and no moves.
//!
//! Consistent hashing with virtual nodes (Karger et al. 1997; Dynamo, section 4.2). Placement is
//! a function of the set of nodes (their names, weights and zones) and of the number of virtual
//! nodes alone: not of ids, of the order in which nodes came, or of the platform.
//!
//! When two nodes have a virtual node at the same token, the one whose name is smaller in byte
//! order comes first and owns the range; the other follows it at once with an empty range, and
//! takes over when the first is gone.

mod bytes;
mod gather;
mod lanes;
mod line;
mod nodes;
mod points;
mod range;
mod replication;
mod spec;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

pub(crate) use nodes::NodePoints;
pub use nodes::{NODE_POINTS_MAX, NODES_MAX};
pub use range::TokenRange;
pub use replication::{PreferenceList, REPLICAS_MAX, Replication, Spread};
pub use spec::{
    NODE_NAME_BYTES_MAX, NodeId, NodeName, NodeSpec, RingError, WEIGHT_MAX, Weight, ZONE_BYTES_MAX,
    Zone,
};

use self::gather::{gather, in_sight};
use self::nodes::{Nodes, Point, Slot, points_of};
use self::points::{Place, Points};
use crate::hash::Token;
use crate::sorted::sort_by_key;

/// Most virtual nodes of a node of weight 1.
pub const VIRTUAL_NODES_MAX: u32 = 4_096;

/// Most virtual nodes on a ring, of all its nodes.
pub const POINTS_MAX: usize = 1 << 24;
/// Tokens that are looked up side by side: as many lines as a core fetches at a time, and more.
pub(crate) const AT_ONCE: usize = 32;

/// Nodes on a circle of tokens. Two rings are equal when they place alike: the same nodes and the
/// same virtual nodes.
///
/// ```
/// use ringlab::hash::token;
/// use ringlab::ring::{NodeId, NodeSpec, Replication, Ring, RingError, Spread};
///
/// let node = |id, name: &str| -> Result<NodeSpec, RingError> {
///     Ok(NodeSpec { id: NodeId(id), name: name.parse()?, weight: Default::default(), zone: Default::default() })
/// };
/// let mut ring = Ring::with_nodes(160, [node(1, "amber")?, node(2, "birch")?])?;
/// ring.add(node(3, "cedar")?)?;
///
/// let replication = Replication { n: 2, spread: Spread::Any };
/// let list = ring.preference_list(token(b"a key"), replication);
/// assert_eq!(list.len(), 2);
/// assert_eq!(ring.primary(token(b"a key")), Some(list[0]));
/// # Ok::<(), RingError>(())
/// ```
#[derive(Clone)]
pub struct Ring {
    virtual_nodes: u32,
    nodes: Nodes,
    points: Points,
}

impl Ring {
    /// A ring without nodes, where a node of weight 1 will have `virtual_nodes` virtual nodes.
    ///
    /// # Errors
    ///
    /// [`RingError::VirtualNodes`] unless there are 1 to [`VIRTUAL_NODES_MAX`].
    pub fn new(virtual_nodes: u32) -> Result<Self, RingError> {
        if !(1..=VIRTUAL_NODES_MAX).contains(&virtual_nodes) {
            return Err(RingError::VirtualNodes {
                asked: virtual_nodes,
                limit: VIRTUAL_NODES_MAX,
            });
        }
        Ok(Self {
            virtual_nodes,
            nodes: Nodes::default(),
            points: Points::default(),
        })
    }

    /// A ring of many nodes at once, in any order of ids. O(virtual nodes of all).
    ///
    /// # Errors
    ///
    /// As [`Self::new`] and [`Self::add`]; [`RingError::IdTaken`] when two nodes have one id.
    pub fn with_nodes(
        virtual_nodes: u32,
        nodes: impl IntoIterator<Item = NodeSpec>,
    ) -> Result<Self, RingError> {
        let mut ring = Self::new(virtual_nodes)?;
        let mut nodes: Vec<NodeSpec> = nodes.into_iter().collect();
        sort_by_key(&mut nodes, |node| node.id);
        let mut room = POINTS_MAX;
        for node in nodes {
            ring.nodes.check(&node)?;
            let points = points_of(node.weight, virtual_nodes)?;
            room = remaining_room(room, points)?;
            ring.nodes.insert(node, points);
        }
        ring.points = Points::build(&ring.nodes);
        Ok(ring)
    }

    /// Puts a node on the ring. O(its virtual nodes) on average, in place.
    ///
    /// # Errors
    ///
    /// [`RingError::IdTaken`] unless its id is higher than every id the ring was ever given,
    /// [`RingError::NameTaken`], and [`RingError::Full`] above [`NODES_MAX`], [`NODE_POINTS_MAX`]
    /// or [`POINTS_MAX`]. Nothing has changed then.
    pub fn add(&mut self, node: NodeSpec) -> Result<(), RingError> {
        self.nodes.check(&node)?;
        let points = points_of(node.weight, self.virtual_nodes)?;
        remaining_room(POINTS_MAX - self.points.len(), points)?;
        let slot = self.nodes.insert(node, points);
        self.points.insert(&self.nodes, slot, 0, points);
        Ok(())
    }

    /// Takes a node off the ring and returns it. O(its virtual nodes) on average, in place.
    ///
    /// # Errors
    ///
    /// [`RingError::UnknownNode`].
    pub fn remove(&mut self, id: NodeId) -> Result<NodeSpec, RingError> {
        let slot = self.known(id)?;
        let points = self.nodes.points(slot);
        self.points.remove(&self.nodes, slot, 0, points);
        let node = self.nodes.remove(slot);
        self.points.shrink(&self.nodes);
        Ok(node)
    }

    /// Gives a node another weight: virtual nodes are added to or taken from those it has.
    /// O(their number) on average, in place.
    ///
    /// # Errors
    ///
    /// [`RingError::UnknownNode`], and [`RingError::Full`] above [`NODE_POINTS_MAX`] or
    /// [`POINTS_MAX`].
    pub fn reweight(&mut self, id: NodeId, weight: Weight) -> Result<(), RingError> {
        let slot = self.known(id)?;
        let before = self.nodes.points(slot);
        let after = points_of(weight, self.virtual_nodes)?;
        remaining_room(POINTS_MAX - self.points.len(), after.saturating_sub(before))?;
        if after < before {
            self.points.remove(&self.nodes, slot, after, before);
        }
        self.nodes.reweight(slot, weight, after);
        if before < after {
            self.points.insert(&self.nodes, slot, before, after);
        }
        self.points.shrink(&self.nodes);
        Ok(())
    }

    /// Moves a node to another zone; no token changes hands. O(log nodes).
    ///
    /// # Errors
    ///
    /// [`RingError::UnknownNode`].
    pub fn rezone(&mut self, id: NodeId, zone: Zone) -> Result<(), RingError> {
        let slot = self.known(id)?;
        self.nodes.rezone(slot, zone);
        Ok(())
    }

    /// The node that owns a token: the first virtual node at or after it, clockwise. `None` on a
    /// ring where nobody stores. O(1) on average.
    #[must_use]
    #[inline]
    pub fn primary(&self, token: Token) -> Option<NodeId> {
        let owner = self.points.owners(token).first();
        match owner.and_then(|&slot| self.nodes.id(slot)) {
            Some(id) => Some(id),
            None => self.primary_exactly(token),
        }
    }

    /// [`Self::primary`], and all that the ring was told of that node. O(1) on average.
    #[must_use]
    #[inline]
    pub fn owner(&self, token: Token) -> Option<&NodeSpec> {
        let slot = self.points.owners(token).first();
        let in_line = slot.and_then(|&slot| self.nodes.get(slot));
        in_line.or_else(|| self.node(self.primary_exactly(token)?))
    }

    /// [`Self::primary`] of each of many tokens, into `owners`, as many as both have; how many those
    /// are, none on a ring where nobody stores. Where the ring does not fit a cache this is quicker
    /// than one after the other, for what lies in memory is fetched side by side.
    ///
    /// ```
    /// use ringlab::hash::token;
    /// use ringlab::ring::{NodeId, NodeSpec, Ring, RingError};
    ///
    /// let amber = NodeSpec { id: NodeId(7), name: "amber".parse()?, weight: Default::default(), zone: Default::default() };
    /// let ring = Ring::with_nodes(160, [amber])?;
    /// let tokens = ["user:1", "user:2"].map(|key| token(key.as_bytes()));
    /// let mut owners = [NodeId(0); 2];
    /// assert_eq!(ring.primaries(&tokens, &mut owners), 2);
    /// assert_eq!(owners, [NodeId(7); 2]);
    /// # Ok::<(), RingError>(())
    /// ```
    #[inline]
    pub fn primaries(&self, tokens: &[Token], owners: &mut [NodeId]) -> usize {
        let wanted = tokens.len().min(owners.len());
        for (tokens, owners) in tokens[..wanted]
            .chunks(AT_ONCE)
            .zip(owners.chunks_mut(AT_ONCE))
        {
            self.points.touch_owners(tokens);
            for (&token, owner) in tokens.iter().zip(owners) {
                match self.primary(token) {
                    Some(id) => *owner = id,
                    None => return 0,
                }
            }
        }
        wanted
    }

    /// The nodes that hold a token: the first `n` distinct ones clockwise, spread as asked; fewer
    /// when the ring has fewer that store. O(n) on average, without allocation; with
    /// [`Spread::Zones`] and a rare zone, as far as the next node of that zone.
    #[must_use]
    #[inline]
    pub fn preference_list(&self, token: Token, replication: Replication) -> PreferenceList {
        let wanted = replication.nodes_wanted().min(self.storage_nodes());
        in_sight(&self.nodes, &self.points, token, wanted, replication.spread)
            .unwrap_or_else(|| self.preference_list_exactly(token, wanted, replication.spread))
    }

    /// Every node, in order of id.
    pub fn nodes(&self) -> impl Iterator<Item = &NodeSpec> {
        self.nodes.slots().iter().map(|&slot| self.nodes.spec(slot))
    }

    /// A node by its id. O(log nodes).
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&NodeSpec> {
        self.nodes.slot(id).map(|slot| self.nodes.spec(slot))
    }

    /// The id of the node of this name. O(log nodes).
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<NodeId> {
        self.nodes.id_of(name)
    }

    /// How many nodes it has, those that only coordinate among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it has no node at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many nodes store: those of a weight above 0.
    #[must_use]
    pub fn storage_nodes(&self) -> usize {
        self.nodes.storage_nodes()
    }

    /// Virtual nodes of a node of weight 1.
    #[must_use]
    pub fn virtual_nodes(&self) -> u32 {
        self.virtual_nodes
    }

    /// Virtual nodes of a node, by its weight; 0 for one that is not on the ring. O(log nodes).
    #[must_use]
    pub fn virtual_nodes_of(&self, id: NodeId) -> u32 {
        self.nodes
            .slot(id)
            .map_or(0, |slot| self.nodes.points(slot))
    }

    /// Every token that a node owns and that node, in order of tokens. Of virtual nodes at one
    /// token only the owner's is told.
    pub fn points(&self) -> impl Iterator<Item = (Token, NodeId)> {
        self.points_from(Token(0))
    }

    /// The same once around, from the first at or after `token`.
    fn points_from(&self, token: Token) -> impl Iterator<Item = (Token, NodeId)> {
        let mut last = None;
        self.clockwise(token).filter_map(move |point| {
            let token = self.nodes.token(point);
            let first_there = last.replace(token) != Some(token);
            first_there.then_some((token, self.nodes.id(point.slot)?))
        })
    }

    /// How many tokens [`Self::points`] tells. O(1).
    #[must_use]
    pub fn point_count(&self) -> usize {
        self.points.len() - self.points.shadowed()
    }

    /// Ids that another ring has given are given here, too.
    pub(crate) fn keep_ids_of(&mut self, other: &Self) {
        self.nodes.raise_highest(other.nodes.highest());
    }

    /// Every range and its owner, clockwise from the one that token 0 is in.
    pub fn ranges(&self) -> impl Iterator<Item = (TokenRange, NodeId)> {
        self.ranges_from(Token(0))
    }

    /// Every range and its owner, once around, clockwise from the one that `token` is in. O(1) on
    /// average for each.
    pub fn ranges_from(&self, token: Token) -> impl Iterator<Item = (TokenRange, NodeId)> {
        let mut after = self.token_before(token);
        self.points_from(token).map(move |(to, owner)| {
            let range = TokenRange {
                after: after.replace(to).unwrap_or(to),
                to,
            };
            (range, owner)
        })
    }

    /// The range that a token is in and its owner; `None` on a ring where nobody stores. O(1) on
    /// average.
    #[must_use]
    pub fn range_at(&self, token: Token) -> Option<(TokenRange, NodeId)> {
        let point = self.clockwise(token).next()?;
        let to = self.nodes.token(point);
        let after = self.token_before(to)?;
        Some((TokenRange { after, to }, self.nodes.id(point.slot)?))
    }

    /// The tokens that a node owns, in order; none for an unknown node. O(its virtual nodes, times
    /// their logarithm).
    #[must_use]
    pub fn tokens_of(&self, id: NodeId) -> Vec<Token> {
        let mut tokens: Vec<Token> = self.owned(id).collect();
        tokens.sort_unstable();
        tokens
    }

    /// How much of the ring a node owns, in tokens of [`TokenRange::RING_WIDTH`]; 0 for an unknown
    /// node. O(its virtual nodes).
    #[must_use]
    pub fn width_of(&self, id: NodeId) -> u128 {
        let range = |to| TokenRange {
            after: self.token_before(to).unwrap_or(to),
            to,
        };
        self.owned(id).map(|token| range(token).width()).sum()
    }

    /// The tokens that a node owns, in no order.
    fn owned(&self, id: NodeId) -> impl Iterator<Item = Token> {
        let slots = self.nodes.slot(id).into_iter();
        let points = slots.flat_map(|slot| Point::of(slot, 0..self.nodes.points(slot)));
        let is_first = move |token| self.points.shadowed() == 0 || self.primary(token) == Some(id);
        points
            .map(|point| self.nodes.token(point))
            .filter(move |&token| is_first(token))
    }

    /// Whether points of different nodes share a token.
    pub(crate) fn has_collisions(&self) -> bool {
        self.points.shadowed() > 0
    }

    /// In how many zones there are nodes that store.
    pub(crate) fn storage_zones(&self) -> usize {
        self.nodes.storage_zones()
    }

    /// How many nodes, the first in order of id, have the same points on both rings; perhaps more
    /// have. O(nodes), fast.
    pub(crate) fn same_points(&self, other: &Self) -> usize {
        self.nodes.same_points(&other.nodes)
    }

    /// Of each node but the first `seen` what its points follow from, in order of id.
    #[inline]
    pub(crate) fn node_points(&self, seen: usize) -> impl Iterator<Item = NodePoints> + Clone {
        self.nodes.node_points(seen)
    }

    /// All points once around, counter-clockwise from the last before `token`: where it stands,
    /// and numbers of its node and of the node's zone.
    pub(crate) fn counter_clockwise(
        &self,
        token: Token,
    ) -> impl Iterator<Item = (Token, u16, u16)> {
        let place = self.points.locate(&self.nodes, token);
        let told = |point: Point| {
            let zone = self.nodes.zone(point.slot);
            (self.nodes.token(point), point.slot, zone)
        };
        self.points.counter_clockwise(place).map(told)
    }

    fn known(&self, id: NodeId) -> Result<Slot, RingError> {
        self.nodes.slot(id).ok_or(RingError::UnknownNode(id))
    }

    /// All points once around, from the first at or after `token`.
    fn clockwise(&self, token: Token) -> impl Iterator<Item = Point> {
        self.points
            .clockwise(self.points.locate(&self.nodes, token))
    }

    /// The last token before this one, counter-clockwise, at which a point stands.
    fn token_before(&self, token: Token) -> Option<Token> {
        let place = self.points.locate(&self.nodes, token);
        let before = self.points.before(place)?;
        Some(self.nodes.token(before))
    }

    /// That, and who owns this token: both from one search.
    pub(crate) fn token_before_and_owner(&self, token: Token) -> Option<(Token, NodeId)> {
        let place = self.points.locate(&self.nodes, token);
        let before = self.points.before(place)?;
        Some((self.nodes.token(before), self.owner_at(place)?))
    }

    /// The way for the few tokens whose remainder is that of a point, or whose line is overfull.
    #[cold]
    #[inline(never)]
    fn primary_exactly(&self, token: Token) -> Option<NodeId> {
        self.owner_at(self.points.locate(&self.nodes, token))
    }

    fn owner_at(&self, place: Place) -> Option<NodeId> {
        let in_line = self.points.owners_at(place).first();
        let known = in_line.and_then(|&slot| self.nodes.id(slot));
        known.or_else(|| {
            let point = self.points.clockwise(place).next()?;
            self.nodes.id(point.slot)
        })
    }

    #[cold]
    #[inline(never)]
    fn preference_list_exactly(&self, token: Token, n: usize, spread: Spread) -> PreferenceList {
        let place = self.points.locate(&self.nodes, token);
        let in_line = self.points.owners_at(place).iter().copied();
        let around = || self.points.clockwise(place).map(|point| point.slot);
        gather(&self.nodes, n, spread, in_line)
            .or_else(|| gather(&self.nodes, n, spread, around()))
            .expect("once around all nodes that store are met")
    }
}

impl PartialEq for Ring {
    fn eq(&self, other: &Self) -> bool {
        self.virtual_nodes == other.virtual_nodes && self.nodes().eq(other.nodes())
    }
}

impl Eq for Ring {}

impl fmt::Debug for Ring {
    /// The nodes only: they tell the placement, and its points are many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("virtual_nodes", &self.virtual_nodes)
            .field("nodes", &self.nodes().collect::<Vec<_>>())
            .finish()
    }
}

/// What is left of the room for points once a node takes its own.
fn remaining_room(room: usize, points: u32) -> Result<usize, RingError> {
    room.checked_sub(points as usize)
        .ok_or_else(|| RingError::Full {
            what: "virtual nodes".to_owned(),
            limit: POINTS_MAX as u64,
        })
}
