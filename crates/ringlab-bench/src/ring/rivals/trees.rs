//! Rings in a balanced tree.

use std::cell::RefCell;
use std::collections::hash_map::RandomState;

use super::{Keys, Rival, VIRTUAL_NODES};

pub(crate) struct HashRings(hash_rings::consistent::Ring<'static, &'static str, RandomState>);

impl HashRings {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let mut ring = hash_rings::consistent::Ring::new();
        for &name in nodes {
            ring.insert_node(kept(name), VIRTUAL_NODES);
        }
        Self(ring)
    }
}

/// It borrows its nodes: they are kept for ever.
fn kept(name: &'static str) -> &'static &'static str {
    Box::leak(Box::new(name))
}

impl Rival for HashRings {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        keys.text.iter().map(|key| self.0.get_node(key).len()).sum()
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.insert_node(kept(name), VIRTUAL_NODES);
        true
    }

    fn remove(&mut self, name: &'static str) {
        self.0.remove_node(&name);
    }
}

pub(crate) struct Rsbalancer(Box<dyn Fn(&String) -> usize>);

impl Rsbalancer {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let node = |name: &&str| rsbalancer::Node::new((*name).to_owned(), 1);
        let nodes = nodes.iter().map(node).collect();
        let balancer = rsbalancer::consistent_hashing(nodes, VIRTUAL_NODES);
        // Its type has no public name.
        let length = move |key: &String| balancer.get_matching_node_id(key).map_or(0, String::len);
        Self(Box::new(length))
    }
}

impl Rival for Rsbalancer {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        keys.owned.iter().map(|key| (self.0)(key)).sum()
    }
}

/// A node that knows its own number.
struct Numbered(usize);

impl consistent_hasher::Identifier for Numbered {
    fn identify(&self) -> usize {
        self.0
    }
}

/// In a cell: its lookups ask for the ring alone.
pub(crate) struct ConsistentHasher(RefCell<consistent_hasher::LDB>);

impl ConsistentHasher {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let mut ring = consistent_hasher::LDB::new(64, VIRTUAL_NODES);
        for number in 0..nodes.len() {
            let added = ring.add_node(Numbered(number));
            added.expect("the node is new");
        }
        Self(RefCell::new(ring))
    }
}

impl Rival for ConsistentHasher {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let mut ring = self.0.borrow_mut();
        let owners = keys.text.iter().filter_map(|key| ring.key(key).ok());
        owners.fold(0, |sum, (owner, _)| sum + owner as usize)
    }
}

#[derive(Clone)]
struct Named(&'static str);

impl conhash::Node for Named {
    fn name(&self) -> String {
        self.0.to_owned()
    }
}

pub(crate) struct Conhash(conhash::ConsistentHash<Named>);

impl Conhash {
    pub(crate) fn new(nodes: &[&'static str]) -> Self {
        let mut ring = conhash::ConsistentHash::new();
        for name in nodes {
            ring.add(&Named(name), VIRTUAL_NODES);
        }
        Self(ring)
    }
}

impl Rival for Conhash {
    fn lookup(&self, keys: Keys<'_>) -> usize {
        let owners = keys.text.iter().filter_map(|key| self.0.get_str(key));
        owners.map(|node| node.0.len()).sum()
    }

    fn add(&mut self, name: &'static str) -> bool {
        self.0.add(&Named(name), VIRTUAL_NODES);
        true
    }

    fn remove(&mut self, name: &'static str) {
        self.0.remove(&Named(name));
    }
}
