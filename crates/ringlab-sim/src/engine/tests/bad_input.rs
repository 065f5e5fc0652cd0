//! What cannot be granted: a reason that says what and where, and nothing has changed.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn named(name: &str) -> Command {
    Command::Add(vec![NewNode {
        name: Some(name.into()),
        ..NewNode::default()
    }])
}

/// The command is refused for the reason, beside its field, and nothing has changed.
fn check(engine: &mut Engine, command: Command, field: RefusedCommand, reason: &str) {
    let before = whole(engine);
    engine.handle(command);
    let after = whole(engine);
    assert_eq!(after.refusals.len(), 1, "{reason}");
    assert_eq!(after.refusals[0].command, field, "{reason}");
    let text = after.refusals[0].reason.to_string();
    assert!(text.contains(reason), "{text:?} says {reason:?}");
    assert_eq!(after.situation, before.situation);
    assert_eq!(after.history, before.history);
    assert_eq!(after.nodes, before.nodes);
}

#[test]
fn nodes_that_cannot_come_or_go_are_refused() {
    let mut engine = engine();
    let mut refuses = |command, reason| {
        check(&mut engine, command, RefusedCommand::Membership, reason);
    };
    refuses(named(""), "needs a name");
    refuses(named(&"n".repeat(129)), "129 bytes; 128");
    refuses(named("node-3"), "node-3 is there already");
    refuses(named("coordinator"), "coordinator is there already");
    refuses(named("bell\u{7}"), "control character at byte 4");
    refuses(Command::Remove(vec![NodeId(99)]), "no node with id 99");
    refuses(Command::Remove(vec![COORDINATOR]), "no node with id 0");
    refuses(Command::Remove((1..=8).map(NodeId).collect()), "last node");
    refuses(
        Command::Reweight(NodeId(9), Weight::ONE),
        "no node with id 9",
    );
    refuses(add(993), "nodes: 1001");
}

#[test]
fn requests_that_nobody_could_store_are_refused() {
    let mut engine = engine();
    let mut refuses = |command, reason| {
        check(&mut engine, command, RefusedCommand::Request, reason);
    };
    refuses(get(""), "key is empty");
    refuses(get(&"k".repeat(65_537)), "65537 bytes; 65536");
    refuses(put("k", &"v".repeat(1_048_577)), "1048577 bytes; 1048576");
}

#[test]
fn settings_out_of_their_bounds_are_refused() {
    let mut engine = engine();
    let mut refuses = |settings, reason| {
        let command = Command::Configure(settings);
        check(&mut engine, command, RefusedCommand::Configure, reason);
    };
    let default = Settings::default();
    refuses(Settings { n: 9, ..default }, "N: 9 is asked for; 1 to 8");
    refuses(Settings { r: 0, ..default }, "R: 0 is asked for; 1 to 3");
    refuses(Settings { w: 4, ..default }, "W: 4 is asked for; 1 to 3");
    refuses(
        Settings {
            virtual_nodes: 0,
            ..default
        },
        "virtual nodes: 0",
    );
    let other_keys = Command::Open(Arc::new(Situation::fresh(1)));
    check(
        &mut engine,
        other_keys,
        RefusedCommand::Open,
        "other keys than",
    );
    check(
        &mut engine,
        Command::Undo,
        RefusedCommand::Undo,
        "nothing to undo",
    );
}

#[test]
fn the_last_storage_node_keeps_its_weight() {
    let mut engine = engine();
    run(
        &mut engine,
        [Command::Remove((1..=7).map(NodeId).collect())],
    );
    for command in [
        Command::Remove(vec![NodeId(8)]),
        Command::Reweight(NodeId(8), Weight::ZERO),
    ] {
        engine.handle(command);
        let refused = whole(&mut engine).refusals.remove(0).reason;
        assert!(matches!(&refused, Refused::LastNode(name) if name.as_str() == "node-8"));
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
    let settings = Settings {
        n: 5,
        r: 3,
        w: 4,
        ..Settings::default()
    };
    run(&mut engine, [Command::Configure(settings)]);
    assert_eq!(whole(&mut engine).situation.unwrap().settings, settings);
    assert_eq!(table(&mut engine).effective, (2, 2, 2));
    assert_eq!(answer_to(&mut engine, put("k", "v")), Answer::Stored);
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
