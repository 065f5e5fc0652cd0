//! Nodes come and go: the report against counting key by key, and nothing is lost.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// Keys whose primary is another one on the second ring, and copies that new owners need.
fn counted(engine: &Engine, before: &Ring, after: &Ring) -> (u64, u64) {
    let replication = engine.situation.settings.replication();
    let keyspace = engine.contents.keyspace();
    let (mut moved, mut copies) = (0, 0);
    for row in 0..keyspace.len() {
        let token = keyspace.token(row);
        moved += u64::from(before.primary(token) != after.primary(token));
        let had = before.preference_list(token, replication);
        let has = after.preference_list(token, replication);
        copies += has.iter().filter(|node| !had.contains(node)).count() as u64;
    }
    (moved, copies)
}

#[test]
fn a_change_costs_what_counting_key_by_key_says() {
    let mut engine = engine();
    let changes = [
        add(1),
        add(10),
        Command::Remove(vec![NodeId(3)]),
        Command::Remove(vec![NodeId(1), NodeId(10), NodeId(12)]),
        Command::Reweight(NodeId(4), Weight::from_thousandths(250).unwrap()),
        Command::Reweight(NodeId(5), Weight::ZERO),
    ];
    for change in changes {
        let before = engine.ring.clone();
        run(&mut engine, [change]);
        let report = whole(&mut engine).change.unwrap();
        let (moved, copies) = counted(&engine, &before, &engine.ring);
        assert_eq!((report.moved.keys, report.to_copy.keys), (moved, copies));
        assert_eq!(report.sent_again, Load::default());
        assert!(report.rerouted.keys <= moved);
        assert_eq!(report.lost.keys, 0);
        assert!(report.ended.is_some_and(|ended| ended > report.began));
        assert!(
            report.modulo.unwrap().keys > report.moved.keys
                || before.storage_nodes() == engine.ring.storage_nodes()
        );
        check_held(&mut engine);
    }
}

#[test]
fn what_a_node_without_an_heir_sends_is_no_new_copy() {
    let mut engine = engine();
    let five = (1..=5).map(NodeId).collect();
    run(&mut engine, [Command::Remove(five)]);
    let sends = |engine: &mut Engine| {
        let report = whole(engine).change.unwrap();
        (report.to_copy.keys, report.sent_again.keys)
    };
    // Three nodes hold every key; the one that leaves sends all to both of the others.
    run(&mut engine, [Command::Remove(vec![NodeId(6)])]);
    assert_eq!(sends(&mut engine), (0, 2 * u64::from(KEYS)));
    check_held(&mut engine);
    run(&mut engine, [add(1)]);
    assert_eq!(sends(&mut engine), (u64::from(KEYS), 0));
    check_held(&mut engine);
}

#[test]
fn the_least_possible_is_the_growth_of_fair_shares() {
    let mut engine = engine();
    run(&mut engine, [add(1)]);
    assert_eq!(
        whole(&mut engine).change.unwrap().balance.keys,
        222,
        "a ninth of 2,000"
    );
    run(&mut engine, [Command::Remove(vec![NodeId(9)])]);
    assert_eq!(
        whole(&mut engine).change.unwrap().balance.keys,
        222,
        "and a ninth back again"
    );
}

#[test]
fn a_leaving_node_drains_before_it_goes_and_every_key_answers_meanwhile() {
    let mut engine = engine();
    run(&mut engine, [get("key-0")]);
    engine.handle(Command::Remove(vec![NodeId(5)]));
    let mut states = Vec::new();
    let mut phases = Vec::new();
    let mut key = 0;
    while engine.progress.is_some() {
        let ask = Ask {
            advance: Duration::from_micros(200),
            ..Ask::default()
        };
        let snapshot = engine.answer(ask, || true);
        phases.extend(snapshot.transfer.map(|transfer| transfer.phase));
        let row = snapshot
            .nodes
            .unwrap()
            .rows
            .into_iter()
            .find(|row| row.id == NodeId(5))
            .unwrap();
        if states.last() != Some(&row.state) {
            states.push(row.state);
        }
        if engine.asked.is_empty() {
            if key > 0
                && let Some(trace) = &engine.trace
            {
                let expected = format!("{}", (key - 7) % KEYS);
                assert_eq!(trace.answer, Some(values(&[&expected])), "while it drains");
            }
            engine.handle(get(&format!("key-{}", key % KEYS)));
            key += 7;
        }
    }
    assert_eq!(
        states,
        [NodeState::Live, NodeState::Leaving, NodeState::Removed]
    );
    phases.dedup();
    assert_eq!(
        phases,
        [
            Phase::Announce,
            Phase::Transfer,
            Phase::Commit,
            Phase::Retire
        ]
    );
    engine.handle(Command::Settle);
    assert!(key >= 7 * 5, "five requests ran while the node drained");
    check_held(&mut engine);
    let table = table(&mut engine);
    let removed = table.rows.iter().find(|row| row.id == NodeId(5)).unwrap();
    assert!(removed.held.keys == 0 && removed.before.unwrap().keys > 0);
    run(&mut engine, [add(1)]);
    let rows = whole(&mut engine).nodes.unwrap().rows;
    assert!(
        rows.iter().all(|row| row.id != NodeId(5)),
        "kept until the next change"
    );
}

#[test]
fn changes_wait_for_the_one_under_way_and_then_happen() {
    let mut engine = engine();
    for _ in 0..4 {
        engine.handle(add(2));
    }
    let snapshot = whole(&mut engine);
    assert_eq!(
        (snapshot.waiting, snapshot.nodes.unwrap().rows.len()),
        (3, 10)
    );
    engine.handle(Command::Settle);
    assert_eq!(whole(&mut engine).waiting, 0);
    assert_eq!(table(&mut engine).rows.len(), 16);
    check_held(&mut engine);
    for _ in 0..=WAITING_MAX {
        engine.handle(add(1));
    }
    assert_eq!(whole(&mut engine).refusals, []);
    engine.handle(add(1));
    let refusals = whole(&mut engine).refusals;
    assert_eq!(refusals[0].reason, Refused::TooManyWaiting);
    assert_eq!(refusals[0].subject, Subject::NewNodes);
    engine.handle(Command::Settle);
    assert!(engine.is_settled(), "all that waited is done");
    assert_eq!(table(&mut engine).rows.len(), 17 + WAITING_MAX);
}

#[test]
fn from_one_node_to_five_and_back_with_three_replicas() {
    let mut situation = Situation {
        keys: own(500),
        ..Situation::fresh(3)
    };
    situation.nodes.truncate(1);
    let mut engine = engine_of(situation, 500);
    assert_eq!(table(&mut engine).effective, (1, 1, 1));
    run(&mut engine, [put("kept", "always")]);
    for _ in 0..4 {
        run(&mut engine, [add(1)]);
        check_held(&mut engine);
        assert_eq!(answer_to(&mut engine, get("kept")), values(&["always"]));
    }
    assert_eq!(table(&mut engine).effective, (3, 2, 2));
    for id in [1, 9, 10, 11] {
        run(&mut engine, [Command::Remove(vec![NodeId(id)])]);
        check_held(&mut engine);
        assert_eq!(answer_to(&mut engine, get("kept")), values(&["always"]));
        assert_eq!(answer_to(&mut engine, get("key-499")), values(&["499"]));
    }
}

#[test]
fn other_virtual_nodes_rebuild_and_are_not_counted_as_moves() {
    let mut engine = engine();
    run(&mut engine, [put("key-5", "mine"), add(1)]);
    assert!(whole(&mut engine).change.is_some());
    run(&mut engine, [Command::VirtualNodes(16)]);
    assert!(whole(&mut engine).change.is_none());
    check_held(&mut engine);
    assert_eq!(answer_to(&mut engine, get("key-5")), values(&["mine"]));
}

#[test]
fn a_removed_name_may_come_back_but_never_its_id() {
    let mut engine = engine();
    let again = NewNode {
        name: Some("node-8".parse().unwrap()),
        ..NewNode::default()
    };
    run(
        &mut engine,
        [Command::Remove(vec![NodeId(8)]), Command::Add(vec![again])],
    );
    let rows = table(&mut engine).rows;
    let row = rows
        .iter()
        .find(|row| row.name.as_str() == "node-8")
        .unwrap();
    assert_eq!(row.id, NodeId(9));
    check_held(&mut engine);
}

#[test]
fn a_thousand_nodes_take_ten_more_away_and_back() {
    let mut situation = Situation {
        keys: own(5_000),
        ..Situation::fresh(1)
    };
    let first = situation.nodes[0].clone();
    let node = |id| NodeSpec {
        id: NodeId(id),
        name: crate::situation::numbered_name(id),
        ..first.clone()
    };
    situation.nodes = (1..=990).map(node).collect();
    situation.next_id = 991;
    situation.settings.virtual_nodes = 16;
    let mut engine = engine_of(situation, 5_000);
    run(&mut engine, [add(10)]);
    check_held(&mut engine);
    run(
        &mut engine,
        [Command::Remove((1..=10).map(NodeId).collect())],
    );
    check_held(&mut engine);
    engine.handle(add(11));
    let refused = whole(&mut engine).refusals.remove(0).reason;
    assert!(refused.to_string().starts_with("nodes: 1001"), "{refused}");
}
