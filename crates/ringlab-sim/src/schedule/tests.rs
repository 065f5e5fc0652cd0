//! The queue against a stable sort.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::prelude::*;

use super::*;

#[test]
fn events_come_out_by_time_and_then_in_the_order_they_went_in() {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(times in prop::collection::vec(0_u64..20, 0..200))| {
        let mut schedule = Schedule::default();
        for (event, time) in times.iter().enumerate() {
            schedule.push(Instant(*time), event);
        }
        let mut expected: Vec<_> =
            times.iter().enumerate().map(|(event, time)| (Instant(*time), event)).collect();
        expected.sort_by_key(|(at, _)| *at);
        let got: Vec<_> = std::iter::from_fn(|| schedule.pop_until(Instant(u64::MAX))).collect();
        prop_assert_eq!(got, expected);
    });
}

#[test]
fn what_is_later_stays() {
    let mut schedule = Schedule::default();
    schedule.push(Instant(5), "five");
    assert_eq!(schedule.pop_until(Instant(4)), None);
    let at = Instant(5);
    assert_eq!(schedule.next(), Some(Moment { at, order: 0 }));
    assert_eq!(schedule.pop_until(Instant(5)), Some((Instant(5), "five")));
    assert!(schedule.is_empty());
}
