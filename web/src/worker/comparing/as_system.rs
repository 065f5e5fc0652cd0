//! Keys placed as the system of a text places them, right to the bit. It counts nothing.

use ringlab::placement::import::Pool;
use ringlab::placement::{
    Cassandra, CassandraNode, CassandraStrategy, Compatible, Placement, PlacementError,
    RedisCluster, RedisGroup,
};

/// What decides where a key lies.
#[derive(Clone, Debug)]
pub(in crate::worker) enum Places {
    /// The nodes of a pool and how it hashes.
    Pool(Pool),
    /// Who has which slots: a group for each master.
    Slots(Vec<RedisGroup>),
    /// Who has which tokens.
    Tokens(Vec<CassandraNode>),
}

/// Nodes by their numbers, in the order of the text.
pub(super) enum AsSystem {
    Pool(Compatible),
    Slots(RedisCluster),
    Tokens(Cassandra),
}

impl AsSystem {
    /// With all nodes.
    pub(super) fn new(places: &Places) -> Result<Self, PlacementError> {
        Ok(match places {
            Places::Pool(pool) => Self::Pool(pool.clone().place()?),
            Places::Slots(groups) => Self::Slots(RedisCluster::new(&masters(groups))?),
            Places::Tokens(nodes) => Self::Tokens(Cassandra::new(nodes, &ONE)?),
        })
    }

    /// As if the text had one node less, whose number the next one has then; none where operators
    /// decide who takes its part.
    pub(super) fn without(places: &Places, leaving: usize) -> Option<Result<Self, PlacementError>> {
        let mut less = places.clone();
        match &mut less {
            Places::Pool(pool) => drop(pool.nodes.remove(leaving)),
            Places::Tokens(nodes) => drop(nodes.remove(leaving)),
            Places::Slots(_) => return None,
        }
        Some(Self::new(&less))
    }

    pub(super) fn primary(&self, key: &[u8]) -> Option<usize> {
        match self {
            Self::Pool(pool) => pool.primary(key),
            Self::Slots(cluster) => cluster.primary(key),
            Self::Tokens(cluster) => cluster.primary(key),
        }
    }
}

/// The node whose range a token lies in: the first of any strategy's.
const ONE: CassandraStrategy = CassandraStrategy::Simple(1);

/// The groups without the nodes that copy, so that a node has its group's number.
fn masters(groups: &[RedisGroup]) -> Vec<RedisGroup> {
    let master = |group: &RedisGroup| RedisGroup {
        nodes: group.nodes.first().cloned().into_iter().collect(),
        slots: group.slots.clone(),
    };
    groups.iter().map(master).collect()
}
