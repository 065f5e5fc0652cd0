//! No setting is left out, and each value means the same when it is typed as it is shown.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn every_setting_is_in_one_group_and_in_the_table_s_order() {
    let listed: Vec<Setting> = groups()
        .flat_map(|(_, rows)| rows)
        .map(|row| row.setting)
        .collect();
    let all: Vec<Setting> = TABLE.iter().map(|row| row.setting).collect();
    assert_eq!(listed, all);
    assert!(groups().all(|(name, rows)| !name.is_empty() && !rows.is_empty()));
}

#[test]
fn a_value_that_is_typed_as_it_is_shown_is_the_same() {
    for row in &TABLE {
        for value in [row.least, row.default(), row.most] {
            let shown = value_text(row.setting, value);
            assert_eq!(
                row.setting.parse(&shown),
                Ok(value),
                "{}: {shown}",
                row.name
            );
        }
    }
}

#[test]
fn values_are_whole_numbers_of_large_units() {
    for (setting, value, expected) in [
        (Setting::N, 3, "3"),
        (Setting::GossipInterval, 1_000, "1 s"),
        (Setting::GossipInterval, 1_500, "1500 ms"),
        (Setting::HintLifetime, 10_800_000, "3 h"),
        (Setting::TombstoneGrace, 864_000_000, "10 d"),
        (Setting::MemtableBytes, 16 << 20, "16 MiB"),
        (Setting::HintBytesMax, 0, "0 B"),
        (Setting::FilterOneIn, 100, "1 in 100"),
        (Setting::Merge, 1, "last-writer-wins"),
    ] {
        assert_eq!(value_text(setting, value), expected);
    }
    assert_eq!(bounds_text(Setting::N.row()), "1 – 8");
    assert_eq!(bounds_text(Setting::Gossip.row()), "off, on");
    assert_eq!(bounds_text(Setting::RequestDeadline.row()), "10 ms – 1 h");
}
