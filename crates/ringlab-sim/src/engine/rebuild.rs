//! From a situation to a ring and a cluster that is settled in it.

use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeSpec, Ring, RingError, Weight, Zone};
use ringlab::time::Instant;
use ringlab::version::{Dot, Siblings, VersionVector};

use super::contents::Contents;
use super::{COORDINATOR, COORDINATOR_NAME};
use crate::cluster::{Cluster, Origin, WorldOptions};
use crate::protocol::Situation;
use crate::situation::Write;

/// The ring of a situation, with the coordinator on it.
pub(super) fn ring_of(situation: &Situation) -> Result<Ring, RingError> {
    let coordinator = NodeSpec {
        id: COORDINATOR,
        name: COORDINATOR_NAME.parse()?,
        weight: Weight::ZERO,
        zone: Zone::default(),
    };
    let nodes = situation.nodes.iter().cloned();
    Ring::with_nodes(situation.settings.virtual_nodes, nodes.chain([coordinator]))
}

/// A cluster that holds the loaded population and what was written over it.
pub(super) fn cluster_of(
    situation: &Situation,
    ring: &Ring,
    contents: &Contents,
    now: Instant,
) -> Cluster {
    let settings = situation.settings.store();
    let origin = Origin {
        ring: ring.clone(),
        settings: settings.expect("the situation was checked"),
        keyspace: contents.keyspace().clone(),
        cells: situation.writes.iter().map(cell_of).collect(),
        coordinators: vec![COORDINATOR],
    };
    Cluster::new(origin, WorldOptions::DATA_CENTRE, now, situation.seed)
}

/// The cell of a written key: one version over the loaded row, by the same actor.
fn cell_of((key, value): &Write) -> (Key, Siblings) {
    let key = Key::new(key).expect("the situation was checked");
    let value = value.as_deref().map(Value::new).transpose();
    let value = value.expect("the situation was checked");
    let mut loaded = VersionVector::default();
    loaded.include(Dot::LOADED);
    let dot = Dot {
        counter: Dot::LOADED.counter + 1,
        ..Dot::LOADED
    };
    let mut siblings = Siblings::default();
    siblings.write(dot, loaded, value);
    (key, siblings)
}
