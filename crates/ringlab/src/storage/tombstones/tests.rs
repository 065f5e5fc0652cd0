//! Looking for tombstones part by part finds each once, and nothing else.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::keyspace::KeyspaceBuilder;
use crate::pair::Value;
use crate::property::holds;
use crate::storage::RangeSet;
use crate::version::{Actor, Dot, VersionVector};

fn key(number: u16) -> Key {
    Key::new(&number.to_be_bytes()).unwrap()
}

fn cell(counter: u64, value: Option<Value>) -> Siblings {
    let mut cell = Siblings::default();
    let actor = Actor::default();
    cell.write(Dot { actor, counter }, VersionVector::default(), value);
    cell
}

/// All tombstones, looked for in parts of so many cells.
fn in_parts(storage: &Storage, cells: usize) -> Vec<(Key, Siblings)> {
    let (mut all, mut from) = (Vec::new(), Token(0));
    loop {
        let found = storage.tombstones(from, cells);
        all.extend(found.cells);
        match found.until {
            Some(Token(u64::MAX)) | None => return all,
            Some(until) => from = Token(until.0 + 1),
        }
    }
}

#[test]
fn parts_find_each_tombstone_once() {
    let writes = vec((0_u16..200, any::<bool>()), 0..80);
    holds(
        "parts_find_each",
        300,
        (writes, 1_usize..20),
        |(writes, cells)| {
            let mut storage = Storage::default();
            for (counter, &(number, is_deletion)) in writes.iter().enumerate() {
                let value = (!is_deletion).then(|| Value::new(b"1").unwrap());
                storage.join(&key(number), &cell(counter as u64 + 1, value));
            }
            let is_tombstone = |cell: &Siblings| cell.values().next().is_none();
            let all = storage.cells().filter(|(_, cell)| is_tombstone(cell));
            let all: Vec<_> = all.map(|(key, cell)| (key.clone(), cell.clone())).collect();
            prop_assert_eq!(in_parts(&storage, cells), all);
            Ok(())
        },
    );
}

#[test]
fn a_tombstone_over_a_row_is_not_among_them() {
    let mut builder = KeyspaceBuilder::new(1);
    builder.push(key(1).bytes(), 1, None).unwrap();
    let everything = RangeSet::from(TokenRange::whole(Token(0)));
    let mut storage = Storage::loaded(Arc::new(builder.finish()), everything);
    for number in [1, 2] {
        let mut deleted = storage.get(&key(number));
        let (actor, counter) = (Actor::default(), u64::from(number));
        deleted.write(Dot { actor, counter }, deleted.context(), None);
        storage.join(&key(number), &deleted);
    }
    let found = storage.tombstones(Token(0), 10).cells;
    assert_eq!(found, [(key(2), storage.get(&key(2)))]);
    assert_eq!(storage.load().keys, 0);
}

#[test]
fn only_what_is_as_it_was_is_forgotten() {
    let mut storage = Storage::default();
    let (first, second) = (cell(1, None), cell(2, None));
    storage.join(&key(1), &first);
    storage.join(&key(1), &second);
    assert!(!storage.forget(&key(1), &first));
    let both = storage.get(&key(1));
    assert!(storage.forget(&key(1), &both));
    assert!(storage.get(&key(1)).is_empty());
}
