//! What goes wrong by a person's hand, and what end users and the table see of it.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::health::Health;
use ringlab::message;

use super::*;
use crate::protocol::{Condition, Fault};

/// Long enough for everyone to know who answers, and for hints to arrive.
const UNTIL_KNOWN: Duration = Duration::from_secs(60);

fn replicas(engine: &Engine, key: &str) -> Vec<NodeId> {
    let replication = engine.situation.settings.replication();
    let key = token(key.as_bytes());
    engine.ring.preference_list(key, replication).to_vec()
}

fn fault(engine: &mut Engine, fault: Fault) {
    engine.handle(Command::Fault(fault));
    assert_eq!(whole(engine).refusals, []);
}

fn row(engine: &mut Engine, node: NodeId) -> crate::protocol::NodeRow {
    let rows = table(engine).rows;
    rows.into_iter().find(|row| row.id == node).unwrap()
}

#[test]
fn a_paused_replica_is_missed_and_found_again() {
    let mut engine = engine();
    let node = replicas(&engine, "key-9")[1];
    fault(&mut engine, Fault::Pause(node));
    assert_eq!(row(&mut engine, node).condition, Condition::Paused);
    assert_eq!(answer_to(&mut engine, put("key-9", "nine")), STORED);
    engine.advance(UNTIL_KNOWN);
    assert_eq!(row(&mut engine, node).health, Health::Down);
    fault(&mut engine, Fault::Resume(node));
    engine.advance(UNTIL_KNOWN);
    let row = row(&mut engine, node);
    assert_eq!((row.condition, row.health), (Condition::Well, Health::Up));
}

#[test]
fn without_a_quorum_requests_fail_and_are_then_not_tried() {
    let mut engine = engine();
    let apart = replicas(&engine, "key-9")[1..].to_vec();
    fault(&mut engine, Fault::Partition(apart.clone()));
    for node in &apart {
        assert_eq!(row(&mut engine, *node).condition, Condition::Apart);
    }
    let failed = answer_to(&mut engine, get("key-9"));
    let unreachable = Answer::QuorumUnreachable {
        needed: 2,
        answered: 1,
    };
    assert_eq!(failed, unreachable);
    engine.advance(UNTIL_KNOWN);
    let refused = Answer::Refused(message::Refusal::TooFewReplicasUp);
    assert_eq!(answer_to(&mut engine, get("key-9")), refused);
    fault(&mut engine, Fault::Heal);
    engine.advance(UNTIL_KNOWN);
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&["9"]));
}

#[test]
fn two_users_who_write_at_the_same_time_leave_siblings_and_a_reader_joins_them() {
    let mut engine = engine();
    let by = |user, request| Command::Request(user, request);
    let get = || Request::Get {
        key: b"key-9".to_vec(),
    };
    let put = |value: &[u8]| Request::Put {
        key: b"key-9".to_vec(),
        value: value.to_vec(),
    };
    for user in [User::Ada, User::Ben] {
        answer_to(&mut engine, by(user, get()));
    }
    assert_eq!(answer_to(&mut engine, by(User::Ada, put(b"a"))), STORED);
    let beside = Answer::Stored { beside: 1 };
    assert_eq!(answer_to(&mut engine, by(User::Ben, put(b"b"))), beside);
    let read = answer_to(&mut engine, by(User::Ada, get()));
    assert_eq!(read, values(&["a", "b"]));
    assert_eq!(
        answer_to(&mut engine, by(User::Ada, put(b"a and b"))),
        STORED
    );
    let read = answer_to(&mut engine, by(User::Ben, get()));
    assert_eq!(read, values(&["a and b"]));
}

#[test]
fn who_does_not_store_is_left_alone() {
    let mut engine = engine();
    for node in [COORDINATOR, NodeId(99)] {
        engine.handle(Command::Fault(Fault::Pause(node)));
        let refusals = whole(&mut engine).refusals;
        assert_eq!(refusals[0].reason, Refused::NoSuchNode(node));
    }
}

#[test]
fn a_cluster_made_anew_is_whole() {
    let mut engine = engine();
    run(&mut engine, [add(1)]);
    let node = replicas(&engine, "key-9")[0];
    fault(&mut engine, Fault::Partition(vec![node]));
    run(&mut engine, [Command::Undo]);
    let apart = |row: &crate::protocol::NodeRow| row.condition != Condition::Well;
    assert!(!table(&mut engine).rows.iter().any(apart));
}
