//! The ring by names against the ring by numbers, and its movements key by key.

use std::collections::BTreeSet;

use proptest::prelude::*;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::property::holds;

const KEYS: u32 = 300;

fn key(number: u32) -> String {
    format!("user:{number}")
}

/// A ring of nodes of these numbers, in their order.
fn ring_of(numbers: &[u8]) -> HashRing {
    let node = |number: &u8| {
        let weight = f64::from(number % 4 + 1) / 2.0;
        Node::named(format!("node-{number}")).weight(weight)
    };
    let builder = HashRing::builder().virtual_nodes(20);
    builder.nodes(numbers.iter().map(node)).build().unwrap()
}

/// Different numbers in some order.
fn numbers() -> impl Strategy<Value = Vec<u8>> {
    let some = prop::collection::btree_set(any::<u8>(), 1..12);
    let listed = some.prop_map(|set: BTreeSet<u8>| set.into_iter().collect::<Vec<u8>>());
    listed.prop_shuffle()
}

/// Who has a token after these moves, when `owner` had it before.
fn followed<'a>(movement: &'a NamedMovement, token: Token, owner: &'a str) -> &'a str {
    let moved = movement
        .primaries()
        .find(|moved| moved.range.contains(token));
    moved.map_or(owner, |moved| {
        assert_eq!(moved.from, owner, "a range goes from the one who had it");
        moved.to
    })
}

#[test]
fn every_question_is_answered_as_by_the_ring_of_numbers() {
    holds("hash_ring", 64, numbers(), |numbers| {
        let ring = ring_of(&numbers);
        let keys: Vec<String> = (0..KEYS).map(key).collect();
        let together: Vec<&str> = ring.primaries(&keys).collect();
        prop_assert_eq!(together.len(), keys.len());
        for (key, &of_many) in keys.iter().zip(&together) {
            let list = ring.ring().preference_list(token(key.as_bytes()), 3.into());
            let names: Vec<&str> = ring.preference_list(key, 3).collect();
            let expected: Vec<&str> = list.iter().map(|&id| ring.name(id).unwrap()).collect();
            prop_assert_eq!(&names, &expected);
            prop_assert_eq!(ring.primary(key), names.first().copied());
            prop_assert_eq!(of_many, names[0]);
        }
        Ok(())
    });
}

#[test]
fn a_movement_leads_each_key_from_its_old_node_to_its_new_one() {
    holds("hash_ring", 64, (numbers(), numbers()), |(some, others)| {
        let (before, after) = (ring_of(&some), ring_of(&others));
        let movement = before.movement_to(&after, 2).unwrap();
        for number in 0..KEYS {
            let key = key(number);
            let owner = before.primary(&key).unwrap();
            let found = followed(&movement, token(key.as_bytes()), owner);
            prop_assert_eq!(Some(found), after.primary(&key));
        }
        Ok(())
    });
}

#[test]
fn a_node_that_comes_back_is_the_same_to_a_movement() {
    let before = ring_of(&[1, 2, 3]);
    let mut after = before.clone();
    after.remove("node-2").unwrap();
    assert!(before.movement_to(&after, 1).unwrap().primaries().count() > 0);
    after.add(Node::named("node-2").weight(1.5)).unwrap();
    let movement = before.movement_to(&after, 1).unwrap();
    assert_eq!(movement.primaries().count(), 0);
    assert_eq!(movement.moved_share(), 0.0);
}

#[test]
fn a_clone_changes_alone() {
    let before = ring_of(&[1, 2]);
    let mut after = before.clone();
    after.reweight("node-1", Weight::ZERO).unwrap();
    assert_eq!(after.share("node-1").unwrap(), 0.0);
    assert!(before.share("node-1").unwrap() > 0.0);
    assert_ne!(before, after);
}

#[test]
fn what_is_wrong_is_named_and_nothing_changes() {
    let mut ring = ring_of(&[1, 2]);
    let same = ring.clone();
    let taken = ring.add("node-1").unwrap_err();
    assert_eq!(taken.to_string(), "a node named node-1 is there already");
    let empty = ring.add("").unwrap_err();
    assert_eq!(empty.to_string(), "a node needs a name");
    let weight = ring
        .add(Node::named("node-9").weight(f64::NAN))
        .unwrap_err();
    assert!(weight.to_string().starts_with("weight \"NaN\""), "{weight}");
    let unknown = ring.reweight("node-9", Weight::ONE).unwrap_err();
    assert_eq!(unknown, RingError::UnknownName("node-9".to_owned()));
    assert_eq!(ring, same);
}

#[test]
fn an_empty_ring_has_no_owner() {
    let ring = HashRing::builder().build().unwrap();
    assert!(ring.is_empty());
    assert_eq!(ring.primary("a"), None);
    assert_eq!(ring.primaries(&["a", "b"]).count(), 0);
    assert_eq!(ring.preference_list("a", 3).count(), 0);
    let after = ring_of(&[1]);
    assert_eq!(ring.movement_to(&after, 1).unwrap().primaries().count(), 0);
}

#[test]
fn it_goes_from_thread_to_thread() {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<HashRing>();
    is_shared::<NamedMovement>();
}

#[cfg(feature = "serde")]
#[test]
fn what_is_written_down_is_the_same_ring() {
    let mut ring = ring_of(&[1, 2, 3]);
    ring.remove("node-3").unwrap();
    let text = serde_json::to_string(&ring).unwrap();
    let mut read: HashRing = serde_json::from_str(&text).unwrap();
    assert_eq!(read, ring);
    read.add("node-3").unwrap();
    assert_eq!(
        read.id("node-3").unwrap(),
        NodeId(3),
        "no id is given twice"
    );
    let broken = text.replace("\"next\":3", "\"next\":1");
    let refused = serde_json::from_str::<HashRing>(&broken).unwrap_err();
    assert!(
        refused.to_string().contains("was given before"),
        "{refused}"
    );
}
