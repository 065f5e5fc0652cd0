//! Texts of other systems: an error has a place, what is accepted can be placed, and each key has a
//! node.

use std::collections::BTreeSet;

use ringlab::placement::import::{self, ImportError, Pool};
use ringlab::placement::{
    Cassandra, CassandraStrategy, Placement, PlacementError, RedisCluster, System,
};
use ringlab::ring::POINTS_MAX;
use ringlab::sorted::SortedMap;

use crate::place::{assert_within, text};

/// Keys that are placed.
const KEYS: [&[u8]; 5] = [b"", b"a", b"user:42", b"{tag}rest", b"\xff\x00\xfe"];
/// Pools of more weight take too long to place.
const WEIGHT_MAX: u64 = 1_000;

/// A configuration of twemproxy.
pub fn twemproxy(bytes: &[u8]) {
    pools(import::twemproxy_pools, bytes);
}

/// A configuration of nginx.
pub fn nginx(bytes: &[u8]) {
    pools(import::nginx_upstreams, bytes);
}

/// A configuration of `HAProxy`.
pub fn haproxy(bytes: &[u8]) {
    pools(import::haproxy_backends, bytes);
}

/// What Redis Cluster says of its nodes, or of its groups.
pub fn redis(bytes: &[u8]) {
    for reader in [import::redis_nodes, import::redis_groups] {
        let Some(groups) = read(reader, bytes) else {
            continue;
        };
        assert!(!groups.is_empty(), "no group was accepted");
        let cluster = RedisCluster::new(&groups).expect("what was accepted can be placed");
        assert_placed(&cluster, cluster.slots_without_master() == 0);
    }
}

/// What `nodetool ring` says.
pub fn cassandra(bytes: &[u8]) {
    let Some(nodes) = read(import::cassandra_ring, bytes) else {
        return;
    };
    assert!(!nodes.is_empty(), "no node was accepted");
    let two_of_each: SortedMap<String, usize> = nodes
        .iter()
        .map(|node| (node.datacenter.clone(), 2))
        .collect();
    for strategy in [
        CassandraStrategy::Simple(3),
        CassandraStrategy::NetworkTopology(two_of_each),
    ] {
        let cluster = Cassandra::new(&nodes, &strategy).expect("what was accepted can be placed");
        assert_placed(&cluster, true);
    }
}

fn pools(reader: fn(&str) -> Result<Vec<Pool>, ImportError>, bytes: &[u8]) {
    let Some(pools) = read(reader, bytes) else {
        return;
    };
    assert!(!pools.is_empty(), "no pool was accepted");
    for pool in pools {
        assert_pool(pool);
    }
}

fn assert_pool(pool: Pool) {
    let weight: u64 = pool.nodes.iter().map(|node| u64::from(node.weight)).sum();
    let is_refused = weight > POINTS_MAX as u64;
    if weight > WEIGHT_MAX && !is_refused {
        return;
    }
    // Ketama gives its points out by share, however large the weights are.
    let is_by_share = matches!(pool.system, System::Twemproxy | System::TwemproxyMd5);
    match pool.place() {
        Ok(placed) => assert_placed(&placed, weight > 0),
        Err(PlacementError::Full { .. }) if is_refused && !is_by_share => {}
        Err(error) => panic!("accepted, and not placed: {error}"),
    }
}

/// What a reader accepts of the bytes; what it does not has a place.
fn read<T>(reader: fn(&str) -> Result<T, ImportError>, bytes: &[u8]) -> Option<T> {
    let text = text(bytes)?;
    match reader(&text) {
        Ok(read) => Some(read),
        Err(error) => {
            assert_within(&text, error.line, error.column);
            assert!(!error.what.is_empty(), "an error says nothing");
            None
        }
    }
}

fn assert_placed(placement: &impl Placement, owns_every_key: bool) {
    let nodes = placement.nodes();
    let names: BTreeSet<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names.len(), nodes.len(), "two nodes share a name");
    for key in KEYS {
        let primary = placement.primary(key);
        assert!(primary.is_none_or(|number| number < nodes.len()));
        assert!(primary.is_some() || !owns_every_key, "nobody has {key:?}");
        let mut owners = [usize::MAX; 3];
        let found = placement.first(key, &mut owners);
        let owners = &owners[..found];
        assert_eq!(owners.first().copied(), primary, "the primary is first");
        let different: BTreeSet<usize> = owners.iter().copied().collect();
        assert_eq!(different.len(), found, "an owner twice: {owners:?}");
        assert!(owners.iter().all(|number| *number < nodes.len()));
    }
}
