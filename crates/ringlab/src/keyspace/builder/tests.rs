//! What a builder refuses, and its table of slots at its edges.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn refused_rows_change_nothing() {
    let mut builder = KeyspaceBuilder::new(2);
    builder.push(b"a", LOAD_MAX - 1, Some(7)).unwrap();
    builder.push(b"b", 1, Some(LOAD_MAX - 7)).unwrap();
    let long = vec![b'x'; KEY_BYTES_MAX + 1];
    let too_much = KeyError::TooMuchLoad { limit: LOAD_MAX };
    let refusals = [
        (&b""[..], 0, None, KeyError::Empty),
        (&long[..], 0, None, KeyError::TooLong { bytes: 65_537 }),
        (&b"c"[..], 0, None, KeyError::TooMany { limit: 2 }),
        (&b"a"[..], 1, None, too_much),
        (&b"a"[..], u64::MAX, None, too_much),
        (&b"b"[..], 0, Some(1), too_much),
        (&b"b"[..], 0, Some(u64::MAX), too_much),
    ];
    for (key, requests, bytes, error) in refusals {
        assert_eq!(builder.push(key, requests, bytes), Err(error));
    }
    assert_eq!((builder.pushed(), builder.keys()), (2, 2));
    let total = builder.finish().total();
    assert_eq!(
        (total.keys, total.requests, total.bytes),
        (2, LOAD_MAX, LOAD_MAX)
    );
}

#[test]
fn the_longest_key_is_taken() {
    let longest = vec![b'x'; KEY_BYTES_MAX];
    let mut builder = KeyspaceBuilder::new(1);
    builder.push(&longest, 1, None).unwrap();
    builder.push(&longest, 1, None).unwrap();
    let keyspace = builder.finish();
    assert_eq!(keyspace.key(0), longest);
    assert_eq!(keyspace.total().bytes, 65_537);
}

#[test]
fn a_key_without_given_bytes_has_its_own_once() {
    let mut builder = KeyspaceBuilder::new(2);
    for _ in 0..10 {
        builder.push(b"page", 1, None).unwrap();
    }
    builder.push(b"other", 1, None).unwrap();
    builder.push(b"other", 1, Some(0)).unwrap();
    let keyspace = builder.finish();
    let bytes = |key| keyspace.load_of(keyspace.find(key).unwrap()).bytes;
    assert_eq!(bytes(b"page"), 4 + 2, "the key and its value, 10");
    assert_eq!(bytes(b"other"), 0, "as given");
}

#[test]
fn tokens_at_the_end_of_the_ring_run_over_the_table() {
    let mut slots = Slots::new();
    let count = 5_000;
    let token = |row: u32| Token(u64::MAX - (u64::from(row % 3) << 40));
    for row in 0..count {
        match slots.find(token(row), |_| false) {
            Place::Free(slot) => slots.take(slot, token(row), row),
            Place::Taken(row) => panic!("row {row} is another key"),
        }
    }
    for row in 0..count {
        let found = slots.find(token(row), |other| other == row);
        assert!(matches!(found, Place::Taken(found) if found == row));
        assert!(matches!(slots.find(token(row), |_| false), Place::Free(_)));
    }
    let mut rows: Vec<u32> = slots
        .into_vec()
        .into_iter()
        .filter(|slot| !slot.is_free())
        .map(Slot::row)
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, (0..count).collect::<Vec<_>>());
}
