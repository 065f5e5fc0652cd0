//! Requests of an end user: the answers, and the way that is shown.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn what_was_put_is_got_until_it_is_deleted() {
    let mut engine = engine();
    assert_eq!(
        answer_to(&mut engine, get("key-9")),
        values(&["9"]),
        "a loaded row's value"
    );
    assert_eq!(answer_to(&mut engine, put("key-9", "nine")), STORED);
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&["nine"]));
    assert_eq!(answer_to(&mut engine, put("key-9", "")), STORED);
    assert_eq!(
        answer_to(&mut engine, get("key-9")),
        values(&[""]),
        "an empty value is a value"
    );
    assert_eq!(answer_to(&mut engine, delete("key-9")), STORED);
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&[]));
    assert_eq!(answer_to(&mut engine, put("key-9", "again")), STORED);
    assert_eq!(answer_to(&mut engine, get("key-9")), values(&["again"]));
    assert_eq!(answer_to(&mut engine, get("nobody")), values(&[]));
    check_held(&mut engine);
}

#[test]
fn the_table_counts_what_was_written() {
    let mut engine = engine();
    let total = |engine: &mut Engine| {
        let table = table(engine);
        let primaries: Load = table.rows.iter().map(|row| row.primary).sum();
        assert_eq!(primaries, table.total, "each key has one primary");
        table.total
    };
    let before = total(&mut engine);
    run(
        &mut engine,
        [
            put("new", "value"),
            delete("key-1999"),
            delete("never there"),
        ],
    );
    let after = total(&mut engine);
    assert_eq!(after.keys, before.keys);
    assert_eq!(after.requests, before.requests - 1_999);
    assert_eq!(after.bytes, before.bytes + 8 - "key-19991999".len() as u64);
}

#[test]
fn a_put_is_shown_from_the_client_to_the_quorum() {
    let mut engine = engine();
    run(&mut engine, [put("key-3", "three")]);
    let trace = whole(&mut engine).trace.unwrap();
    assert_eq!(
        (trace.coordinator, trace.token),
        (COORDINATOR, token(b"key-3"))
    );
    assert!(trace.steps.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let owners = engine
        .ring
        .preference_list(trace.token, engine.situation.settings.replication());
    let mut asked: Vec<NodeId> = Vec::new();
    let mut quorums = Vec::new();
    for step in &trace.steps {
        match &step.what {
            StepKind::Ask { replicas, needed } => {
                assert_eq!(*needed, 2);
                asked.extend(replicas);
            }
            StepKind::Coordinate { read } => quorums.push((*read, 0)),
            StepKind::Reply {
                counted, needed, ..
            } => {
                let (_, last) = quorums.last_mut().unwrap();
                assert_eq!(*counted, *last + 1, "one reply more");
                assert!(counted <= needed);
                *last = *counted;
            }
            _ => {}
        }
    }
    assert_eq!(
        quorums,
        [(true, 2), (false, 2)],
        "it reads for the context, then writes"
    );
    assert!(asked.iter().all(|node| owners.contains(node)));
    assert_eq!(
        trace
            .steps
            .iter()
            .filter(|step| step.what == StepKind::Quorum)
            .count(),
        2
    );

    // The client has the context now, so the next put is one leg.
    run(&mut engine, [put("key-3", "drei")]);
    let steps = whole(&mut engine).trace.unwrap().steps;
    let legs = steps
        .iter()
        .filter(|step| matches!(step.what, StepKind::Coordinate { .. }));
    assert_eq!(legs.count(), 1);
}
