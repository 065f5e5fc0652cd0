//! Nodes that compare themselves in different ways, or in another way from one moment on.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn nodes_with_different_bucket_counts_do_not_compare() {
    for buckets in [[64, 128], [128, 64]] {
        let mut two = Two::new(storages(&apart(3, 0)), buckets);
        let (end, tally) = two.exchange();
        let reason = Unequal::Trees(crate::merkle::Incomparable::Buckets);
        assert_eq!(end, ExchangeEnd::Refused(reason));
        assert_eq!((tally.compared, tally.keys, tally.sent), (0, 0, 0));
        assert_eq!(two.cells(1).len(), 0);
    }
}

#[test]
fn a_node_that_takes_no_part_is_left_alone() {
    let mut two = Two::new(storages(&apart(3, 0)), [64; 2]);
    two.compares(1, None);
    assert_eq!(two.exchange().0, ExchangeEnd::Refused(Unequal::Off));
    two.compares(0, None);
    let before = two.events.len();
    two.handle(0, ASKER);
    assert_eq!(two.events.len(), before);
}

/// Whoever waits for an answer that was lost begins anew with other settings, not after ten seconds.
#[test]
fn other_settings_end_an_exchange_whose_answer_was_lost() {
    let ended = |two: &Two| match two.events.last() {
        Some(&Event::ExchangeEnded { end, .. }) => Some(end),
        _ => None,
    };
    let often = |buckets| AntiEntropy::new(EXCHANGE_INTERVAL / 2, buckets).ok();
    for (settings, reason) in [
        (None, Unequal::Off),
        (often(64), Unequal::Reconfigured),
        (often(32), Unequal::Reconfigured),
    ] {
        let mut two = Two::new(storages(&apart(3, 0)), [64; 2]);
        two.tamper = |message| (!matches!(message, Comparison::Cells { .. })).then_some(message);
        two.handle(0, ASKER);
        assert_eq!(ended(&two), None);
        two.tamper = |message| panic!("{message:?}");
        two.compares(0, settings);
        assert_eq!(ended(&two), Some(ExchangeEnd::Refused(reason)));
        two.tamper = Some;
        for node in [0, 1] {
            two.compares(node, often(32));
        }
        assert_eq!(two.exchange().0, ExchangeEnd::Done);
        assert!(two.cells(0) == two.cells(1));
    }
}
