//! Each planted bug is caught by the checker that is there for it, within a few seeds.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::run;
use crate::script::{Keep, Script};

/// Seeds in which a planted bug must show.
const SEEDS: u64 = 200;

#[test]
fn every_planted_bug_is_caught_by_its_checker() {
    for &(sabotage, check) in CAUGHT_BY {
        let catches = |seed| {
            let verdict = run::sabotaged(&Script::of(seed), &Keep::All, sabotage);
            let violations = verdict.violations.iter();
            violations
                .map(|violation| violation.check)
                .any(|caught| caught == check)
        };
        let caught = (0..SEEDS).find(|&seed| catches(seed));
        assert!(
            caught.is_some(),
            "{check:?} misses {sabotage:?} in {SEEDS} seeds"
        );
    }
}

#[test]
fn every_checker_has_a_planted_bug() {
    for check in Check::ALL {
        let has_one = CAUGHT_BY.iter().any(|(_, caught)| *caught == check);
        assert!(has_one, "nothing shows that {check:?} can fail");
    }
}
