//! That blocks are passed over: which rows are asked, not only what comes out.

use std::cell::Cell;

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// The hottest 10 of so many rows, and how many rows were asked for them.
fn asked(rows: u32, requests: impl Fn(u32) -> u64) -> (Vec<u32>, u32) {
    let mut maxima = Maxima::new();
    (0..rows).for_each(|row| maxima.note(row, requests(row)));
    let asked = Cell::new(0);
    let mut hottest = Hottest::new(10);
    hottest.look_through(0..rows, &maxima, |row| {
        asked.set(asked.get() + 1);
        requests(row)
    });
    (hottest.into_rows(), asked.get())
}

#[test]
fn equal_rows_cost_one_block() {
    assert_eq!(asked(100_000, |_| 7), ((0..10).collect(), BLOCK));
}

#[test]
fn a_skewed_population_costs_few_blocks() {
    // An odd multiplier scatters the ranks 0 to 65,535 over the rows.
    let (rows, asked) = asked(1 << 16, |row| u64::from(row * 40_503 % (1 << 16)));
    let requests: Vec<u32> = rows.iter().map(|row| row * 40_503 % (1 << 16)).collect();
    assert_eq!(requests, (65_526..=65_535).rev().collect::<Vec<_>>());
    assert!(asked < 1 << 13, "{asked} rows were asked");
}

#[test]
fn a_limit_of_nothing_finds_nothing() {
    let mut maxima = Maxima::new();
    maxima.note(0, 5);
    let mut hottest = Hottest::new(0);
    hottest.look_through(0..1, &maxima, |_| 5);
    assert!(hottest.into_rows().is_empty());
}
