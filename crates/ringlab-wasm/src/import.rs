//! Placements from the texts of systems that people run. It knows no algorithm.

use ringlab::placement::import::{self, Format, ImportError, Pool};
use ringlab::placement::{
    Cassandra, CassandraStrategy, Placement as Places, PlacementError, RedisCluster,
};
use wasm_bindgen::prelude::*;

use crate::errors::{error, of_import, of_placement};
use crate::placement::Placement;

#[wasm_bindgen]
impl Placement {
    /// The pool of this name in a text of nginx, HAProxy or twemproxy; the only one if none is named.
    ///
    /// # Errors
    ///
    /// When the text is not of that system, and where it has no such pool or several.
    #[wasm_bindgen(js_name = ofPool)]
    pub fn of_pool(system: &str, text: &str, name: Option<String>) -> Result<Self, JsValue> {
        let pools = match system {
            "nginx" => import::nginx_upstreams(text),
            "haproxy" => import::haproxy_backends(text),
            _ => import::twemproxy_pools(text),
        };
        let pool = chosen(read(pools)?, name.as_deref())?;
        let algorithm = pool.system.name();
        of(algorithm, pool.place())
    }

    /// A Redis Cluster by its `CLUSTER NODES` or `CLUSTER SHARDS`.
    ///
    /// # Errors
    ///
    /// When the text is none, or contradicts itself.
    #[wasm_bindgen(js_name = ofRedis)]
    pub fn of_redis(text: &str) -> Result<Self, JsValue> {
        let groups = match Format::of(text) {
            Some(Format::RedisGroups) => import::redis_groups(text),
            _ => import::redis_nodes(text),
        };
        let groups = read(groups)?;
        of("redis", RedisCluster::new(&groups))
    }

    /// A Cassandra by its `nodetool ring`: so many copies of each datacenter, or where none is
    /// named so many in all.
    ///
    /// # Errors
    ///
    /// When the text is none, or has no such datacenter.
    #[wasm_bindgen(js_name = ofCassandra)]
    pub fn of_cassandra(
        text: &str,
        datacenters: Vec<String>,
        copies: &[u32],
    ) -> Result<Self, JsValue> {
        let nodes = read(import::cassandra_ring(text))?;
        let mut counts = copies.iter().map(|&count| count as usize);
        let strategy = if datacenters.is_empty() {
            CassandraStrategy::Simple(counts.next().unwrap_or_default())
        } else {
            let wanted = datacenters.into_iter().zip(counts);
            CassandraStrategy::NetworkTopology(wanted.collect())
        };
        of("cassandra", Cassandra::new(&nodes, &strategy))
    }
}

fn of<P: Places + 'static>(
    algorithm: &'static str,
    placed: Result<P, PlacementError>,
) -> Result<Placement, JsValue> {
    let placed = Box::new(placed.map_err(|error| of_placement(&error))?);
    Ok(Placement { algorithm, placed })
}

fn read<T>(topology: Result<T, ImportError>) -> Result<T, JsValue> {
    topology.map_err(|error| of_import(&error))
}

/// The pool of this name; the only one if none is named.
fn chosen(mut pools: Vec<Pool>, name: Option<&str>) -> Result<Pool, JsValue> {
    let at = match name {
        Some(name) => pools.iter().position(|pool| pool.name == name),
        None => (pools.len() == 1).then_some(0),
    };
    let Some(at) = at else {
        let known: Vec<&str> = pools.iter().map(|pool| pool.name.as_str()).collect();
        let known = known.join(", ");
        let message = match name {
            Some(name) => format!("no pool is named {name:?}: there are {known}"),
            None => format!("the name of a pool is wanted: there are {known}"),
        };
        return Err(error("BAD_OPTION", &message));
    };
    Ok(pools.swap_remove(at))
}
