//! A seed makes one script, and a text names its steps.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_seed_makes_one_script_of_two_hundred_operations_or_more() {
    for seed in 0..50 {
        let (once, again) = (Script::of(seed), Script::of(seed));
        assert_eq!(once.steps, again.steps);
        let operations = once.steps.iter();
        let operations = operations.filter(|step| matches!(step.act, Act::Operate(..)));
        assert!(operations.count() >= 200);
        assert!(once.steps.is_sorted_by_key(|step| step.at));
        assert!(once.steps.iter().all(|step| step.at <= once.setup.span));
    }
    assert_ne!(Script::of(1).steps, Script::of(2).steps);
}

#[test]
fn what_is_kept_comes_back_from_its_text() {
    for text in ["", "3", "3,7", "3-5,7,9-10"] {
        let keep: Keep = text.parse().unwrap();
        assert_eq!(keep.to_string(), text);
    }
    let keep: Keep = " 3 - 5 , 7".parse().unwrap();
    assert!(keep.has(4) && keep.has(7) && !keep.has(6));
    assert!(Keep::All.has(0));
}

#[test]
fn what_names_no_steps_is_refused() {
    for (text, error) in [
        ("x", KeepError::NotANumber("x".into())),
        ("1,-3", KeepError::NotANumber(String::new())),
        ("5-3", KeepError::Backwards(5, 3)),
        ("0-99999999", KeepError::TooMany(99_999_999)),
    ] {
        assert_eq!(text.parse::<Keep>(), Err(error));
    }
}
