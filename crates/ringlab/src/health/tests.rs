//! The laws of words about a node, on random ones.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;

use super::*;
use crate::property::{holds, is_broken};

const CASES: u32 = 2_000;

fn status() -> impl Strategy<Value = Status> {
    let health = prop_oneof![Just(Health::Up), Just(Health::Suspect), Just(Health::Down)];
    // Few incarnations, so that equal ones meet.
    (0..4_u64, health).prop_map(|(incarnation, health)| Status {
        incarnation,
        health,
    })
}

type Join = fn(Status, Status) -> Status;

fn is_a_join((a, b, c): (Status, Status, Status), join: Join) -> Result<(), TestCaseError> {
    prop_assert_eq!(join(a, b), join(b, a), "commutative");
    prop_assert_eq!(join(join(a, b), c), join(a, join(b, c)), "associative");
    prop_assert_eq!(join(a, a), a, "idempotent");
    prop_assert!(join(a, b) >= a && join(a, b) >= b, "never goes back");
    prop_assert_eq!(join(a, Status::default()), a, "at first nothing is said");
    Ok(())
}

#[test]
fn words_about_a_node_are_joined() {
    let words = (status(), status(), status());
    holds("words_about_a_node_are_joined", CASES, words, |words| {
        is_a_join(words, Status::join)
    });
}

#[test]
fn to_believe_the_last_who_spoke_is_caught() {
    let words = (status(), status(), status());
    assert!(is_broken(CASES, words, |words| {
        is_a_join(words, |_, last| last)
    }));
}

#[test]
fn a_node_has_the_last_word_about_itself() {
    holds("a_node_has_the_last_word", CASES, status(), |said| {
        let refuted = said.refuted();
        prop_assert_eq!(refuted.health, Health::Up);
        prop_assert_eq!(said.join(refuted), refuted);
        let earlier = refuted.incarnation > said.incarnation;
        prop_assert_eq!(earlier, said.health != Health::Up, "no more than it takes");
        Ok(())
    });
}

#[test]
fn bad_news_of_an_earlier_incarnation_is_old_news() {
    let (up, down) = (
        Status {
            incarnation: 3,
            health: Health::Up,
        },
        Status {
            incarnation: 2,
            health: Health::Down,
        },
    );
    assert_eq!(down.join(up), up);
    assert!(up < up.but(Health::Suspect) && up.but(Health::Suspect) < up.but(Health::Down));
}
