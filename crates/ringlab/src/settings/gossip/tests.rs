//! The bounds of settings.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_setting_out_of_its_bounds_is_named() {
    let millis = Duration::from_millis;
    let default = GossipSettings::default;
    let rows: [(fn(&mut GossipSettings), _); 9] = [
        (|_| {}, None),
        (|s| s.interval = Duration::MAX, Some(GossipError::Interval)),
        (|s| s.interval = Duration::ZERO, Some(GossipError::Interval)),
        (
            |s| s.probe_timeout = s.interval / 2 + Duration::from_nanos(1),
            Some(GossipError::ProbeTimeout),
        ),
        (
            |s| s.probe_timeout = Duration::ZERO,
            Some(GossipError::ProbeTimeout),
        ),
        (|s| s.indirect_probes = 9, Some(GossipError::IndirectProbes)),
        (|s| s.indirect_probes = 0, None),
        (
            |s| s.suspicion_multiplier = 1,
            Some(GossipError::SuspicionMultiplier),
        ),
        (
            |s| s.suspicion_multiplier = 33,
            Some(GossipError::SuspicionMultiplier),
        ),
    ];
    for (set, error) in rows {
        let mut settings = default();
        set(&mut settings);
        assert_eq!(settings.check().err(), error, "{settings:?}");
    }
    assert_eq!(
        GossipError::Interval.to_string(),
        "a period of gossip takes 100ms to 60s"
    );
    let fastest = GossipSettings {
        interval: *GOSSIP_INTERVAL.start(),
        probe_timeout: millis(10),
        ..default()
    };
    assert_eq!(fastest.check(), Ok(()));
}
