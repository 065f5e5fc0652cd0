//! What cannot be granted: a reason that says what and where, and nothing has changed.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn named(name: &str) -> Command {
    Command::Add(vec![NewNode {
        name: Some(name.parse().unwrap()),
        ..NewNode::default()
    }])
}

/// The command is refused for the reason, about the subject, and nothing has changed.
fn check(engine: &mut Engine, command: Command, subject: Subject, reason: &str) {
    let before = whole(engine);
    engine.handle(command);
    let after = whole(engine);
    assert_eq!(after.refusals.len(), 1, "{reason}");
    assert_eq!(after.refusals[0].subject, subject, "{reason}");
    let text = after.refusals[0].reason.to_string();
    assert!(text.contains(reason), "{text:?} says {reason:?}");
    assert_eq!(after.situation, before.situation);
    assert_eq!(after.history, before.history);
    assert_eq!(after.nodes, before.nodes);
}

#[test]
fn nodes_that_cannot_come_or_go_are_refused() {
    let mut engine = engine();
    let mut refuses = |command, subject, reason| check(&mut engine, command, subject, reason);
    refuses(named("node-3"), Subject::NewName, "node-3 is there already");
    refuses(
        named("coordinator"),
        Subject::NewName,
        "coordinator is there already",
    );
    refuses(add(993), Subject::NewNodes, "nodes: 1001");
    for (ids, reason) in [
        (vec![NodeId(99)], "no node with id 99"),
        (vec![COORDINATOR], "no node with id 0"),
        ((1..=8).map(NodeId).collect(), "last node"),
    ] {
        refuses(Command::Remove(ids.clone()), Subject::Removal(ids), reason);
    }
    let unknown = NodeId(9);
    refuses(
        Command::Reweight(unknown, Weight::ONE),
        Subject::Weight(unknown),
        "no node with id 9",
    );
    refuses(
        Command::Rezone(unknown, "a".parse().unwrap()),
        Subject::Zone(unknown),
        "no node with id 9",
    );
}

#[test]
fn requests_that_nobody_could_store_are_refused() {
    let mut engine = engine();
    let mut refuses = |command, subject, reason| check(&mut engine, command, subject, reason);
    refuses(get(""), Subject::Key, "key is empty");
    refuses(get(&"k".repeat(65_537)), Subject::Key, "65537 bytes; 65536");
    refuses(
        put("k", &"v".repeat(1_048_577)),
        Subject::Value,
        "1048577 bytes; 1048576",
    );
}

#[test]
fn settings_out_of_their_bounds_are_refused_with_bound_and_unit() {
    let mut engine = engine();
    for (setting, value, reason) in [
        (Setting::N, 9, "n is 9; it goes from 1 to 8"),
        // Too small for R, but it is N that was to change.
        (Setting::N, 1, "r is 2; it is at most 1, which is n"),
        (Setting::R, 0, "r is 0; it goes from 1 to 8"),
        (Setting::W, 4, "w is 4; it is at most 3, which is n"),
        (
            Setting::RequestDeadline,
            9,
            "request-deadline is 9 ms; it goes from 10 ms to 3600000 ms",
        ),
        (
            Setting::BucketCount,
            3,
            "bucket-count is 3; it is a power of two",
        ),
        (
            Setting::TombstoneGrace,
            2,
            "hint-lifetime is 10800000 ms; it is at most 1 ms, which is just below tombstone-grace",
        ),
    ] {
        let subject = Subject::Setting(setting);
        check(&mut engine, set(setting, value), subject, reason);
    }
    for virtual_nodes in [0, 1_025] {
        let reason = format!("virtual nodes: {virtual_nodes} is asked for; 1 to 1024");
        let command = Command::VirtualNodes(virtual_nodes);
        check(&mut engine, command, Subject::VirtualNodes, &reason);
    }
}

#[test]
fn what_is_not_there_is_not_opened_and_not_undone() {
    let mut engine = engine();
    let other_keys = Command::Open(Arc::new(Situation::fresh(1)));
    check(
        &mut engine,
        other_keys,
        Subject::Situation,
        "other keys than",
    );
    check(&mut engine, Command::Undo, Subject::Undo, "nothing to undo");
}

#[test]
fn the_last_storage_node_keeps_its_weight() {
    let mut engine = engine();
    run(
        &mut engine,
        [Command::Remove((1..=7).map(NodeId).collect())],
    );
    let last = NodeId(8);
    for (command, subject) in [
        (Command::Remove(vec![last]), Subject::Removal(vec![last])),
        (Command::Reweight(last, Weight::ZERO), Subject::Weight(last)),
    ] {
        check(
            &mut engine,
            command,
            subject,
            "the last node that stores, node-8,",
        );
    }
    assert_eq!(answer_to(&mut engine, get("key-1")), values(&["1"]));
}

#[test]
fn more_replicas_than_nodes_are_stored_and_capped() {
    let mut engine = engine();
    run(
        &mut engine,
        [Command::Remove((1..=6).map(NodeId).collect())],
    );
    let wanted = vec![(Setting::N, 5), (Setting::R, 3), (Setting::W, 4)];
    run(&mut engine, [Command::Set(wanted.clone())]);
    let settings = whole(&mut engine).situation.unwrap().settings.clone();
    for (setting, value) in wanted {
        assert_eq!(settings.get(setting), value);
    }
    assert_eq!(table(&mut engine).effective, (2, 2, 2));
    assert_eq!(answer_to(&mut engine, put("k", "v")), STORED);
    assert_eq!(answer_to(&mut engine, get("k")), values(&["v"]));
}

#[test]
fn a_situation_that_is_impossible_is_not_opened() {
    let mut situation = Situation {
        keys: own(KEYS),
        ..Situation::fresh(1)
    };
    situation.nodes[1].name = situation.nodes[0].name.clone();
    let refused = Engine::new(situation, keyspace(KEYS)).unwrap_err();
    assert!(matches!(
        refused,
        Refused::Situation(SituationError::NameTwice(_))
    ));
    let mut taken = Situation {
        keys: own(KEYS),
        ..Situation::fresh(1)
    };
    taken.nodes[0].name = COORDINATOR_NAME.parse().unwrap();
    let refused = Engine::new(taken, keyspace(KEYS)).unwrap_err();
    assert!(matches!(refused, Refused::Ring(RingError::NameTaken(_))));
}
