//! What is left is what was needed.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn only_what_is_needed_is_left() {
    for needed in [
        vec![],
        vec![0],
        vec![99],
        vec![3, 50, 51],
        (0..100).collect(),
    ] {
        let needed: BTreeSet<usize> = needed.into_iter().collect();
        let shrunk = shrink(100, |kept| needed.is_subset(kept));
        assert_eq!(shrunk, needed);
    }
}

#[test]
fn one_of_two_that_each_suffice_is_left() {
    let shrunk = shrink(10, |kept| kept.contains(&2) || kept.contains(&7));
    assert_eq!(shrunk.len(), 1);
}

#[test]
fn it_gives_up_in_the_end() {
    let mut runs = 0;
    shrink(100_000, |_| {
        runs += 1;
        false
    });
    assert!(runs <= RUNS_MAX);
}
