//! Every ring under measurement behind one trait; one file a family.

mod baseline;
pub(crate) mod ketama;
pub(crate) mod maglev;
mod ours;
mod shared;
mod trees;
mod vectors;

use ringlab::hash::token;

use super::population::Keys;

pub(crate) use ours::{Ours, OursAtOnce};

/// Virtual nodes of each node, wherever there are any.
pub(crate) const VIRTUAL_NODES: usize = 160;

/// Tells what moves, each time it is called: how many ranges.
pub(crate) type Telling<'a> = Box<dyn FnMut() -> usize + 'a>;

/// A way from keys to nodes. The loops over keys are the rival's own, so that its lookup is
/// inlined; what they return keeps the compiler from leaving the work out.
pub(crate) trait Rival {
    /// The primary of each key.
    fn lookup(&self, keys: Keys<'_>) -> usize;

    /// The first three different nodes of each key; `None` if it has no such thing.
    fn first_three(&self, _keys: Keys<'_>) -> Option<usize> {
        None
    }

    /// Puts a node on; false if it has to be built anew.
    fn add(&mut self, _name: &'static str) -> bool {
        false
    }

    /// Takes a node off that was put on by [`Self::add`].
    fn remove(&mut self, _name: &'static str) {}

    /// Tells the ranges that a node more would take; `None` if it has no such thing.
    fn plan(&self, _name: &'static str) -> Option<Telling<'_>> {
        None
    }
}

/// What a rival is, for the bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Ours.
    Ours,
    /// SeaHash of its crate and one load: what the bar counts in.
    Floor,
    /// No crate: what frames the others.
    Frame,
    /// A ring of crates.io.
    Ring,
    /// Another algorithm of crates.io.
    Other,
}

/// A rival and how to build it.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) build: fn(&[&'static str]) -> Box<dyn Rival>,
}

/// All of them, with the versions of the lock file.
pub(crate) const ENTRIES: &[Entry] = &[
    entry("ringlab", Kind::Ours, |nodes| Box::new(Ours::new(nodes))),
    entry("ringlab, 32 keys at once", Kind::Frame, |nodes| {
        Box::new(OursAtOnce::new(nodes))
    }),
    entry("floor: seahash + one load", Kind::Floor, |nodes| {
        Box::new(baseline::Floor::new(nodes, seahash::hash))
    }),
    entry("the same with our seahash", Kind::Frame, |nodes| {
        Box::new(baseline::Floor::new(nodes, |key: &[u8]| token(key).0))
    }),
    entry("sorted Vec + binary search", Kind::Frame, |nodes| {
        Box::new(baseline::Sorted::new(nodes))
    }),
    entry("consistent_hash_ring", Kind::Ring, |nodes| {
        Box::new(vectors::ConsistentHashRing::new(nodes))
    }),
    entry("pingora-ketama", Kind::Ring, |nodes| {
        Box::new(ketama::Pingora::new(nodes))
    }),
    entry("hashring", Kind::Ring, |nodes| {
        Box::new(vectors::Hashring::new(nodes))
    }),
    entry("consistent_hash", Kind::Ring, |nodes| {
        Box::new(vectors::Static::new(nodes))
    }),
    entry("hash-rings", Kind::Ring, |nodes| {
        Box::new(trees::HashRings::new(nodes))
    }),
    entry("ringhash", Kind::Ring, |nodes| {
        Box::new(shared::Ringhash::new(nodes))
    }),
    entry("rsbalancer", Kind::Ring, |nodes| {
        Box::new(trees::Rsbalancer::new(nodes))
    }),
    entry("ringlet-hash", Kind::Ring, |nodes| {
        Box::new(vectors::Ringlet::new(nodes))
    }),
    entry("rustyhash", Kind::Ring, |nodes| {
        Box::new(shared::Rustyhash::new(nodes))
    }),
    entry("ketama", Kind::Ring, |nodes| {
        Box::new(ketama::Ketama::new(nodes))
    }),
    entry("lfchring", Kind::Ring, |nodes| {
        Box::new(shared::Lfchring::new(nodes))
    }),
    entry("conhash", Kind::Ring, |nodes| {
        Box::new(trees::Conhash::new(nodes))
    }),
    entry("hash_ring", Kind::Ring, |nodes| {
        Box::new(vectors::HashRing::new(nodes))
    }),
    entry("consistent_hasher", Kind::Ring, |nodes| {
        Box::new(trees::ConsistentHasher::new(nodes))
    }),
    entry("maglev-hash", Kind::Other, |nodes| {
        Box::new(maglev::Maglev::new(nodes))
    }),
];

const fn entry(
    name: &'static str,
    kind: Kind,
    build: fn(&[&'static str]) -> Box<dyn Rival>,
) -> Entry {
    Entry { name, kind, build }
}
