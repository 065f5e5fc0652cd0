//! What clients send and are sent has a size, and all that they ask has an end.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::sync::Arc;

use ringlab::keyspace::KeyspaceBuilder;
use ringlab::message::Answer;
use ringlab::pair::{Key, Value};
use ringlab::ring::{NodeSpec, Ring, Weight, Zone};
use ringlab::settings::Settings;
use ringlab::time::Instant;
use ringlab::version::{Siblings, VersionVector};

use super::*;
use crate::cluster::{Origin, WorldOptions};

#[test]
fn a_value_weighs_as_much_on_its_way_there_as_on_its_way_back() {
    let key = Key::new(b"key").unwrap();
    let value = Value::new(&[7; 100_000]).unwrap();
    let context = VersionVector::default();
    let get = Command::Get { key: key.clone() };
    let delete = Command::Delete {
        key: key.clone(),
        context: context.clone(),
    };
    let put = Command::Put {
        key,
        context,
        value: value.clone(),
    };
    assert_eq!(
        [get, delete, put].map(|command| bytes_of(&command)),
        [3, 3, 100_003]
    );
    let answer = Answer {
        siblings: Siblings::loaded(value),
        replicas: Vec::new(),
        fallbacks: Vec::new(),
    };
    for outcome in [Outcome::Values(answer.clone()), Outcome::Stored(answer)] {
        assert_eq!(bytes_of_answer(&outcome), 100_000);
    }
    assert_eq!(
        bytes_of_answer(&Outcome::Refused(ringlab::message::Refusal::Overloaded)),
        0
    );
}

/// Its coordinator stops with the request: the client is not left to wait for ever.
#[test]
fn a_wish_whose_coordinator_crashes_ends_without_an_answer() {
    let specs = (0..3).map(|id| NodeSpec {
        id: NodeId(id),
        name: format!("node-{id}").parse().unwrap(),
        weight: Weight::ONE,
        zone: Zone::default(),
    });
    let origin = Origin {
        ring: Ring::with_nodes(8, specs).unwrap(),
        settings: Settings::SMALL,
        keyspace: Arc::new(KeyspaceBuilder::new(0).finish()),
        cells: Vec::new(),
        coordinators: vec![NodeId(0)],
    };
    let mut cluster = Cluster::new(origin, WorldOptions::DATA_CENTRE, Instant::ZERO, 1);
    let key = Key::new(b"key").unwrap();
    cluster.ask(0, 1, Wish::Get(key.clone()));
    cluster.crash(NodeId(0));
    cluster.run(PATIENCE - Duration::from_millis(1));
    assert_eq!(cluster.take_replies(), []);
    cluster.run(Duration::from_millis(2));
    let ended = cluster.take_replies();
    assert!(matches!(
        &ended[..],
        [WishAnswered {
            number: 1,
            outcome: Outcome::NoAnswer,
            ..
        }]
    ));
    cluster.restart(NodeId(0)).unwrap();
    cluster.ask(0, 2, Wish::Get(key));
    cluster.run(PATIENCE * 2);
    let ended = cluster.take_replies();
    assert!(matches!(
        &ended[..],
        [WishAnswered {
            number: 2,
            outcome: Outcome::Values(_),
            ..
        }]
    ));
}
