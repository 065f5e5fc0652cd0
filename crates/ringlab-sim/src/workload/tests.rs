//! Draws have the shapes that they promise.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeMap;

use super::*;
use crate::random::Chance;

const DRAWS: u32 = 60_000;

fn counts(draw: impl FnMut(u32) -> u32) -> BTreeMap<u32, u32> {
    let mut counts = BTreeMap::new();
    (0..DRAWS)
        .map(draw)
        .for_each(|drawn| *counts.entry(drawn).or_default() += 1);
    counts
}

#[test]
fn the_second_key_comes_half_as_often_as_the_first() {
    let zipf = Zipf::new(10);
    let mut chance = Chance::new(1);
    let counts = counts(|_| zipf.draw(&mut chance));
    assert_eq!(counts.len(), 10);
    for rank in 1..10 {
        let share = counts[&rank] * (rank + 1);
        assert!(share.abs_diff(counts[&0]) < counts[&0] / 8, "{counts:?}");
    }
}

#[test]
fn the_hot_key_comes_every_second_time() {
    let mut chance = Chance::new(1);
    let counts = counts(|_| Keys::Hot(10).draw(&mut chance));
    let expected = DRAWS / 2 + DRAWS / 20;
    assert!(counts[&0].abs_diff(expected) < DRAWS / 50, "{counts:?}");
}

#[test]
fn operations_come_by_their_weights() {
    let mix = Mix {
        keys: Keys::Uniform(3),
        sets: 2,
        weights: [3, 0, 0, 0, 0, 1, 2],
        huge_one_in: 0,
    };
    let mut chance = Chance::new(1);
    let counts = counts(|_| match mix.operation(&mut chance) {
        Operation::Get(_) => 0,
        Operation::Delete(_) => 1,
        Operation::Add(_) => 2,
        other => panic!("{other} has no weight"),
    });
    for (which, weight) in [(0, 3), (1, 1), (2, 2)] {
        assert!(
            counts[&which].abs_diff(DRAWS * weight / 6) < DRAWS / 50,
            "{counts:?}"
        );
    }
}
