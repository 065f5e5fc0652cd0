//! Undo and redo: the situation, what was written and the table come back.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// What a person would compare: nodes with their keys, and the situation.
fn seen(engine: &mut Engine) -> (Arc<Situation>, Vec<(NodeId, Load, Load)>) {
    let snapshot = whole(engine);
    let rows = snapshot.nodes.unwrap().rows.into_iter();
    let rows = rows.filter(|row| row.state != NodeState::Removed);
    let rows = rows.map(|row| (row.id, row.primary, row.held)).collect();
    (snapshot.situation.unwrap(), rows)
}

#[test]
fn every_change_can_be_undone_and_done_again() {
    let mut engine = engine();
    let commands = [
        add(1),
        Command::Reweight(NodeId(2), Weight::from_thousandths(3_000).unwrap()),
        put("key-1", "one"),
        Command::Rezone(NodeId(1), "z".parse().unwrap()),
        Command::Remove(vec![NodeId(3)]),
        delete("key-4"),
        set(Setting::N, 2),
        set(Setting::Strictness, 1),
        Command::VirtualNodes(64),
    ];
    let mut states = vec![seen(&mut engine)];
    for command in commands {
        run(&mut engine, [command]);
        // What two of three replicas have acknowledged, the third has, too.
        engine.advance(Duration::from_millis(20));
        states.push(seen(&mut engine));
    }
    for state in states.iter().rev().skip(1) {
        run(&mut engine, [Command::Undo]);
        assert_eq!(&seen(&mut engine), state);
        check_held(&mut engine);
    }
    assert_eq!(answer_to(&mut engine, get("key-4")), values(&["4"]));
    for state in states.iter().skip(1) {
        run(&mut engine, [Command::Redo]);
        assert_eq!(&seen(&mut engine), state);
        check_held(&mut engine);
    }
    assert_eq!(answer_to(&mut engine, get("key-1")), values(&["one"]));
    assert_eq!(answer_to(&mut engine, get("key-4")), values(&[]));
}

#[test]
fn a_change_is_undone_while_its_data_still_moves() {
    let mut engine = engine();
    let before = seen(&mut engine);
    engine.handle(add(3));
    engine.advance(Duration::from_millis(2));
    assert!(!engine.is_settled());
    run(&mut engine, [Command::Undo]);
    assert_eq!(seen(&mut engine), before);
    check_held(&mut engine);
}

#[test]
fn other_keys_come_with_undo_and_one_older_population_is_kept() {
    let mut engine = engine();
    run(&mut engine, [put("key-1", "one")]);
    engine.load(own(100), keyspace(100));
    assert_eq!(table(&mut engine).total.keys, 100);
    assert_eq!(
        answer_to(&mut engine, get("key-1")),
        values(&["1"]),
        "writes went with the keys"
    );
    assert_eq!(whole(&mut engine).undo, Some(Deed::Load));
    run(&mut engine, [Command::Undo]);
    assert_eq!(table(&mut engine).total.keys, u64::from(KEYS));
    assert_eq!(answer_to(&mut engine, get("key-1")), values(&["one"]));

    engine.load(own(200), keyspace(200));
    engine.load(own(300), keyspace(300));
    run(&mut engine, [Command::Undo]);
    assert_eq!(table(&mut engine).total.keys, 200);
    engine.handle(Command::Undo);
    assert_eq!(
        whole(&mut engine).refusals[0].reason,
        Refused::NothingToUndo
    );
}
