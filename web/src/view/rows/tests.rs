//! Order, window and tags.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::ring::{Weight, Zone};
use ringlab_sim::protocol::Health;

use ringlab_sim::protocol::Condition;

use super::*;

fn row(id: u32, keys: u64, before: u64) -> NodeRow {
    let load = |keys| Load {
        keys,
        requests: keys * 3,
        bytes: keys * 20,
    };
    NodeRow {
        id: NodeId(id),
        name: format!("node-{id}")
            .parse()
            .expect("a short name without control characters"),
        state: NodeState::Live,
        weight: Weight::ONE,
        zone: Zone::default(),
        virtual_nodes: 150,
        share: 0.1,
        fair: 0.25,
        primary: load(keys),
        before: Some(load(before)),
        held: load(keys * 3),
        condition: Condition::Well,
        is_apart: false,
        health: Health::Up,
        hints: 0,
        differing: None,
    }
}

fn table(rows: Vec<NodeRow>) -> NodeTable {
    let total = rows.iter().map(|row| row.primary).sum();
    NodeTable {
        rows,
        total,
        ..NodeTable::default()
    }
}

fn sorted(column: Column, rows: &[NodeRow]) -> Vec<u32> {
    let order = Order::default().clicked(column);
    order
        .places(rows)
        .into_iter()
        .map(|place| rows[place].id.0)
        .collect()
}

#[test]
fn a_heading_sorts_the_end_of_interest_first_then_turns_round() {
    let rows = [row(1, 50, 90), row(2, 90, 10), row(3, 50, 50)];
    assert_eq!(sorted(Column::Keys, &rows), [2, 1, 3]);
    assert_eq!(sorted(Column::Delta, &rows), [2, 3, 1]);
    let by_keys = Order::default().clicked(Column::Keys);
    assert!(by_keys.descending && !by_keys.clicked(Column::Keys).descending);
    let by_node = by_keys.clicked(Column::Node);
    assert_eq!(
        by_node,
        Order {
            column: Column::Node,
            descending: false
        }
    );
}

#[test]
fn the_window_covers_what_is_in_sight_and_little_more() {
    const SIGHT: f64 = 400.0;
    let rows = 1_000;
    let seen_most = (SIGHT / ROW_HEIGHT).ceil() as usize + 1;
    for first_seen in [0, 3, 500, 985, 1_000, 5_000] {
        let scrolled = first_seen as f64 * ROW_HEIGHT;
        let window = Window::of(rows, scrolled, SIGHT);
        assert!(window.end <= rows && window.end - window.first <= seen_most + 2 * ROWS_BEYOND);
        assert!(window.first <= first_seen);
        assert!(
            window.end >= (first_seen + seen_most).min(rows),
            "{first_seen}"
        );
    }
    assert_eq!(Window::of(3, 0.0, SIGHT), Window { first: 0, end: 3 });
    assert_eq!(Window::of(0, 50.0, SIGHT), Window { first: 0, end: 0 });
}

#[test]
fn bars_have_room_for_now_before_and_fair() {
    let scale = Scale::of(&table(vec![row(1, 10, 700), row(2, 90, 10)]));
    assert_eq!((scale.keys, scale.held), (700, 270));
    assert_eq!(
        Scale::of(&NodeTable::default()).keys,
        1,
        "never a division by zero"
    );
}

#[test]
fn tags_are_short_and_tell_nodes_apart() {
    for (name, short) in [
        ("node-1", "1"),
        ("node-128", "128"),
        ("cache-eu-7", "7"),
        ("db2-east", "db"),
        ("node-1234", "no"),
        ("ä", "ä"),
    ] {
        assert_eq!(tag(name), short, "{name}");
    }
}

#[test]
fn a_node_is_found_by_id() {
    let table = table(vec![row(1, 1, 1), row(5, 1, 1)]);
    assert_eq!(name_of(&table, NodeId(5)), "node-5");
    assert_eq!(name_of(&table, NodeId(4)), "#4");
}
