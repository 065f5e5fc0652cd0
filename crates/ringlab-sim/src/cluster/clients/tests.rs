//! What clients send and are sent has a size.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use ringlab::message::Answer;
use ringlab::pair::{Key, Value};
use ringlab::version::{Siblings, VersionVector};

use super::*;

#[test]
fn a_value_weighs_as_much_on_its_way_there_as_on_its_way_back() {
    let key = Key::new(b"key").unwrap();
    let value = Value::new(&[7; 100_000]).unwrap();
    let context = VersionVector::default();
    let get = Command::Get { key: key.clone() };
    let delete = Command::Delete {
        key: key.clone(),
        context: context.clone(),
    };
    let put = Command::Put {
        key,
        context,
        value: value.clone(),
    };
    assert_eq!(
        [get, delete, put].map(|command| bytes_of(&command)),
        [3, 3, 100_003]
    );
    let answer = Answer {
        siblings: Siblings::loaded(value),
        replicas: Vec::new(),
        fallbacks: Vec::new(),
    };
    for outcome in [Outcome::Values(answer.clone()), Outcome::Stored(answer)] {
        assert_eq!(bytes_of_answer(&outcome), 100_000);
    }
    assert_eq!(
        bytes_of_answer(&Outcome::Refused(ringlab::message::Refusal::Overloaded)),
        0
    );
}
