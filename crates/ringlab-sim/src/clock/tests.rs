//! A clock shows what its faults make of the time, and timers by it are due when it shows so.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn at_first_it_is_the_worlds() {
    let clock = Clock::default();
    for moment in [0, 1, 1_000_000, u64::MAX] {
        assert_eq!(clock.read(Instant(moment)), Instant(moment));
        assert_eq!(clock.when(Instant(moment)), Instant(moment));
    }
}

#[test]
fn what_it_will_show_it_shows_then_and_not_before() {
    for (jump, drift) in [(0, 250_000), (5_000_000, -400_000), (-3_000_000, 0), (7, 1)] {
        let now = Instant(10_000_000);
        let mut clock = Clock::default();
        clock.jump(now, jump);
        clock.set_drift(now, drift);
        for ahead in [1, 999, 1_000_000, 123_456_789] {
            let shown = clock.read(now) + Duration::from_micros(ahead);
            let due = clock.when(shown);
            assert!(clock.read(due) >= shown, "{jump} {drift} {ahead}");
            assert!(
                clock.read(Instant(due.0 - 1)) < shown,
                "{jump} {drift} {ahead}"
            );
        }
    }
}

#[test]
fn a_moment_that_is_past_by_its_clock_is_due_at_once() {
    let now = Instant(10_000_000);
    let mut clock = Clock::default();
    clock.jump(now, 5_000_000);
    assert_eq!(clock.when(Instant(12_000_000)), now);
}

#[test]
fn a_strobe_goes_to_and_fro() {
    let mut clock = Clock::default();
    clock.set_strobe(Some(Strobe {
        every: SECOND,
        by: 9 * SECOND,
    }));
    assert_eq!(clock.read(Instant(500_000)), Instant(500_000));
    assert_eq!(clock.read(Instant(1_500_000)), Instant(10_500_000));
    assert_eq!(clock.read(Instant(2_500_000)), Instant(2_500_000));
    clock.set_strobe(None);
    assert_eq!(clock.read(Instant(1_500_000)), Instant(1_500_000));
}
