//! Who is listed, and who is cut off when one more is.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::keyspace::Load;
use ringlab::ring::{Weight, Zone};

use super::*;

fn table(conditions: &[Condition]) -> NodeTable {
    let row = |(id, &condition): (usize, &Condition)| NodeRow {
        id: NodeId(id as u32),
        name: format!("node-{id}").parse().unwrap(),
        state: NodeState::Live,
        weight: Weight::ONE,
        zone: Zone::default(),
        virtual_nodes: 1,
        share: 0.1,
        fair: 0.1,
        primary: Load::default(),
        before: None,
        held: Load::default(),
        condition,
        is_apart: condition == Condition::Apart,
        health: Health::Up,
        hints: 0,
        differing: None,
    };
    NodeTable {
        rows: conditions.iter().enumerate().map(row).collect(),
        ..NodeTable::default()
    }
}

#[test]
fn who_stopped_can_be_replaced_and_nobody_else() {
    let table = table(&[
        Condition::Crashed,
        Condition::Paused,
        Condition::Wiped,
        Condition::Blank,
        Condition::Crashed,
    ]);
    let down = Down::of(&table);
    assert_eq!(down.ids, [NodeId(0), NodeId(2), NodeId(4)]);
    assert_eq!(down.names, ["node-0", "node-2", "node-4"]);
    let each_once = [
        Condition::Crashed,
        Condition::Paused,
        Condition::Wiped,
        Condition::Blank,
    ];
    assert_eq!(conditions(&table), each_once);
}

#[test]
fn who_is_cut_off_stays_so_when_another_one_is() {
    let table = table(&[Condition::Apart, Condition::Well, Condition::Paused]);
    assert_eq!(apart_with(&table, NodeId(2), true), [NodeId(0), NodeId(2)]);
    assert_eq!(apart_with(&table, NodeId(0), false), []);
    assert_eq!(apart_with(&table, NodeId(0), true), [NodeId(0)]);
    let mut crashed = table.clone();
    crashed.rows[0].condition = Condition::Crashed;
    assert_eq!(
        apart_with(&crashed, NodeId(2), true),
        [NodeId(0), NodeId(2)],
        "one that crashed there is still there"
    );
}

#[test]
fn whoever_is_not_as_it_should_be_is_listed() {
    let mut table = table(&[Condition::Well; 4]);
    assert_eq!(counts(&table), (0, 0));
    table.rows[1].health = Health::Suspect;
    table.rows[2].hints = 3;
    table.rows[3].condition = Condition::Paused;
    assert_eq!(counts(&table), (2, 3), "one that keeps hints is well");
    assert_eq!(
        not_well(&table),
        [NodeId(3)],
        "not who is only believed to be down"
    );
    assert_eq!(troubled(&table).count(), 3);
    let mut many = table.clone();
    many.rows = vec![table.rows[3].clone(); 2 * TROUBLED_SHOWN_MAX];
    assert_eq!(troubled(&many).count(), TROUBLED_SHOWN_MAX);
    assert_eq!(left_out(&many), TROUBLED_SHOWN_MAX as u64);
}
