//! Apache Cassandra (and ScyllaDB's vnodes): Murmur3 tokens that the nodes chose once, and replicas
//! by SimpleStrategy or NetworkTopologyStrategy.

mod murmur;

use super::Placement;
use super::circle::Circle;
use super::different::first_different;
use super::error::PlacementError;
use super::nodes::{Nodes, WeightedNode};
use crate::ring::NodeName;
use crate::sorted::{SortedMap, SortedSet};

const NAME: &str = "Cassandra";

/// A key's token by the Murmur3Partitioner. O(length).
///
/// ```
/// use ringlab::placement::cassandra_token;
/// assert_eq!(cassandra_token(b"123"), -7468325962851647638);
/// ```
#[must_use]
pub fn cassandra_token(key: &[u8]) -> i64 {
    murmur::token(key)
}

/// A node as `nodetool ring` tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CassandraNode {
    /// Its address.
    pub name: NodeName,
    /// Its datacenter.
    pub datacenter: String,
    /// Its rack.
    pub rack: String,
    /// The tokens that it chose.
    pub tokens: Vec<i64>,
}

/// Which nodes have a keyspace's copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CassandraStrategy {
    /// The first so many nodes clockwise.
    Simple(usize),
    /// So many of each datacenter, of different racks first.
    NetworkTopology(SortedMap<String, usize>),
}

/// A cluster and the copies of one keyspace.
#[derive(Clone, Debug)]
pub struct Cassandra {
    nodes: Nodes,
    circle: Circle,
    /// By the number of a point: where its replicas begin in `replicas`; one more than points.
    begins: Vec<u32>,
    replicas: Vec<u16>,
}

impl Cassandra {
    /// A node's weight is how many tokens it has. O(tokens x nodes).
    ///
    /// # Errors
    ///
    /// [`PlacementError::NameTaken`], and [`PlacementError::Topology`] where two nodes have one token
    /// or a datacenter is asked for that no node is in.
    pub fn new(
        nodes: &[CassandraNode],
        strategy: &CassandraStrategy,
    ) -> Result<Self, PlacementError> {
        let weighted = |node: &CassandraNode| WeightedNode {
            name: node.name.clone(),
            weight: node.tokens.len() as u32,
            id: None,
        };
        let listed = Nodes::new(nodes.iter().map(weighted))?;
        let owned = |(number, node): (u16, &CassandraNode)| {
            let point = move |&token: &i64| (unsigned(token), number);
            node.tokens.iter().map(point).collect::<Vec<_>>()
        };
        let circle = Circle::new((0..).zip(nodes).flat_map(owned).collect());
        check(nodes, strategy, &circle)?;
        let mut cluster = Self {
            nodes: listed,
            begins: vec![0],
            replicas: Vec::new(),
            circle,
        };
        let datacenters = cluster.datacenters(nodes);
        for at in 0..cluster.circle.len() {
            let replicas = match strategy {
                CassandraStrategy::Simple(wanted) => cluster.walk(at, *wanted, |_| true),
                CassandraStrategy::NetworkTopology(wanted) => {
                    let of = |&name| Some((name, *wanted.get(name)?));
                    let asked = datacenters.iter().filter_map(of);
                    asked
                        .flat_map(|asked| cluster.of_datacenter(at, nodes, asked))
                        .collect()
                }
            };
            cluster.replicas.extend(replicas);
            // Copies are a few for each token.
            cluster.begins.push(cluster.replicas.len() as u32);
        }
        Ok(cluster)
    }

    /// In the order in which the lowest tokens name them.
    fn datacenters<'a>(&self, nodes: &'a [CassandraNode]) -> Vec<&'a str> {
        let mut named = Vec::new();
        for at in 0..self.circle.len() {
            let name = nodes[self.circle.owner(at)].datacenter.as_str();
            if !named.contains(&name) {
                named.push(name);
            }
        }
        named
    }

    /// The first so many different nodes clockwise from a point, of those that count.
    fn walk(&self, at: usize, wanted: usize, counts: impl Fn(usize) -> bool) -> Vec<u16> {
        let mut owners = vec![0; wanted.min(self.nodes.len())];
        let clockwise = self.circle.clockwise(at).filter(|&node| counts(node));
        let found = first_different(clockwise, owners.len(), &mut owners);
        // Two bytes count the nodes.
        owners[..found].iter().map(|&node| node as u16).collect()
    }

    /// A node of a rack that has a copy waits until every rack has one; who waited goes first then.
    fn of_datacenter(
        &self,
        at: usize,
        nodes: &[CassandraNode],
        (datacenter, wanted): (&str, usize),
    ) -> Vec<u16> {
        let inside = |node: usize| nodes[node].datacenter == datacenter;
        let order = self.walk(at, usize::MAX, inside);
        let rack = |node: u16| nodes[usize::from(node)].rack.as_str();
        let racks: SortedSet<&str> = order.iter().map(|&node| rack(node)).collect();
        let mut seen = SortedSet::new();
        let (mut chosen, mut waiting) = (Vec::new(), Vec::new());
        for node in order {
            if seen.len() < racks.len() && !seen.insert(rack(node)) {
                waiting.push(node);
                continue;
            }
            chosen.push(node);
            if seen.len() == racks.len() {
                chosen.append(&mut waiting);
            }
        }
        chosen.truncate(wanted);
        chosen
    }

    fn replicas(&self, key: &[u8]) -> &[u16] {
        let at = self.circle.at_or_after(unsigned(cassandra_token(key)));
        at.map_or(&[], |at| {
            let (begin, end) = (self.begins[at], self.begins[at + 1]);
            &self.replicas[begin as usize..end as usize]
        })
    }
}

/// The same order from 0 on.
const fn unsigned(token: i64) -> u64 {
    (token as u64) ^ (1 << 63)
}

fn check(
    nodes: &[CassandraNode],
    strategy: &CassandraStrategy,
    circle: &Circle,
) -> Result<(), PlacementError> {
    if let Some(at) = circle.first_shared() {
        let (one, other) = (circle.owner(at), circle.owner(at + 1));
        let token = unsigned(0) ^ circle.point(at);
        let what = format!(
            "{} and {} both have token {}",
            nodes[one].name, nodes[other].name, token as i64
        );
        return Err(PlacementError::Topology(what));
    }
    if let CassandraStrategy::NetworkTopology(wanted) = strategy {
        let known = |name: &&String| nodes.iter().any(|node| node.datacenter == **name);
        if let Some(name) = wanted.keys().find(|name| !known(name)) {
            let what = format!("no node is in datacenter {name:?}");
            return Err(PlacementError::Topology(what));
        }
    }
    Ok(())
}

const UNABLE: PlacementError = PlacementError::Unable {
    algorithm: NAME,
    what: "say which tokens a node takes: nodes choose them when they join",
};

impl Placement for Cassandra {
    fn nodes(&self) -> &[WeightedNode] {
        self.nodes.as_slice()
    }

    /// O(length of the key).
    fn primary(&self, key: &[u8]) -> Option<usize> {
        self.replicas(key).first().map(|&node| node.into())
    }

    /// The nodes that the keyspace's strategy names, in the order of the drivers: datacenter by
    /// datacenter. O(n).
    fn first(&self, key: &[u8], owners: &mut [usize]) -> usize {
        let replicas = self.replicas(key);
        let told = replicas.iter().map(|&node| node.into());
        first_different(told, replicas.len(), owners)
    }

    fn add(&mut self, _: WeightedNode) -> Result<(), PlacementError> {
        Err(UNABLE)
    }

    fn remove(&mut self, _: &str) -> Result<(), PlacementError> {
        Err(UNABLE)
    }

    fn reweight(&mut self, _: &str, _: u32) -> Result<(), PlacementError> {
        Err(UNABLE)
    }

    fn boxed(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }
}
