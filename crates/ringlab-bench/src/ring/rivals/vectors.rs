//! Rings in a sorted vector.

use std::hash::{BuildHasherDefault, DefaultHasher};

use super::{Keys, Rival, Telling, VIRTUAL_NODES};

pub(crate) struct Hashring(hashring::HashRing<(&'static str, u32)>);

impl Hashring {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let mut ring = hashring::HashRing::new();
        ring.batch_add(nodes.iter().flat_map(|name| points(name)).collect());
        Self(ring)
    }
}

/// It has no virtual nodes: its documentation adds pairs.
fn points(name: &'static str) -> impl Iterator<Item = (&'static str, u32)> {
    (0..VIRTUAL_NODES as u32).map(move |index| (name, index))
}

impl Rival for Hashring {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.get(key));
        owners.map(|(name, _)| name.len()).sum()
    }

    /// The next points, which may be one node's.
    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let list = |key| self.0.get_with_replicas(key, 2);
        let lists = keys.text.iter().filter_map(list);
        Some(lists.flatten().map(|(name, _)| name.len()).sum())
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.batch_add(points(name).collect());
        true
    }

    fn remove(&mut self, name: &'static str) {
        for point in points(name) {
            self.0.remove(&point);
        }
    }
}

pub(crate) struct ConsistentHashRing(consistent_hash_ring::Ring<&'static str>);

impl ConsistentHashRing {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let builder = consistent_hash_ring::RingBuilder::default();
        let nodes = nodes.iter().copied();
        Self(builder.vnodes(VIRTUAL_NODES).nodes_iter(nodes).build())
    }
}

impl Rival for ConsistentHashRing {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        keys.text.iter().map(|key| self.0.get(key).len()).sum()
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let lists = keys
            .text
            .iter()
            .flat_map(|key| self.0.replicas(key).take(3));
        Some(lists.map(|name| name.len()).sum())
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.insert(name)
    }

    fn remove(&mut self, name: &'static str) {
        self.0.remove(name);
    }

    fn plan(&self, name: &'static str) -> Option<Telling<'_>> {
        let mut after = self.0.clone();
        after.insert(name);
        let plan = move || consistent_hash_ring::migrated_ranges(&self.0, &after).count();
        Some(Box::new(plan))
    }
}

pub(crate) struct Static(
    consistent_hash::StaticHashRing<'static, &'static str, (), consistent_hash::DefaultHash>,
);

impl Static {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let node = |&name| consistent_hash::Node::new(name).quantity(VIRTUAL_NODES);
        let nodes: Vec<_> = nodes.iter().map(node).collect();
        Self(consistent_hash::StaticHashRing::new(
            consistent_hash::DefaultHash,
            nodes.into_iter(),
        ))
    }
}

impl Rival for Static {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owner = |key| self.0.calc_candidates(key).next();
        keys.text
            .iter()
            .filter_map(owner)
            .map(|node| node.key.len())
            .sum()
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let lists = keys
            .text
            .iter()
            .flat_map(|key| self.0.calc_candidates(key).take(3));
        Some(lists.map(|node| node.key.len()).sum())
    }
}

pub(crate) struct HashRing(hash_ring::HashRing<String>);

impl HashRing {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let nodes = nodes.iter().map(|&name| name.to_owned()).collect();
        Self(hash_ring::HashRing::new(nodes, VIRTUAL_NODES as isize))
    }
}

impl Rival for HashRing {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys
            .text
            .iter()
            .filter_map(|&key| self.0.get_node(key.to_owned()));
        owners.map(String::len).sum()
    }
}

/// What its documentation shows. Fixed within a run, which is all that a benchmark needs.
type Hasher = BuildHasherDefault<DefaultHasher>;

pub(crate) struct Ringlet(ringlet_hash::ConsistentRing<'static, &'static str, Hasher>);

impl Ringlet {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let config = ringlet_hash::RingConfig {
            virtual_node_base_count: VIRTUAL_NODES,
            build_hasher: Hasher::default(),
        };
        let ring = ringlet_hash::ConsistentRing::try_new(config);
        let mut ringlet = Self(ring.expect("there are virtual nodes"));
        for name in nodes {
            ringlet.add(name);
        }
        ringlet
    }
}

impl Rival for Ringlet {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.get_node(key));
        owners.map(|name| name.len()).sum()
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let lists = keys.text.iter().flat_map(|key| self.0.get_nodes(key, 3));
        Some(lists.map(|name| name.len()).sum())
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.add_node(Box::leak(Box::new(name)), name, 1).is_ok()
    }

    fn remove(&mut self, name: &'static str) {
        self.0.remove_node(name);
    }

    fn plan(&self, name: &'static str) -> Option<Telling<'_>> {
        let kept: &'static &'static str = Box::leak(Box::new(name));
        let plan = move || {
            let plan = self.0.calculate_migration_on_add(kept, name, 1);
            plan.map_or(0, |plan| plan.len())
        };
        Some(Box::new(plan))
    }
}
