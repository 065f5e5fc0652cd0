//! Runs are the same each time, and a healthy store breaks nothing.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_seed_runs_the_same_each_time_and_breaks_nothing() {
    for seed in 0..20 {
        let script = Script::of(seed);
        let (once, again) = (run(&script, &Keep::All), run(&script, &Keep::All));
        assert_eq!(once.history, again.history, "seed {seed}");
        assert_eq!(once.violations, [], "seed {seed}");
    }
}
