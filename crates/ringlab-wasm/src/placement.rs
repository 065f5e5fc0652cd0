//! Ways to place keys. Nodes are numbers here: the package knows which name each has.

use std::fmt;

use ringlab::placement::import::{self, ImportError, Pool};
use ringlab::placement::{
    Algorithm, Cassandra, CassandraStrategy, Placement as Places, PlacementError, RedisCluster,
    WeightedNode,
};
use wasm_bindgen::prelude::*;

use crate::errors::{error, of_import, of_placement};
use crate::scratch;

/// No node: nobody owns the key.
const NONE: i32 = -1;

/// The names of all algorithms.
#[must_use]
#[wasm_bindgen(js_name = placementNames)]
pub fn names() -> Vec<String> {
    let names = Algorithm::all().map(|algorithm| algorithm.name().to_owned());
    names.collect()
}

/// Nodes, and how keys are placed on them.
#[wasm_bindgen]
pub struct Placement {
    algorithm: &'static str,
    placed: Box<dyn Places>,
}

impl fmt::Debug for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("Placement");
        told.field("algorithm", &self.algorithm);
        told.field("nodes", &self.placed.nodes());
        told.finish()
    }
}

#[wasm_bindgen]
impl Placement {
    /// Places keys on nodes, of which the lists tell one thing each; an id of 0 is none.
    ///
    /// # Errors
    ///
    /// As [`Algorithm::place`], and when there is no such algorithm or a name is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        algorithm: &str,
        names: Vec<String>,
        weights: &[u32],
        ids: &[u32],
    ) -> Result<Self, JsValue> {
        let made = || {
            let algorithm: Algorithm = algorithm.parse()?;
            let told = names.iter().zip(weights).zip(ids);
            let nodes = told.map(|((name, &weight), &id)| node(name, weight, id));
            let placed = algorithm.place(nodes.collect::<Result<_, _>>()?)?;
            Ok((algorithm.name(), placed))
        };
        let (algorithm, placed) = made().map_err(|error| of_placement(&error))?;
        Ok(Self { algorithm, placed })
    }

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

    /// A Redis Cluster by its `CLUSTER NODES`.
    ///
    /// # Errors
    ///
    /// When the text is none, or contradicts itself.
    #[wasm_bindgen(js_name = ofRedis)]
    pub fn of_redis(text: &str) -> Result<Self, JsValue> {
        let groups = read(import::redis_nodes(text))?;
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

    /// Adds a node, the last in order; an id of 0 is none.
    ///
    /// # Errors
    ///
    /// As [`Places::add`], and when the name is none.
    pub fn add(&mut self, name: &str, weight: u32, id: u32) -> Result<(), JsValue> {
        let added = node(name, weight, id).and_then(|node| self.placed.add(node));
        added.map_err(|error| of_placement(&error))
    }

    /// Removes the node of this name.
    ///
    /// # Errors
    ///
    /// As [`Places::remove`].
    pub fn remove(&mut self, name: &str) -> Result<(), JsValue> {
        let removed = self.placed.remove(name);
        removed.map_err(|error| of_placement(&error))
    }

    /// Gives a node another weight.
    ///
    /// # Errors
    ///
    /// As [`Places::reweight`].
    pub fn reweight(&mut self, name: &str, weight: u32) -> Result<(), JsValue> {
        let changed = self.placed.reweight(name, weight);
        changed.map_err(|error| of_placement(&error))
    }

    /// The owner of the key in the scratch memory; -1 when nobody owns it.
    #[must_use]
    #[wasm_bindgen(js_name = primaryAt)]
    pub fn primary_at(&self, len: usize) -> i32 {
        scratch::with_key(len, |key| self.primary_of(key))
    }

    /// The owner of a key; -1 when nobody owns it.
    #[must_use]
    #[wasm_bindgen(js_name = primaryOf)]
    pub fn primary_of(&self, key: &[u8]) -> i32 {
        // Two bytes count the nodes.
        let primary = self.placed.primary(key);
        primary.map_or(NONE, |number| number as i32)
    }

    /// The first `n` nodes of the key in the scratch memory.
    #[must_use]
    #[wasm_bindgen(js_name = firstAt)]
    pub fn first_at(&self, len: usize, n: usize) -> Vec<u32> {
        scratch::with_key(len, |key| self.first_of(key, n))
    }

    /// The first `n` nodes of a key.
    #[must_use]
    #[wasm_bindgen(js_name = firstOf)]
    pub fn first_of(&self, key: &[u8], n: usize) -> Vec<u32> {
        let mut owners = vec![0; n.min(self.placed.nodes().len())];
        let found = self.placed.first(key, &mut owners);
        owners[..found]
            .iter()
            .map(|&number| number as u32)
            .collect()
    }

    /// What the placement is called.
    #[must_use]
    pub fn algorithm(&self) -> String {
        self.algorithm.to_owned()
    }

    /// The names of the nodes, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let nodes = self.placed.nodes().iter();
        nodes.map(|node| node.name.as_str().to_owned()).collect()
    }

    /// Their weights.
    #[must_use]
    pub fn weights(&self) -> Vec<u32> {
        let nodes = self.placed.nodes().iter();
        nodes.map(|node| node.weight).collect()
    }

    /// Their ids; 0 is none.
    #[must_use]
    pub fn ids(&self) -> Vec<u32> {
        let nodes = self.placed.nodes().iter();
        nodes.map(|node| node.id.unwrap_or_default()).collect()
    }
}

fn node(name: &str, weight: u32, id: u32) -> Result<WeightedNode, PlacementError> {
    let mut node = WeightedNode::weighing(name, weight)?;
    node.id = (id > 0).then_some(id);
    Ok(node)
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
