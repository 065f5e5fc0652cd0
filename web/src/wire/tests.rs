//! Messages survive the way there and back.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab_sim::protocol::Command;

use std::rc::Rc;

use super::*;

#[test]
fn a_question_survives() {
    let ask = Ask {
        number: 7,
        commands: vec![Command::Settle, Command::Undo],
        ..Ask::default()
    };
    let Some(ToWorker::Ask(read)) = decode(&encode(&ToWorker::Ask(ask.clone()))) else {
        panic!("the question was lost");
    };
    assert_eq!(read, ask);
}

#[test]
fn a_cut_message_is_none() {
    let report = Report::Failed {
        label: "keys.csv".into(),
        reason: "it is empty".into(),
    };
    let bytes = encode(&FromWorker::Loaded(report));
    assert!(decode::<FromWorker>(&bytes).is_some());
    assert!(decode::<FromWorker>(&bytes[..bytes.len() - 1]).is_none());
}

#[test]
fn a_comparison_survives() {
    let moved = Moved {
        keys: 3,
        needless: 1,
    };
    let comparing = Comparing::Counted(Rc::new(Comparison {
        cluster: 1,
        nodes: vec![Compared {
            name: "amber".parse().expect("a short name"),
            weight: 2,
            theirs: 3,
            ours: 4,
        }],
        keys: 3,
        homeless: 1,
        removal: Some(Removal {
            leaving: 0,
            theirs: Some(moved),
            ours: moved,
        }),
    }));
    let bytes = encode(&FromWorker::Comparing(comparing.clone()));
    let Some(FromWorker::Comparing(read)) = decode(&bytes) else {
        panic!("the comparison was lost");
    };
    assert_eq!(read, comparing);
}
