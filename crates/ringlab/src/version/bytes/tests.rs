//! Cells there and back, one spelling for each, and bytes that nothing wrote.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::property::holds;
use crate::vectors::to_hex;

/// Writes by four actors, each after reading the cell, an older one or nothing.
fn cells() -> impl Strategy<Value = Siblings> {
    let value = proptest::option::of(vec(any::<u8>(), 0..20));
    let write = (0_u32..4, 0_usize..4, value);
    vec(write, 0..12).prop_map(|writes| {
        let (mut cell, mut contexts) = (Siblings::default(), vec![VersionVector::default()]);
        for (counter, (node, read, value)) in (1..).zip(writes) {
            let since = u64::from(node) * 1_000;
            let actor = Actor {
                node: NodeId(node),
                since,
            };
            let context = contexts[read.min(contexts.len() - 1)].clone();
            let value = value.map(|bytes| Value::new(&bytes).unwrap());
            cell.write(Dot { actor, counter }, context, value);
            contexts.insert(0, cell.context());
        }
        cell
    })
}

fn encoded(cell: &Siblings) -> Vec<u8> {
    let mut out = Vec::new();
    cell.encode(&mut out);
    out
}

#[test]
fn a_cell_comes_back_as_it_was_and_no_part_of_it_does() {
    let test = "version::bytes::tests::a_cell_comes_back_as_it_was_and_no_part_of_it_does";
    holds(test, 2_000, cells(), |cell| {
        let bytes = encoded(&cell);
        prop_assert_eq!(Siblings::decode(&bytes), Ok(cell));
        for end in 0..bytes.len() {
            prop_assert_eq!(Siblings::decode(&bytes[..end]), Err(Malformed));
        }
        Ok(())
    });
}

#[test]
fn whatever_is_read_is_written_as_the_same_bytes() {
    let test = "version::bytes::tests::whatever_is_read_is_written_as_the_same_bytes";
    let garbage = (
        cells(),
        vec((any::<usize>(), any::<u8>()), 0..3),
        vec(0_u8..4, 0..16),
    );
    holds(test, 5_000, garbage, |(cell, changes, small)| {
        let mut changed = encoded(&cell);
        for (at, byte) in changes {
            let at = at % changed.len();
            changed[at] = byte;
        }
        for bytes in [changed, small] {
            if let Ok(cell) = Siblings::decode(&bytes) {
                prop_assert_eq!(encoded(&cell), bytes);
            }
        }
        Ok(())
    });
}

#[test]
fn cells_that_cannot_be_are_refused() {
    // One version: node, since, counter; entries of the context; value.
    let (one, two) = ([1, 0, 5, 0, 0].as_slice(), [2, 0, 5, 0, 0].as_slice());
    let cell = |count: u8, parts: &[&[u8]]| [&[count], parts.concat().as_slice()].concat();
    assert!(Siblings::decode(&cell(2, &[one, two])).is_ok());
    let supersedes_one = [2, 0, 5, 1, 1, 0, 5, 0].as_slice();
    for (what, bytes) in [
        ("versions out of order", cell(2, &[two, one])),
        ("a version twice", cell(2, &[one, one])),
        ("a superseded version", cell(2, &[one, supersedes_one])),
        ("a counter of 0", cell(1, &[&[1, 0, 0, 0, 0]])),
        (
            "actors out of order",
            cell(1, &[&[1, 0, 5, 2, 3, 0, 1, 2, 0, 1, 0]]),
        ),
        ("more bytes after it", cell(1, &[one, two])),
        (
            "a count beyond all bytes",
            vec![0xff, 0xff, 0xff, 0xff, 0x7f],
        ),
        (
            "a node beyond 32 bits",
            cell(1, &[&[0xff, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0, 0]]),
        ),
    ] {
        assert_eq!(Siblings::decode(&bytes), Err(Malformed), "{what}");
    }
}

#[test]
fn the_bytes_of_a_cell_are_fixed_for_ever() {
    let actor = |node, since| Actor {
        node: NodeId(node),
        since,
    };
    let mut cell = Siblings::loaded(Value::new(b"42").unwrap());
    let blind = VersionVector::default();
    let dot = Dot {
        actor: actor(7, 300),
        counter: 1_000_000,
    };
    cell.write(dot, blind, Some(Value::new(b"left-pad").unwrap()));
    let mut read = VersionVector::default();
    read.include(dot);
    read.include(Dot {
        actor: actor(2, 1),
        counter: 3,
    });
    cell.write(
        Dot {
            actor: actor(7, 300),
            counter: 1_000_001,
        },
        read,
        None,
    );
    let golden = "0207ac02c1843d02020103\
        07ac02c0843d00ffffffff0f0001000334 32"
        .replace(' ', "");
    assert_eq!(to_hex(&encoded(&cell)), golden);
}
