//! A request's preference list holds until the ring changes.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::hash::Token;
use ringlab::ring::NodeId;
use ringlab::time::Instant;
use ringlab_sim::protocol::{Request, Step};

use ringlab_sim::protocol::User;

use super::*;
use crate::view::verdict::tests::change;

fn asked_at(at: u64) -> Trace {
    Trace {
        user: User::Ada,
        fallbacks: Vec::new(),
        id: 1,
        request: Request::Get { key: b"k".to_vec() },
        token: Token(1),
        coordinator: NodeId(0),
        steps: vec![Step {
            at: Instant(at),
            what: StepKind::Ask {
                replicas: vec![NodeId(1)],
                needed: 1,
            },
        }],
        answer: None,
    }
}

#[test]
fn a_preference_list_holds_until_the_ring_changes() {
    let during = ChangeReport {
        began: Instant(100),
        ended: None,
        ..change()
    };
    let after = ChangeReport {
        ended: Some(Instant(200)),
        ..during.clone()
    };
    assert!(is_current(&asked_at(50), None));
    assert!(!is_current(&asked_at(50), Some(&during)));
    assert!(
        is_current(&asked_at(150), Some(&during)),
        "old and new owners"
    );
    assert!(
        !is_current(&asked_at(150), Some(&after)),
        "only the new ones"
    );
    assert!(is_current(&asked_at(250), Some(&after)));
}

#[test]
fn what_has_not_asked_yet_is_not_outdated() {
    let trace = Trace {
        steps: Vec::new(),
        ..asked_at(0)
    };
    assert!(is_current(&trace, Some(&change())));
}

#[test]
fn only_a_value_that_nobody_wrote_is_a_loaded_one() {
    let got = |values: &[&[u8]]| Trace {
        answer: Some(Answer::Values(values.iter().map(|v| v.to_vec()).collect())),
        ..asked_at(1)
    };
    let fresh = Situation::fresh(1);
    let written = Situation {
        writes: vec![(b"k".to_vec(), Some(b"mine".to_vec()))],
        ..fresh.clone()
    };
    assert!(is_loaded(&got(&[b"7"]), &fresh));
    assert!(!is_loaded(&got(&[]), &fresh), "not there");
    assert!(!is_loaded(&asked_at(1), &fresh), "no answer yet");
    assert!(!is_loaded(&got(&[b"mine"]), &written));
}
