//! Rings behind a lock, or behind none, that several threads share.

use std::hint::black_box;
use std::sync::Arc;

use super::{Keys, Rival, VIRTUAL_NODES};

pub(crate) struct Ringhash(ringhash::Consistent);

impl Ringhash {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let ring = ringhash::Consistent::new().with_number_of_replicas(VIRTUAL_NODES);
        for &name in nodes {
            ring.add(name);
        }
        Self(ring)
    }
}

impl Rival for Ringhash {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.get(key).ok());
        owners.map(|name| name.len()).sum()
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let lists = keys.text.iter().filter_map(|key| self.0.get_n(key, 3).ok());
        Some(lists.flatten().map(|name| name.len()).sum())
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.add(name);
        true
    }

    fn remove(&mut self, name: &'static str) {
        self.0.remove(name);
    }
}

pub(crate) struct Rustyhash(rustyhash::Ring64);

impl Rustyhash {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let ring = rustyhash::Ring64::new(rustyhash::Algo::Sha256, Some(VIRTUAL_NODES as u32));
        for name in nodes {
            ring.insert(name);
        }
        Self(ring)
    }
}

impl Rival for Rustyhash {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.get(key));
        owners.map(|name| name.len()).sum()
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.insert(name)
    }

    fn remove(&mut self, name: &'static str) {
        self.0.remove(name);
    }
}

pub(crate) struct Lfchring(lfchring::HashRing<str, Seahash>);

/// Its own standard hasher has no public name.
#[derive(Default)]
struct Seahash;

impl lfchring::Hasher for Seahash {
    fn digest(&mut self, bytes: &[u8]) -> Vec<u8> {
        seahash::hash(bytes).to_be_bytes().to_vec()
    }
}

impl Lfchring {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let nodes: Vec<Arc<str>> = nodes.iter().map(|&name| Arc::from(name)).collect();
        let ring =
            lfchring::HashRing::with_hasher_and_nodes(Seahash, VIRTUAL_NODES as u16, 3, &nodes);
        Self(ring.expect("the benchmark's nodes are valid"))
    }
}

/// It wants its keys hashed by the caller.
fn digest(key: &str) -> [u8; 8] {
    seahash::hash(key.as_bytes()).to_be_bytes()
}

impl Rival for Lfchring {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owner = |key: &&str| self.0.virtual_node_for_key(&digest(key)).ok();
        let owners = keys.text.iter().filter_map(owner);
        owners.map(|point| size_of_val(black_box(&point))).sum()
    }

    fn first_three(&self, keys: Keys<'_>) -> Option<usize> {
        let list = |key: &&str| self.0.nodes_for_key(&digest(key)).ok();
        Some(
            keys.text
                .iter()
                .filter_map(list)
                .flatten()
                .map(|name| name.len())
                .sum(),
        )
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.insert(&[Arc::from(name)]).is_ok()
    }

    fn remove(&mut self, name: &'static str) {
        let removed = self.0.remove(&[Arc::from(name)]);
        removed.expect("the node was added");
    }
}
