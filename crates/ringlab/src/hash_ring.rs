//! A ring whose nodes are told by their names: all that someone needs who places keys and runs no
//! store. It names what a [`Ring`] numbers and decides nothing itself.

mod builder;
mod movement;
#[cfg(feature = "serde")]
mod told;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub use self::builder::{HashRingBuilder, Node};
pub use self::movement::{NamedMove, NamedMovement};
use crate::hash::{Token, token};
use crate::ring::{
    AT_ONCE, NODE_NAME_BYTES_MAX, NodeId, NodeSpec, Replication, Ring, RingError, TokenRange,
    Weight,
};

/// Which node a key belongs to: consistent hashing with virtual nodes in proportion to weight
/// (Karger et al. 1997; Dynamo, section 4.2). The same nodes place every key alike, in whatever
/// order they came, on every platform, and in the npm package `ringlab`.
///
/// A clone shares all with its original until either changes: O(1), so readers may keep one
/// while a writer prepares the next. Keys are bytes.
///
/// ```
/// use ringlab::{HashRing, Node};
///
/// let ring = HashRing::builder()
///     .nodes(["amber", "birch"])
///     .node(Node::named("cedar").weight(1.5).zone("eu-1"))
///     .build()?;
/// let owner = ring.primary("user:42").expect("there are nodes");
/// let replicas: Vec<&str> = ring.preference_list("user:42", 2).collect();
/// assert_eq!((replicas.len(), replicas[0]), (2, owner));
///
/// let mut after = ring.clone();
/// after.add("dogwood")?;
/// let movement = ring.movement_to(&after, 1)?;
/// assert!(movement.primaries().all(|moved| moved.to == "dogwood"));
/// assert!((movement.moved_share() - after.share("dogwood")?).abs() < 1e-12);
/// # Ok::<(), ringlab::ring::RingError>(())
/// ```
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "told::Told", into = "told::Told"))]
pub struct HashRing {
    ring: Arc<Ring>,
    /// The id of the next node: none is given twice.
    next: u32,
}

impl HashRing {
    /// Begins a ring: 160 virtual nodes for a node of weight 1, no nodes yet.
    #[must_use]
    pub fn builder() -> HashRingBuilder {
        HashRingBuilder::default()
    }

    /// The node that owns a key; `None` on a ring where nobody stores. O(length of the key).
    ///
    /// ```
    /// let ring = ringlab::HashRing::builder().node("amber").build()?;
    /// assert_eq!(ring.primary(b"\xff\x00"), Some("amber"));
    /// # Ok::<(), ringlab::ring::RingError>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn primary(&self, key: impl AsRef<[u8]>) -> Option<&str> {
        let owner = self.ring.owner(token(key.as_ref()))?;
        Some(owner.name.as_str())
    }

    /// The node that owns each of many keys, in their order; empty on a ring where nobody stores.
    /// Where the ring does not fit a cache this is quicker than one after the other: what lies in
    /// memory is fetched side by side.
    ///
    /// ```
    /// let ring = ringlab::HashRing::builder().node("amber").build()?;
    /// let owners: Vec<&str> = ring.primaries(&["user:1", "user:2"]).collect();
    /// assert_eq!(owners, ["amber", "amber"]);
    /// # Ok::<(), ringlab::ring::RingError>(())
    /// ```
    pub fn primaries<K: AsRef<[u8]>>(&self, keys: &[K]) -> impl Iterator<Item = &str> {
        keys.chunks(AT_ONCE).flat_map(move |keys| {
            let (mut tokens, mut owners) = ([Token(0); AT_ONCE], [NodeId(0); AT_ONCE]);
            for (token_of, key) in tokens.iter_mut().zip(keys) {
                *token_of = token(key.as_ref());
            }
            let found = self.ring.primaries(&tokens[..keys.len()], &mut owners);
            owners
                .into_iter()
                .take(found)
                .filter_map(|id| self.name(id))
        })
    }

    /// The first `n` different nodes of a key, its owner first; fewer where fewer store, and
    /// [`REPLICAS_MAX`](crate::ring::REPLICAS_MAX) at most. O(n x log nodes), without allocation.
    ///
    /// ```
    /// let ring = ringlab::HashRing::builder().nodes(["amber", "birch"]).build()?;
    /// assert_eq!(ring.preference_list("user:42", 3).count(), 2);
    /// # Ok::<(), ringlab::ring::RingError>(())
    /// ```
    pub fn preference_list(
        &self,
        key: impl AsRef<[u8]>,
        n: impl Into<Replication>,
    ) -> impl Iterator<Item = &str> {
        let list = self.ring.preference_list(token(key.as_ref()), n.into());
        (0..list.len()).filter_map(move |place| self.name(list[place]))
    }

    /// Puts a node on the ring. O(its virtual nodes) when no clone shares the ring, else O(all).
    ///
    /// # Errors
    ///
    /// [`RingError::NameTaken`], [`RingError::Full`], and those of [`Node`]. Nothing has changed
    /// then.
    pub fn add(&mut self, node: impl Into<Node>) -> Result<(), RingError> {
        let spec = node.into().spec(NodeId(self.next))?;
        Arc::make_mut(&mut self.ring).add(spec)?;
        self.next += 1;
        Ok(())
    }

    /// Takes a node off the ring. O(its virtual nodes) when no clone shares the ring, else O(all).
    ///
    /// ```
    /// let mut ring = ringlab::HashRing::builder().nodes(["amber", "birch"]).build()?;
    /// ring.remove("amber")?;
    /// assert_eq!(ring.primary("user:42"), Some("birch"));
    /// assert_eq!(ring.remove("amber").unwrap_err().to_string(), "no node is named \"amber\"");
    /// # Ok::<(), ringlab::ring::RingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`RingError::UnknownName`].
    pub fn remove(&mut self, name: &str) -> Result<(), RingError> {
        let id = self.id(name)?;
        Arc::make_mut(&mut self.ring).remove(id).map(drop)
    }

    /// Gives a node another weight. O(virtual nodes that come or go) when no clone shares the
    /// ring, else O(all).
    ///
    /// # Errors
    ///
    /// [`RingError::UnknownName`], and [`RingError::Full`]. Nothing has changed then.
    pub fn reweight(&mut self, name: &str, weight: Weight) -> Result<(), RingError> {
        let id = self.id(name)?;
        Arc::make_mut(&mut self.ring).reweight(id, weight)
    }

    /// What changes hands between this ring and another one whose keys have `n` replicas each.
    /// O(nodes, plus the virtual nodes that changed, times n) where the other was made from a
    /// clone of this one; else O(all virtual nodes, times n).
    ///
    /// # Errors
    ///
    /// [`RingError::Full`] where the nodes of both are more than a ring can hold.
    pub fn movement_to(
        &self,
        after: &Self,
        n: impl Into<Replication>,
    ) -> Result<NamedMovement, RingError> {
        NamedMovement::between(&self.ring, &after.ring, self.next, n.into())
    }

    /// The part of the ring that a node owns, 0 to 1. O(its virtual nodes, times their logarithm).
    ///
    /// # Errors
    ///
    /// [`RingError::UnknownName`].
    pub fn share(&self, name: &str) -> Result<f64, RingError> {
        Ok(TokenRange::share_of(self.ring.width_of(self.id(name)?)))
    }

    /// The names, in the order in which nodes came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.ring.nodes().map(|node| node.name.as_str())
    }

    /// How many nodes stand on the ring.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// The same ring by numbers: its ranges, and what
    /// [`Census::count`](crate::keyspace::Census::count) takes.
    #[must_use]
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The number of a node on [`Self::ring`]. O(log nodes).
    ///
    /// # Errors
    ///
    /// [`RingError::UnknownName`].
    pub fn id(&self, name: &str) -> Result<NodeId, RingError> {
        self.ring
            .id_of(name)
            .ok_or_else(|| RingError::UnknownName(name.chars().take(NODE_NAME_BYTES_MAX).collect()))
    }

    /// The name of a node on [`Self::ring`]. O(log nodes).
    #[must_use]
    pub fn name(&self, id: NodeId) -> Option<&str> {
        self.ring.node(id).map(|node| node.name.as_str())
    }
}

/// Two are equal that place alike.
impl PartialEq for HashRing {
    fn eq(&self, other: &Self) -> bool {
        self.ring == other.ring
    }
}

impl fmt::Debug for HashRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes: Vec<&NodeSpec> = self.ring.nodes().collect();
        f.debug_struct("HashRing")
            .field("virtual_nodes", &self.ring.virtual_nodes())
            .field("nodes", &nodes)
            .finish_non_exhaustive()
    }
}
