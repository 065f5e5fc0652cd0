//! The keyspace against a map that is asked key by key.

use std::collections::BTreeMap;

use proptest::prelude::*;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::property::{holds, is_broken};

/// A row as it is pushed.
pub(super) type Row = (Vec<u8>, u64, Option<u64>);

/// Rows over few keys, so that many come more than once; keys of any bytes.
pub(super) fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let key = prop_oneof![
        3 => (0_u32..300).prop_map(|number| format!("key-{number}").into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
        1 => (250_usize..260).prop_map(|length| vec![b'k'; length]),
    ];
    let bytes = prop_oneof![Just(None), (0_u64..10_000).prop_map(Some)];
    prop::collection::vec((key, 0_u64..50, bytes), 0..=most)
}

pub(super) fn keyspace_of(rows: &[Row]) -> Keyspace {
    let mut builder = KeyspaceBuilder::new(u64::MAX);
    for (key, requests, bytes) in rows {
        builder.push(key, *requests, *bytes).unwrap();
    }
    assert_eq!(builder.pushed(), rows.len() as u64);
    builder.finish()
}

/// The same rows in order of (token, key), each with its load, by the simplest means.
fn model_of(rows: &[Row]) -> Vec<(Token, Vec<u8>, Load)> {
    let mut sums: BTreeMap<Vec<u8>, (u64, Option<u64>)> = BTreeMap::new();
    for (key, requests, bytes) in rows {
        let sum = sums.entry(key.clone()).or_default();
        sum.0 += requests;
        sum.1 = bytes.map_or(sum.1, |bytes| Some(sum.1.unwrap_or(0) + bytes));
    }
    let row = |(key, (requests, bytes)): (Vec<u8>, (u64, Option<u64>))| {
        let own = (key.len() + requests.to_string().len()) as u64;
        let load = Load {
            keys: 1,
            requests,
            bytes: bytes.unwrap_or(own),
        };
        (token(&key), key, load)
    };
    let mut model: Vec<_> = sums.into_iter().map(row).collect();
    model.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
    model
}

/// Ranges whose ends lie on tokens of the model, beside them, or anywhere.
fn ranges(picks: &[(u64, u64)], model: &[(Token, Vec<u8>, Load)]) -> Vec<TokenRange> {
    let end = |pick: u64| match model.get(pick as usize % (2 * model.len().max(1))) {
        Some((token, ..)) => Token(token.0.wrapping_add(pick >> 62).wrapping_sub(1)),
        None => Token(pick),
    };
    let range = |&(after, to): &(u64, u64)| TokenRange {
        after: end(after),
        to: end(to),
    };
    picks.iter().map(range).collect()
}

fn picks() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec(any::<(u64, u64)>(), 1..12)
}

#[test]
fn rows_and_their_loads_are_those_of_a_map() {
    let test = "rows_and_their_loads_are_those_of_a_map";
    holds(test, 200, rows(400), |rows| {
        let (keyspace, model) = (keyspace_of(&rows), model_of(&rows));
        prop_assert_eq!(keyspace.len() as usize, model.len());
        prop_assert_eq!(keyspace.total(), model.iter().map(|row| row.2).sum());
        for (row, (token, key, load)) in (0..).zip(&model) {
            prop_assert_eq!(keyspace.token(row), *token);
            prop_assert_eq!(keyspace.key(row), key);
            prop_assert_eq!(keyspace.load_of(row), *load);
            prop_assert_eq!(keyspace.find(key), Some(row));
            prop_assert_eq!(keyspace.value(row), load.requests.to_string().into_bytes());
        }
        prop_assert_eq!(keyspace.find(b"never pushed"), None);
        Ok(())
    });
}

/// What `rows` and `load` say of ranges, against asking every key whether it is `in_range`.
fn ranges_agree(
    rows: &[Row],
    picks: &[(u64, u64)],
    in_range: impl Fn(TokenRange, Token) -> bool,
) -> Result<(), TestCaseError> {
    let (keyspace, model) = (keyspace_of(rows), model_of(rows));
    for range in ranges(picks, &model) {
        let inside: Vec<u32> = (0..keyspace.len())
            .filter(|&row| in_range(range, keyspace.token(row)))
            .collect();
        let mut found: Vec<u32> = keyspace.rows(range).collect();
        let load = inside.iter().map(|&row| keyspace.load_of(row)).sum();
        prop_assert_eq!(keyspace.load(range), load);
        prop_assert_eq!(keyspace.rows(range).len(), inside.len());
        let clockwise =
            |&row: &u32| Token(range.after.0.wrapping_add(1)).distance_to(keyspace.token(row));
        prop_assert!(found.is_sorted_by_key(clockwise));
        found.sort_unstable();
        prop_assert_eq!(found, inside);
    }
    Ok(())
}

#[test]
fn ranges_hold_what_asking_every_key_says() {
    let test = "ranges_hold_what_asking_every_key_says";
    holds(test, 200, (rows(200), picks()), |(rows, picks)| {
        ranges_agree(&rows, &picks, TokenRange::contains)
    });
}

#[test]
fn a_range_that_holds_its_lower_end_is_found() {
    let with_lower_end = |range: TokenRange, token| range.contains(token) || token == range.after;
    assert!(is_broken(200, (rows(200), picks()), |(rows, picks)| {
        ranges_agree(&rows, &picks, with_lower_end)
    }));
}

#[test]
fn the_hottest_rows_are_those_of_a_sort() {
    let test = "the_hottest_rows_are_those_of_a_sort";
    let inputs = (rows(600), picks(), 0_usize..20);
    holds(test, 200, inputs, |(rows, picks, most)| {
        let keyspace = keyspace_of(&rows);
        // Neighbouring ends make ranges that do not overlap.
        let mut ends: Vec<Token> = picks.iter().map(|pick| Token(pick.0)).collect();
        ends.sort_unstable();
        let ranges: Vec<TokenRange> = ends
            .windows(2)
            .step_by(2)
            .map(|pair| TokenRange {
                after: pair[0],
                to: pair[1],
            })
            .filter(|range| range.after != range.to)
            .collect();
        let mut all: Vec<u32> = ranges
            .iter()
            .flat_map(|&range| keyspace.rows(range))
            .collect();
        all.sort_by_key(|&row| (u64::MAX - keyspace.load_of(row).requests, row));
        all.truncate(most);
        prop_assert_eq!(keyspace.hottest(ranges, most), all);
        Ok(())
    });
}

#[test]
fn many_keys_are_sorted_in_steps_that_show_progress() {
    // Among so many tokens some agree in their upper halves: the slots alone cannot order those.
    let keys = 300_000;
    let mut builder = KeyspaceBuilder::new(u64::from(keys));
    for number in 0..keys {
        let key = format!("key-{number}");
        builder
            .push(key.as_bytes(), u64::from(number), None)
            .unwrap();
    }
    let mut sorting = builder.sort();
    let mut steps = 0;
    let (mut before, total) = sorting.progress();
    let keyspace = loop {
        let done = sorting.step();
        let (now, still) = sorting.progress();
        assert!(
            now > before && still == total,
            "{before} {now} {total} {still}"
        );
        before = now;
        steps += 1;
        if let Some(keyspace) = done {
            break keyspace;
        }
    };
    assert!(before == total && steps > 10, "{before} {total} {steps}");
    assert!(sorting.step().is_none());
    let rank = |row| (keyspace.token(row), keyspace.key(row));
    assert!((1..keyspace.len()).all(|row| rank(row - 1) < rank(row)));
    let upper_half = |row| keyspace.token(row).0 >> 32;
    assert!((1..keyspace.len()).any(|row| upper_half(row - 1) == upper_half(row)));
    assert_eq!(keyspace.len(), keys);
    assert_eq!(
        keyspace.total().requests,
        u64::from(keys) * u64::from(keys - 1) / 2
    );
    let hottest = keyspace.hottest([TokenRange::whole(Token(9))], 2);
    let names: Vec<_> = hottest.iter().map(|&row| keyspace.key(row)).collect();
    assert_eq!(names, [b"key-299999", b"key-299998"]);
}

#[test]
fn nothing_is_a_keyspace_too() {
    let keyspace = Keyspace::default();
    assert!(keyspace.is_empty());
    assert_eq!(keyspace.total(), Load::default());
    assert_eq!(keyspace.load(TokenRange::whole(Token(5))), Load::default());
    assert_eq!(keyspace.find(b"a"), None);
    assert!(
        keyspace
            .hottest([TokenRange::whole(Token(5))], 3)
            .is_empty()
    );
}

/// A browser's memory never shrinks, so its size afterwards is its peak.
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
#[test]
fn five_million_keys_fit_a_browser() {
    let keys = 5_000_000;
    let mut builder = KeyspaceBuilder::new(keys);
    for number in 0..keys {
        let key = format!("@scope-{number:07}/package-{:02}", number % 100);
        builder.push(key.as_bytes(), number, None).unwrap();
    }
    let keyspace = builder.finish();
    assert_eq!(keyspace.total().keys, keys);
    assert_eq!(keyspace.key(0).len(), 25);
    let peak = core::arch::wasm32::memory_size(0) * 64 * 1_024;
    assert!(
        peak < 500_000_000,
        "{peak} bytes: the file's chunks and the page need some too"
    );
}
