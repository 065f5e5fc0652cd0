//! Every scenario shows what it expects, and what is no scenario is refused with its place.
//!
//! `RINGLAB_REWRITE=1 cargo test -p ringlab-sim scenario` rewrites what is expected.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// Set to anything to have what is shown written into the files.
const REWRITE_VARIABLE: &str = "RINGLAB_REWRITE";

/// Each file of `scenarios/`, by name.
macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../scenarios/", $name, ".txt")))),*]
    };
}

const SCENARIOS: &[(&str, &str)] = scenarios![
    "quorum",
    "siblings",
    "lost_reply",
    "doubled_write",
    "sloppy_quorum",
    "read_repair",
    "blocking_read_repair",
    "anti_entropy",
    "membership",
    "two_changes",
    "replacement",
    "succession",
    "detection",
    "tombstones",
];

#[test]
fn every_scenario_shows_what_it_expects() {
    for (name, text) in SCENARIOS {
        let scenario = Scenario::parse(text).unwrap_or_else(|error| panic!("{name}.txt: {error}"));
        let shown = scenario.run(text);
        if std::env::var_os(REWRITE_VARIABLE).is_some() {
            let path = format!("{}/scenarios/{name}.txt", env!("CARGO_MANIFEST_DIR"));
            std::fs::write(path, &shown.rewritten).unwrap();
            continue;
        }
        let told: Vec<String> = shown
            .differences
            .iter()
            .map(|(line, expected, seen)| {
                format!("{name}.txt:{line}: expected {expected:#?}, saw {seen:#?}")
            })
            .collect();
        assert!(
            told.is_empty(),
            "{}\nrewrite: {REWRITE_VARIABLE}=1 cargo test -p ringlab-sim scenario",
            told.join("\n")
        );
        assert_eq!(
            shown.rewritten, *text,
            "{name}: nothing differs, so nothing changes"
        );
    }
}

#[test]
fn what_is_expected_and_not_seen_is_told() {
    let text = "nodes 3\n\n> put a 1 via 0\nstored by nobody\n";
    let shown = Scenario::parse(text).unwrap().run(text);
    assert_eq!(shown.differences.len(), 1);
    assert_eq!(shown.differences[0].0, 3);
    assert!(!shown.rewritten.contains("nobody"));
}

#[test]
fn clocks_may_be_a_year_off() {
    for skew in ["31536000000", "-31536000000"] {
        let text = format!("> skew 0 {skew}\n> get a via 0\nnothing by 0 1\n");
        let shown = Scenario::parse(&text).unwrap().run(&text);
        assert_eq!(shown.rewritten.lines().count(), 3, "{shown:?}");
    }
}

#[test]
fn what_is_no_scenario_is_refused_with_its_place() {
    for (text, line, column, expected) in [
        ("nodes many", 1, 7, "how many nodes"),
        ("nodes 0", 1, 7, "1 to 64"),
        ("quorum 3 2", 1, 11, "w, from 1 to n"),
        ("quorum 3 4 2", 1, 1, "r is 4; it is at most 3, which is n"),
        ("grace 0s", 1, 1, "it goes from 2 ms to"),
        ("sleepy", 1, 1, "nodes, quorum"),
        ("nodes 3\n\n> leap 1", 3, 3, "get, put"),
        ("> put a 1 to 0", 1, 11, "`via`"),
        ("> put a 1 via x", 1, 15, "the number of a node"),
        ("> get a via 0 as 17", 1, 18, "0 to 9"),
        ("> run 3 s", 1, 7, "250ms or 3s"),
        ("> run 31536001s", 1, 7, "at most a year"),
        ("> skew 0 9223372036854775807", 1, 10, "at most a year"),
        ("> skew 0 -31536000001", 1, 10, "at most a year"),
        ("> heal all", 1, 8, "the end of the line"),
        ("> partition 0 | x", 1, 17, "or `|`"),
        ("> heal\n\nnodes 3", 3, 1, "a step"),
    ] {
        let error = Scenario::parse(text).unwrap_err();
        assert_eq!(
            (error.line, error.column),
            (line, column),
            "{text:?}: {error}"
        );
        assert!(error.expected.contains(expected), "{text:?}: {error}");
    }
}
