//! The oracle tells lost, replaced and foreign writes from what should be there.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::pair::Value;
use ringlab::ring::NodeId;
use ringlab::version::{Actor, VersionVector};

use super::*;

fn id(number: u64) -> RequestId {
    RequestId { number, leg: 0 }
}

fn dot(counter: u64) -> Dot {
    let (node, since) = (NodeId(1), 1);
    let actor = Actor { node, since };
    Dot { actor, counter }
}

fn key() -> Key {
    Key::new(b"key").unwrap()
}

fn cell(dots: &[u64]) -> Siblings {
    let mut cell = Siblings::default();
    for &counter in dots {
        let value = Value::new(b"x").unwrap();
        cell.write(dot(counter), VersionVector::default(), Some(value));
    }
    cell
}

/// Writes 1 and 2 know nothing of each other, 3 replaces 1; 1 and 2 and 3 are acknowledged.
fn told() -> Oracle {
    let mut oracle = Oracle::default();
    for (number, read) in [(1, vec![]), (2, vec![]), (3, vec![0])] {
        let read: Writes = read.into_iter().collect();
        let when = (0, Instant::ZERO);
        oracle.asked(id(number), when, (&key(), RequestKind::Put), &read);
        oracle.named(id(number), dot(number)).unwrap();
        let answer = Answer {
            siblings: cell(&[number]),
            replicas: Vec::new(),
            fallbacks: Vec::new(),
        };
        assert_eq!(
            oracle.acknowledged(id(number), &answer),
            Some(number as usize - 1)
        );
    }
    oracle
}

#[test]
fn what_none_replaced_and_no_other_is_right() {
    let oracle = told();
    let flaws = |dots: &[u64]| oracle.past(&key()).unwrap().flaws(&cell(dots));
    assert_eq!(flaws(&[2, 3]), []);
    assert_eq!(flaws(&[3]), [Flaw::Lost(1)]);
    assert_eq!(flaws(&[1, 2]), [Flaw::Lost(2), Flaw::Replaced(0)]);
    assert_eq!(flaws(&[1, 2, 3]), [Flaw::Replaced(0)]);
    assert_eq!(flaws(&[2, 3, 9]), [Flaw::Foreign(dot(9))]);
}

#[test]
fn a_name_is_given_once_and_a_write_with_two_names_is_one() {
    let mut oracle = told();
    assert!(oracle.named(id(2), dot(1)).is_err());
    assert!(oracle.named(id(9), dot(9)).is_err(), "nobody asked");
    oracle.named(id(1), dot(4)).unwrap();
    let past = oracle.past(&key()).unwrap();
    assert_eq!(past.writes().len(), 3);
    assert_eq!(past.flaws(&cell(&[2, 3, 4])), [Flaw::Replaced(0)]);
}

#[test]
fn sets_of_writes_do_what_sets_do() {
    let some: Writes = [0, 63, 64, 200].into_iter().collect();
    let mut others: Writes = [63, 300].into_iter().collect();
    assert_eq!(some.without(&others).collect::<Vec<_>>(), [0, 64, 200]);
    others.extend(&some);
    assert_eq!(others.iter().collect::<Vec<_>>(), [0, 63, 64, 200, 300]);
    assert!(others.contains(200) && !others.contains(201) && !some.contains(10_000));
}
