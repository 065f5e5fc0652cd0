//! M3: in the end each node holds what it owns, and its count equals a recount.

use std::collections::{BTreeMap, BTreeSet};

use crate::cluster::Node;
use ringlab::keyspace::Load;
use ringlab::node::held_ranges;
use ringlab::pair::Key;
use ringlab::ring::NodeId;
use ringlab::storage::RangeSet;

use super::{Check, Checker, Found, Scene};

pub(super) struct Ownership;

impl Checker for Ownership {
    fn at_the_end(&mut self, scene: &Scene<'_>, found: &mut Found) {
        let Some(placement) = scene.placement() else {
            return;
        };
        let mut held = held_ranges(&placement.ring, placement.sizes.replication);
        for node in scene.cluster.nodes() {
            let owned = held.remove(&node.id()).unwrap_or_default();
            if let Some(what) = wrong(node, &owned) {
                found.report(Check::HeldIsOwned, scene.now(), what);
            }
        }
        for (node, _) in held {
            let NodeId(id) = node;
            found.report(
                Check::HeldIsOwned,
                scene.now(),
                format!("node {id} owns and is gone"),
            );
        }
    }
}

fn wrong(node: &Node, owned: &RangeSet) -> Option<String> {
    let (id, storage) = (node.id(), node.storage());
    if storage.keyspace().is_some() && storage.held() != owned {
        return Some(format!("{id:?} holds {:?}, owns {owned:?}", storage.held()));
    }
    let cells = storage.try_cells().unwrap_or_default();
    let foreign = cells.iter().find(|(key, _)| !owned.contains(key.token()));
    if let Some((key, _)) = foreign {
        return Some(format!("{id:?} still has {key:?}"));
    }
    let recounted = recount(node);
    (storage.load() != recounted)
        .then(|| format!("{id:?} counts {:?}, has {recounted:?}", storage.load()))
}

/// The load of a store, key by key.
fn recount(node: &Node) -> Load {
    let storage = node.storage();
    let mut load = Load::default();
    let keyspace = storage.keyspace();
    let rows = keyspace.into_iter().flat_map(|keyspace| {
        (0..keyspace.len()).filter_map(|row| {
            let key = Key::new(keyspace.key(row)).ok()?;
            Some((key, keyspace.load_of(row)))
        })
    });
    let held = rows.filter(|(key, _)| storage.held().contains(key.token()));
    let rows: BTreeMap<Key, Load> = held.collect();
    let cells = storage.try_cells().unwrap_or_default();
    let written = cells.iter().map(|(key, _)| key);
    for key in written.chain(rows.keys()).collect::<BTreeSet<_>>() {
        let cell = node.cell(key).unwrap_or_default();
        if cell.values().next().is_none() {
            continue;
        }
        load.keys += 1;
        load.requests += rows.get(key).map_or(0, |row| row.requests);
        load.bytes += key.bytes().len() as u64 + cell.bytes();
    }
    load
}
