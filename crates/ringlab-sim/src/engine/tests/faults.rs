//! What goes wrong by a person's hand, and what end users and the table see of it.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::health::Health;
use ringlab::message;

use super::*;
use crate::protocol::{Bereft, Condition, Fault};

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
fn a_node_that_crashed_keeps_what_it_had_and_begins_again() {
    let mut engine = engine();
    let node = replicas(&engine, "key-9")[1];
    answer_to(&mut engine, put("key-9", "nine"));
    engine.advance(Duration::from_secs(1));
    let before = row(&mut engine, node);
    fault(&mut engine, Fault::Crash(node));
    let crashed = row(&mut engine, node);
    assert_eq!(
        (crashed.condition, crashed.held),
        (Condition::Crashed, before.held)
    );
    assert!(whole(&mut engine).is_uneasy);
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&["nine"]));
    engine.advance(UNTIL_KNOWN);
    assert_eq!(row(&mut engine, node).health, Health::Down);
    engine.handle(Command::Fault(Fault::Pause(node)));
    let refused = whole(&mut engine).refusals.remove(0).reason;
    assert_eq!(refused, Refused::Crashed(node));
    fault(&mut engine, Fault::Restart(node));
    engine.advance(UNTIL_KNOWN);
    assert_eq!(row(&mut engine, node), before);
    assert!(!whole(&mut engine).is_uneasy);
}

#[test]
fn a_node_that_was_wiped_has_nothing_and_knows_nobody() {
    let mut engine = engine();
    let node = replicas(&engine, "key-9")[1];
    answer_to(&mut engine, put("key-9", "nine"));
    fault(&mut engine, Fault::Wipe(node));
    let wiped = row(&mut engine, node);
    assert_eq!(
        (wiped.condition, wiped.held),
        (Condition::Wiped, Load::default())
    );
    assert!(wiped.primary.keys > 0, "it still owns what it owned");
    fault(&mut engine, Fault::Restart(node));
    engine.advance(UNTIL_KNOWN);
    let blank = row(&mut engine, node);
    assert_eq!(
        (blank.condition, blank.held),
        (Condition::Blank, Load::default())
    );
    assert_eq!(blank.health, Health::Up, "it answers when it is probed");
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&["nine"]));
    assert_eq!(answer_to(&mut engine, put("key-9", "neuf")), STORED);
}

#[test]
fn a_dead_node_is_replaced_and_nothing_is_lost() {
    let mut engine = engine();
    let node = replicas(&engine, "key-9")[1];
    answer_to(&mut engine, put("key-9", "nine"));
    engine.advance(Duration::from_secs(1));
    let replace = Command::Replace(vec![node]);
    engine.handle(replace.clone());
    let refused = &whole(&mut engine).refusals[0];
    assert_eq!(refused.subject, Subject::Replacement(vec![node]));
    assert!(matches!(refused.reason, Refused::Runs(_)));

    fault(&mut engine, Fault::Crash(node));
    let before = row(&mut engine, node);
    run(&mut engine, [replace]);
    let change = whole(&mut engine).change.unwrap();
    assert_eq!(change.lost, Load::default());
    assert_eq!(change.bereft, Some(Bereft::default()));
    let gone = row(&mut engine, node);
    assert_eq!(
        (gone.state, gone.condition),
        (NodeState::Removed, Condition::Well)
    );
    let by = row(&mut engine, NodeId(9));
    assert_eq!(
        (by.weight, by.zone, by.state),
        (before.weight, before.zone, NodeState::Live)
    );
    check_held(&mut engine);
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&["nine"]));
    engine.advance(UNTIL_KNOWN);
    assert!(!whole(&mut engine).is_uneasy, "nobody misses the dead");

    run(&mut engine, [Command::Undo]);
    assert_eq!(row(&mut engine, node).state, NodeState::Live);
    check_held(&mut engine);
}

/// Two of three owners of some ranges are lost, and all of others.
#[test]
fn nodes_that_are_lost_together_are_replaced_together_and_what_went_with_them_is_told() {
    let mut engine = engine();
    run(
        &mut engine,
        [Command::Set(vec![(Setting::N, 2), (Setting::W, 1)])],
    );
    let lost = vec![NodeId(2), NodeId(5)];
    for &node in &lost {
        fault(&mut engine, Fault::Wipe(node));
    }
    run(&mut engine, [Command::Replace(lost)]);
    let change = whole(&mut engine).change.unwrap();
    assert_eq!(change.deed, Deed::Replace(2, None));
    let Some(Bereft {
        of_all,
        of_a_quorum,
    }) = change.bereft
    else {
        panic!("two owners of two are lost somewhere");
    };
    // Two nodes of eight: 1 in 28 pairs, and one of the two in every other pair of theirs.
    assert!((0.01..0.08).contains(&of_all), "{of_all}");
    assert!((0.3..0.6).contains(&of_a_quorum), "{of_a_quorum}");
    let part = change.lost.keys as f64 / f64::from(KEYS);
    assert!(
        (part - of_all).abs() < 0.02,
        "{part} of the keys, {of_all} of the ring"
    );
    assert!(engine.is_settled());
}

#[test]
fn a_change_that_waits_for_a_dead_node_is_undone_before_it_is_replaced() {
    let mut engine = engine();
    let node = NodeId(3);
    fault(&mut engine, Fault::Crash(node));
    engine.handle(Command::Set(vec![(Setting::N, 4)]));
    engine.advance(Duration::from_secs(100));
    engine.handle(Command::Replace(vec![node]));
    let reason = whole(&mut engine).refusals.remove(0).reason;
    assert!(matches!(reason, Refused::IsWaitedFor(_)), "{reason}");
    run(&mut engine, [Command::Undo]);
    fault(&mut engine, Fault::Crash(node));
    run(&mut engine, [Command::Replace(vec![node])]);
    check_held(&mut engine);
}

/// A blank node waits for a change of the layout, which gives it all that it owns.
#[test]
fn the_next_change_takes_a_blank_node_in_again() {
    let mut engine = engine();
    let node = NodeId(3);
    fault(&mut engine, Fault::Wipe(node));
    fault(&mut engine, Fault::Restart(node));
    engine.advance(UNTIL_KNOWN);
    assert_eq!(row(&mut engine, node).condition, Condition::Blank);
    run(&mut engine, [add(1)]);
    let row = row(&mut engine, node);
    assert_eq!(
        (row.condition, row.state),
        (Condition::Well, NodeState::Live)
    );
    check_held(&mut engine);
}

#[test]
fn all_that_crashed_begin_again_when_all_is_healed() {
    let mut engine = engine();
    for (node, wrong) in [(2, Fault::Crash as fn(_) -> _), (3, Fault::Pause)] {
        fault(&mut engine, wrong(NodeId(node)));
    }
    fault(&mut engine, Fault::Partition(vec![NodeId(4)]));
    fault(&mut engine, Fault::Heal);
    engine.advance(UNTIL_KNOWN);
    let is_well = |row: &crate::protocol::NodeRow| {
        (row.condition, row.health) == (Condition::Well, Health::Up)
    };
    assert!(table(&mut engine).rows.iter().all(is_well));
    assert!(!whole(&mut engine).is_uneasy);
}

/// A node that was away lacks a write, compares itself, and lacks it no more; until it has looked
/// time goes on mattering.
#[test]
fn buckets_that_differ_are_counted_until_they_do_not() {
    let mut engine = engine();
    let wanted = vec![
        (Setting::AntiEntropy, 1),
        (Setting::AntiEntropyInterval, 1_000),
    ];
    run(&mut engine, [Command::Set(wanted)]);
    let node = replicas(&engine, "key-9")[2];
    fault(&mut engine, Fault::Crash(node));
    answer_to(&mut engine, put("key-9", "nine"));
    let before = row(&mut engine, node).differing.unwrap_or_default();
    assert_eq!(before, 0);
    fault(&mut engine, Fault::Restart(node));
    assert!(whole(&mut engine).is_uneasy, "it has not looked");
    let mut most = 0;
    for _ in 0..600 {
        engine.advance(Duration::from_millis(100));
        let rows = table(&mut engine).rows;
        most = most.max(
            rows.iter()
                .filter_map(|row| row.differing)
                .max()
                .unwrap_or(0),
        );
    }
    assert_eq!(most, 1, "the bucket of the key");
    assert!(!whole(&mut engine).is_uneasy);
    let cell = engine
        .cluster
        .node(node)
        .unwrap()
        .cell(&Key::new(b"key-9").unwrap())
        .unwrap();
    assert_eq!(cell.values().next().unwrap().bytes(), b"nine");
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

#[test]
fn a_change_that_waits_for_a_node_that_crashed_meanwhile_says_so() {
    for (crashed, after_ms) in [(2, 1), (2, 3), (9, 3), (9, 10), (5, 10)] {
        let mut engine = engine();
        engine.handle(add(1));
        engine.advance(Duration::from_millis(after_ms));
        if engine.is_settled() {
            continue;
        }
        fault(&mut engine, Fault::Crash(NodeId(crashed)));
        engine.handle(Command::Settle);
        let transfer = whole(&mut engine).transfer;
        if let Some(transfer) = transfer {
            assert!(transfer.is_stalled, "{crashed} after {after_ms} ms");
            assert_eq!(transfer.waits_for, [NodeId(crashed)], "after {after_ms} ms");
        } else {
            eprintln!("settled {crashed} {after_ms}");
        }
    }
}
