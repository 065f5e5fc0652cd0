//! Sections keep what is newest and compare by revision.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab_sim::protocol::Refused;

use super::*;

fn snapshot(number: u64, nodes: u64, table: Option<NodeTable>) -> News {
    News::Snapshot(Box::new(Snapshot {
        number,
        revisions: Revisions {
            nodes,
            ..Revisions::default()
        },
        nodes: table,
        ..Snapshot::default()
    }))
}

fn after(news: Vec<News>) -> Rc<Held> {
    news.into_iter()
        .fold(Rc::new(Held::default()), Reducible::reduce)
}

#[test]
fn a_section_that_was_left_out_is_kept() {
    let held = after(vec![
        snapshot(1, 4, Some(NodeTable::default())),
        snapshot(2, 4, None),
    ]);
    assert_eq!((held.number, held.seen().nodes), (2, 4));
    assert!(held.nodes.get().is_some());
}

#[test]
fn a_section_that_ended_is_dropped() {
    let held = after(vec![
        snapshot(1, 4, Some(NodeTable::default())),
        snapshot(2, 5, None),
    ]);
    assert!(held.nodes.get().is_none());
}

#[test]
fn equal_revisions_of_two_worlds_are_not_equal() {
    let first = after(vec![
        News::Opened,
        snapshot(1, 1, Some(NodeTable::default())),
    ]);
    let second = Rc::clone(&first).reduce(News::Opened);
    assert_eq!(
        second.seen(),
        Revisions::default(),
        "a new world is asked for everything"
    );
    let second = second.reduce(snapshot(1, 1, Some(NodeTable::default())));
    assert!(first.nodes != second.nodes);
}

#[test]
fn a_refusal_stands_until_its_kind_of_command_is_sent_again() {
    let refusal = Refusal {
        command: RefusedCommand::Undo,
        reason: Refused::NothingToUndo,
    };
    let refused = Snapshot {
        refusals: vec![refusal.clone()],
        ..Snapshot::default()
    };
    let held = after(vec![
        News::Snapshot(Box::new(refused)),
        snapshot(2, 0, None),
    ]);
    assert_eq!(held.refusal(RefusedCommand::Undo), Some(&refusal));
    let held = held.reduce(News::Sent(vec![RefusedCommand::Request]));
    assert!(held.refusal(RefusedCommand::Undo).is_some());
    let held = held.reduce(News::Sent(vec![RefusedCommand::Undo]));
    assert!(held.refusal(RefusedCommand::Undo).is_none());
}
