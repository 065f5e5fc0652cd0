//! The table against the struct: every setting there and back, its bounds, its errors.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::ring::NodeId;
use crate::storage::{FILTER_ONE_IN, LOG_SEGMENT_BYTES, MEMTABLE_BYTES};

fn with(values: &[(Setting, u64)]) -> Result<Settings, SettingError> {
    Settings::DEFAULT.with(values)
}

/// Another value than the default, that goes together with all other defaults.
fn another(row: &Row) -> u64 {
    let default = row.default();
    match row.setting {
        Setting::BucketCount => 2 * default,
        Setting::GossipInterval => default + 1,
        _ if default > row.least => default - 1,
        _ => default + 1,
    }
}

#[test]
fn a_row_stands_in_its_setting_s_place_and_has_a_name_of_its_own() {
    for (place, row) in TABLE.iter().enumerate() {
        assert_eq!(row.setting as usize, place);
        assert_eq!(Setting::named(row.name), Ok(row.setting));
        assert!(!row.about.is_empty() && !row.source.is_empty());
    }
    let unknown = Setting::named("number-of-things").unwrap_err();
    assert_eq!(unknown.to_string(), "\"number-of-things\" is no setting");
}

#[test]
fn defaults_are_within_their_bounds() {
    assert_eq!(Settings::DEFAULT.check(), Ok(()));
}

/// Each row reads and sets a field of its own.
#[test]
fn a_setting_that_is_changed_leaves_all_others_as_they_were() {
    for row in &TABLE {
        let changed = with(&[(row.setting, another(row))]).unwrap();
        for other in &TABLE {
            let expected = match other.setting == row.setting {
                true => another(row),
                false => other.default(),
            };
            assert_eq!(
                changed.get(other.setting),
                expected,
                "{} by {}",
                other.name,
                row.name
            );
        }
    }
}

#[test]
fn bounds_are_kept_and_an_error_names_setting_bound_and_unit() {
    for row in &TABLE {
        let above = row.most.checked_add(1);
        for wrong in row.least.checked_sub(1).into_iter().chain(above) {
            let error = with(&[(row.setting, wrong)]).unwrap_err();
            let (setting, asked) = (row.setting, wrong);
            assert_eq!(error, SettingError::OutOfBounds { setting, asked });
            let text = error.to_string();
            for part in [row.name, &row.text(row.least), &row.text(row.most)] {
                assert!(text.contains(part), "{text}");
            }
        }
    }
    let deadline = Setting::RequestDeadline;
    assert_eq!(
        with(&[(deadline, 5)]).unwrap_err().to_string(),
        "request-deadline is 5 ms; it goes from 10 ms to 3600000 ms"
    );
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    let rows = [
        (vec![(Setting::R, 4)], "r is 4; it is at most 3, which is n"),
        (vec![(Setting::N, 1)], "r is 2; it is at most 1, which is n"),
        (
            vec![(Setting::ProbeTimeout, 501)],
            "probe-timeout is 501 ms; it is at most 500 ms, which is half of gossip-interval",
        ),
        (
            vec![(Setting::TombstoneGrace, 10_800_000)],
            "hint-lifetime is 10800000 ms; it is at most 10799999 ms, which is just below \
             tombstone-grace",
        ),
        (
            vec![(Setting::BucketCount, 1_000)],
            "bucket-count is 1000; it is a power of two",
        ),
    ];
    for (values, expected) in rows {
        assert_eq!(with(&values).unwrap_err().to_string(), expected);
    }
    // Together they do.
    assert!(with(&[(Setting::N, 5), (Setting::W, 4)]).is_ok());
    assert!(with(&[(Setting::HintLifetime, 9), (Setting::TombstoneGrace, 10)]).is_ok());
}

#[test]
fn a_value_is_read_as_it_is_shown() {
    for row in &TABLE {
        for value in [row.least, row.default(), row.most] {
            assert_eq!(
                row.setting.parse(&row.text(value)),
                Ok(value),
                "{}",
                row.name
            );
        }
    }
    for wrong in ["", "-1", "1.5", "3 parsecs", "99999999999999999999", "1 B"] {
        let error = Setting::GossipInterval.parse(wrong).unwrap_err();
        assert!(matches!(error, SettingError::Spelling { .. }), "{wrong}");
    }
    let text = Setting::Merge.parse("both").unwrap_err().to_string();
    assert_eq!(
        text,
        "merge: \"both\" is no value; it goes from siblings to last-writer-wins"
    );
}

/// The store has the last word on its own settings; the table must not say otherwise.
#[test]
fn the_store_takes_what_the_table_offers() {
    for (setting, least, most) in [
        (
            Setting::MemtableBytes,
            *MEMTABLE_BYTES.start(),
            *MEMTABLE_BYTES.end(),
        ),
        (
            Setting::LogSegmentBytes,
            *LOG_SEGMENT_BYTES.start(),
            *LOG_SEGMENT_BYTES.end(),
        ),
        (
            Setting::FilterOneIn,
            (*FILTER_ONE_IN.start()).into(),
            (*FILTER_ONE_IN.end()).into(),
        ),
    ] {
        assert_eq!((setting.row().least, setting.row().most), (least, most));
    }
}

#[test]
fn settings_come_back_from_bytes_and_no_part_of_them_does() {
    let mut adopted = Adopted::from(Settings::DEFAULT);
    for row in &TABLE {
        let values = [(row.setting, another(row))];
        adopted = adopted.next((NodeId(3), 0), &values).unwrap_or(adopted);
        let mut bytes = Vec::new();
        adopted.encode(&mut bytes);
        assert_eq!(Adopted::decode(&bytes), Ok(adopted));
        for end in 0..bytes.len() {
            assert_eq!(Adopted::decode(&bytes[..end]), Err(DecodeError::Malformed));
        }
        bytes.push(0);
        assert_eq!(Adopted::decode(&bytes), Err(DecodeError::Malformed));
    }
    assert!(adopted.epoch > Epoch::default());
}

#[test]
fn settings_that_cannot_be_are_not_read_from_bytes() {
    let mut settings = Settings::DEFAULT;
    settings.hints.lifetime = settings.tombstone_grace;
    let mut bytes = Vec::new();
    Adopted::from(settings).encode(&mut bytes);
    let error = settings.check().unwrap_err();
    assert_eq!(Adopted::decode(&bytes), Err(DecodeError::Setting(error)));
}

#[test]
fn hints_are_kept_for_less_than_tombstones_stand_however_short_that_is() {
    for millis in [2, 3, 1_000, 864_000_000, 31_536_000_000] {
        let grace = Duration::from_millis(millis);
        let settings = Settings {
            tombstone_grace: grace,
            hints: HintSettings::DEFAULT.within(grace),
            ..Settings::DEFAULT
        };
        assert_eq!(settings.check(), Ok(()), "{millis} ms");
    }
}
