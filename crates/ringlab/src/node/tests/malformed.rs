//! A cell whose bytes are as they were written and are no cell: it is fetched like what a disk lost.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::message::Comparison;
use crate::version::Siblings;

/// Gives a node this, and then its disk a turn, as often as it wants one.
fn all_of(node: &mut Node, input: Input) -> Vec<Effect> {
    let mut effects = handle(node, input);
    for _ in 0..3 {
        effects.extend(handle(node, Input::Sync));
    }
    effects
}

fn cell() -> Siblings {
    Siblings::loaded(Value::new(b"1").unwrap())
}

/// One of two nodes that hold the same key.
fn holder() -> Node {
    let mut node = node(0, 2);
    handle(&mut node, Input::Start);
    store(&mut node);
    node
}

fn store(node: &mut Node) {
    let stage = node.layout().unwrap().stage();
    let (key, siblings) = (key(1), cell());
    all_of(
        node,
        from(
            1,
            Message::Repair {
                stage,
                key,
                siblings,
            },
        ),
    );
    assert_eq!(node.cell(&key_one()), Some(cell()));
}

fn key_one() -> Key {
    key(1)
}

fn read(node: &mut Node) -> Option<Siblings> {
    let read = Message::Read {
        request: RequestId::default(),
        stage: node.layout().unwrap().stage(),
        key: key_one(),
        place: None,
    };
    let effects = all_of(node, from(1, read));
    sends(&effects)
        .into_iter()
        .find_map(|(_, message)| match message {
            Message::ReadReply { siblings, .. } => Some(siblings.clone()),
            _ => None,
        })
}

/// The other node tells what it has, when it is asked.
fn is_mended(node: &mut Node) {
    let asked = all_of(node, Input::Timer(TimerId::Refetch));
    let asked = sends(&asked)
        .into_iter()
        .find_map(|(_, message)| match message {
            Message::AntiEntropy(Comparison::Fetch { number, tokens }) => {
                assert!(tokens.contains(key_one().token()));
                Some(*number)
            }
            _ => None,
        });
    let fetched = Comparison::Fetched {
        number: asked.expect("the other node is asked"),
        cells: [(key_one(), cell())].into(),
        until: None,
    };
    let effects = all_of(node, from(1, Message::AntiEntropy(fetched)));
    let whole = |effect: &Effect| matches!(effect, Effect::Observe(Event::Whole));
    assert!(effects.iter().any(whole), "{effects:?}");
    assert_eq!(read(node), Some(cell()));
    store(node);
}

#[test]
fn a_malformed_cell_is_fetched_from_another_replica() {
    let mut node = holder();
    let plant = |node: &mut Node| {
        let engine = node.replica.storage_mut().engine_mut();
        engine.plant_malformed(&key_one());
    };
    plant(&mut node);
    let life = node.replica.life();
    assert_eq!(read(&mut node), None, "it is no value");
    assert_eq!(read(&mut node), None, "nor is it nothing");
    assert_eq!(node.replica.life(), life + 1, "it is lost once");
    is_mended(&mut node);
    // And when it is found only at the next opening.
    plant(&mut node);
    let disk = node.replica.storage_mut().engine_mut().disk_mut().clone();
    let mut node = Node::open(NodeId(0), SETTINGS, Machine::new(disk)).unwrap();
    handle(&mut node, Input::Start);
    assert_eq!(read(&mut node), None);
    is_mended(&mut node);
}
