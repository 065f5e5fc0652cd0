//! Step by step an engine ends where it ends when it runs at once.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::sync::Arc;

use ringlab::keyspace::Keyspace;

use super::*;
use crate::protocol::{Answer, Command, Request, User};

#[test]
fn a_request_is_answered_and_event_by_event_is_the_same_history() {
    let engine = || Engine::new(Situation::fresh(7), Arc::new(Keyspace::default()));
    let (mut at_once, mut by_hand) = (engine().unwrap(), engine().unwrap());
    let request = Request::Put {
        key: b"cart".to_vec(),
        value: b"tea".to_vec(),
    };
    at_once.handle(Command::Request(User::Ada, request.clone()));
    by_hand.handle(Command::Request(User::Ada, request));
    at_once.run_until_answered();
    assert_eq!(
        at_once.trace().unwrap().answer,
        Some(Answer::Stored { beside: 0 })
    );
    while by_hand.now() < at_once.now() {
        assert!(by_hand.step(Instant(u64::MAX)));
    }
    while by_hand.history() != at_once.history() {
        assert!(by_hand.step(at_once.now()), "no other history");
    }
    at_once.handle(Command::Undo);
    at_once.handle(Command::Undo);
    assert_eq!(at_once.take_refusals().len(), 1);
    assert_eq!(at_once.take_refusals(), []);
}
