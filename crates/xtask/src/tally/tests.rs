//! Closing lines as the runners print them, and lines that only look like one.

use super::*;

#[test]
fn closing_lines_are_read() {
    for (line, passed, failed) in [
        (
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out",
            12,
            0,
        ),
        (
            "test result: FAILED. 3 passed; 4 failed; 1 ignored; 0 filtered out",
            3,
            4,
        ),
        ("    test result: ok. 7 passed; 0 failed; 0 ignored", 7, 0),
    ] {
        assert_eq!(Tally::of_line(line), Tally { passed, failed }, "{line}");
    }
}

#[test]
fn other_lines_add_nothing() {
    for line in [
        "running 3 tests",
        "3 passed, 1 failed",
        "test ring::tests::passed ... ok",
        "",
    ] {
        assert_eq!(Tally::of_line(line), Tally::default(), "{line}");
    }
}

#[test]
fn the_last_line_of_a_run_is_plain() {
    let mut tally = Tally::one(true);
    tally += Tally::one(false);
    tally += Tally {
        passed: 40,
        failed: 0,
    };
    assert_eq!(tally.to_string(), "41 passed, 1 failed");
}
