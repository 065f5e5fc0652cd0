//! Ways to place keys on nodes: ours, the field's, and those of systems that people run, right to
//! the bit. Each is a `Placement`; none knows of replies, versions or disks.
//!
//! A node is told by its number in `Placement::nodes`, so that a lookup neither allocates nor
//! clones a name. `docs/choosing.md` tells which one to take when.

mod algorithm;
mod anchor;
mod bounded;
mod cassandra;
mod circle;
mod different;
mod draws;
mod error;
pub mod import;
mod jump;
mod maglev;
mod modulo;
mod multi_probe;
mod nodes;
mod partitions;
mod rebuilt;
mod redis;
mod rendezvous;
mod system;
mod virtual_nodes;

#[cfg(test)]
mod tests;

pub use self::algorithm::Algorithm;
pub use self::anchor::Anchor;
pub use self::bounded::BoundedLoads;
pub use self::cassandra::{Cassandra, CassandraNode, CassandraStrategy, cassandra_token};
pub use self::error::PlacementError;
pub use self::jump::{Jump, jump_bucket};
pub use self::maglev::{MAGLEV_TABLE, Maglev, TableSize, Turns};
pub use self::modulo::{Count, Modulo};
pub use self::multi_probe::{MULTI_PROBES, MultiProbe, ProbeCount, Probes};
pub use self::nodes::WeightedNode;
pub use self::partitions::Partitions;
pub use self::rebuilt::{Rebuilt, Table};
pub use self::redis::{REDIS_SLOTS, RedisCluster, RedisGroup, redis_slot};
pub use self::rendezvous::{Rendezvous, Scores};
pub use self::system::{Compatible, Continuum, Placed, System};
pub use self::virtual_nodes::VirtualNodes;

/// Bytes that a checksum takes at a time, with a table for each: a browser loads one.
const CRC_TABLES: usize = if cfg!(target_arch = "wasm32") { 1 } else { 16 };

/// Decides which node a key belongs to. The same nodes in the same order place every key alike on
/// every platform.
///
/// ```
/// use ringlab::placement::{Maglev, Placement, PlacementError, WeightedNode};
///
/// let mut maglev = Maglev::new(["amber", "birch", "cedar"].map(WeightedNode::named).into_iter().collect::<Result<Vec<_>, _>>()?)?;
/// let owner = maglev.primary(b"user:42").expect("there are nodes");
/// let name = maglev.nodes()[owner].name.clone();
/// maglev.remove(name.as_str())?;
/// assert_ne!(maglev.nodes()[maglev.primary(b"user:42").expect("two are left")].name, name);
/// # Ok::<(), PlacementError>(())
/// ```
pub trait Placement: Send + Sync {
    /// The nodes, in the order in which the algorithm counts them. One that is removed leaves no
    /// gap: the numbers of those after it shrink by one.
    fn nodes(&self) -> &[WeightedNode];

    /// The number of the node that owns a key; `None` where no node can own one.
    fn primary(&self, key: &[u8]) -> Option<usize>;

    /// The numbers of the first different nodes of a key, the primary first, as many as there is
    /// room for in `owners` and nodes that own keys; how many those are. Without allocation.
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize;

    /// Adds a node, the last in order.
    ///
    /// # Errors
    ///
    /// [`PlacementError::NameTaken`], [`PlacementError::Weight`] for a weight that the algorithm
    /// knows not, [`PlacementError::Full`], and [`PlacementError::Unable`] where it cannot.
    fn add(&mut self, node: WeightedNode) -> Result<(), PlacementError>;

    /// Removes the node of this name.
    ///
    /// # Errors
    ///
    /// [`PlacementError::UnknownNode`], and [`PlacementError::Unable`] where it cannot.
    fn remove(&mut self, name: &str) -> Result<(), PlacementError>;

    /// Gives a node another weight.
    ///
    /// # Errors
    ///
    /// [`PlacementError::UnknownNode`], [`PlacementError::Weight`], [`PlacementError::Full`], and
    /// [`PlacementError::Unable`] where it cannot.
    fn reweight(&mut self, name: &str, weight: u32) -> Result<(), PlacementError>;

    /// The same placement, to be changed apart from this one.
    fn boxed(&self) -> Box<dyn Placement>;
}

impl Clone for Box<dyn Placement> {
    fn clone(&self) -> Self {
        self.as_ref().boxed()
    }
}
