//! A replica's data against a plain map and a recount key by key, while ranges come and go.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::disk::MemoryDisk;
use crate::keyspace::KeyspaceBuilder;
use crate::property::{holds, is_broken};
use crate::ring::NodeId;
use crate::version::{Actor, VersionVector};

/// Keys 0..8 are loaded; as many again can only be written.
const LOADED: u8 = 8;

#[derive(Clone, Debug)]
enum Act {
    Write {
        key: u8,
        blind: bool,
        value: Option<u8>,
    },
    Hold(u8, u8),
    Release(u8, u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let number = || 0_u8..LOADED * 2;
    let value = proptest::option::of(any::<u8>());
    let act = prop_oneof![
        3 => (number(), any::<bool>(), value)
            .prop_map(|(key, blind, value)| Act::Write { key, blind, value }),
        1 => (number(), number()).prop_map(|(from, to)| Act::Hold(from, to)),
        1 => (number(), number()).prop_map(|(from, to)| Act::Release(from, to)),
    ];
    vec(act, 1..30)
}

fn key(number: u8) -> Key {
    Key::new(format!("key {number}").as_bytes()).unwrap()
}

/// The range between the places of two keys.
fn range(from: u8, to: u8) -> RangeSet {
    let (after, to) = (key(from).token(), key(to).token());
    TokenRange { after, to }.into()
}

/// Some rows have a size of their own, some take it from their value.
fn population() -> Arc<Keyspace> {
    let mut builder = KeyspaceBuilder::new(LOADED.into());
    for number in 0..LOADED {
        let bytes = (number % 2 == 0).then_some(1_000 + u64::from(number));
        builder
            .push(key(number).bytes(), u64::from(number) * 9, bytes)
            .unwrap();
    }
    Arc::new(builder.finish())
}

/// What a store should have: each key's cell, and which rows are held.
struct Model {
    storage: Storage,
    population: Arc<Keyspace>,
    written: BTreeMap<Key, Siblings>,
    held: RangeSet,
    counter: u64,
}

impl Model {
    fn new() -> Self {
        let (population, held) = (population(), range(0, 5));
        Self {
            storage: Storage::loaded(population.clone(), held.clone()),
            population,
            written: BTreeMap::new(),
            held,
            counter: 0,
        }
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Write {
                key: number,
                blind,
                value,
            } => {
                let key = key(number);
                let mut cell = self.storage.get(&key);
                let context = if blind {
                    VersionVector::default()
                } else {
                    cell.context()
                };
                self.counter += 1;
                let actor = Actor {
                    node: NodeId(1),
                    since: 0,
                };
                let counter = self.counter;
                let value = value.map(|byte| Value::new(&vec![7; byte.into()]).unwrap());
                cell.write(Dot { actor, counter }, context, value);
                self.storage.join(&key, &cell);
                self.written.entry(key).or_default().join(&cell);
            }
            Act::Hold(from, to) => {
                self.storage.hold(&self.population, &range(from, to));
                self.held = self.held.union(&range(from, to));
            }
            Act::Release(from, to) => {
                let before = self.storage.load();
                let released = self.storage.release(&range(from, to));
                assert_eq!(self.storage.load() + released, before);
                self.held = self.held.difference(&range(from, to));
                let gone = range(from, to);
                self.written.retain(|key, _| !gone.contains(key.token()));
            }
        }
    }

    fn cell(&self, key: &Key) -> Siblings {
        let mut cell = self.written.get(key).cloned().unwrap_or_default();
        if let Some(row) = self.row(key) {
            let value = Value::new(&self.population.value(row)).unwrap();
            cell.join(&Siblings::loaded(value));
        }
        cell
    }

    fn row(&self, key: &Key) -> Option<u32> {
        let row = self.population.find(key.bytes())?;
        self.held.contains(key.token()).then_some(row)
    }

    fn count(&self, key: &Key) -> Load {
        let cell = self.cell(key);
        if cell.values().next().is_none() {
            return Load::default();
        }
        let row = self.row(key).map(|row| self.population.load_of(row));
        let mut bytes = key.bytes().len() as u64;
        for version in cell.versions() {
            let value = version
                .value
                .as_ref()
                .map_or(0, |value| value.bytes().len());
            bytes += match row {
                Some(row) if version.dot == Dot::LOADED => row.bytes - key.bytes().len() as u64,
                _ => value as u64,
            };
        }
        let requests = row.map_or(0, |row| row.requests);
        let keys = 1;
        Load {
            keys,
            requests,
            bytes,
        }
    }
}

fn agrees(model: &Model) -> Result<(), TestCaseError> {
    let keys = (0..LOADED * 2).map(key);
    let mut recount = Load::default();
    for key in keys {
        prop_assert_eq!(model.storage.get(&key), model.cell(&key));
        recount += model.count(&key);
    }
    prop_assert_eq!(model.storage.load(), recount);
    let whole = TokenRange::whole(Token(3));
    prop_assert_eq!(model.storage.load_in(whole), recount);
    prop_assert_eq!(model.storage.held(), &model.held);
    Ok(())
}

#[test]
fn a_store_has_and_counts_what_the_model_has() {
    let test = "storage::tests::a_store_has_and_counts_what_the_model_has";
    holds(test, 2_000, acts(), |acts| {
        let mut model = Model::new();
        for act in &acts {
            model.act(act);
            agrees(&model)?;
        }
        Ok(())
    });
}

#[test]
fn it_does_not_matter_which_engine_keeps_the_cells() {
    let test = "storage::tests::it_does_not_matter_which_engine_keeps_the_cells";
    holds(test, 500, acts(), |acts| {
        let mut model = Model::new();
        let cells = Lsm::open(MemoryDisk::default(), conformance::TINY).unwrap();
        let mut other = Storage::of(cells).unwrap();
        other.try_hold(&model.population, &model.held).unwrap();
        for act in &acts {
            model.act(act);
            match *act {
                Act::Write { key: number, .. } => {
                    let key = key(number);
                    other.try_join(&key, &model.storage.get(&key)).unwrap();
                }
                Act::Hold(from, to) => other.try_hold(&model.population, &range(from, to)).unwrap(),
                Act::Release(from, to) => {
                    other.try_release(&range(from, to)).unwrap();
                }
            }
            while other.engine_mut().work(500).unwrap() == Work::More {}
            prop_assert_eq!(other.load(), model.storage.load());
            prop_assert_eq!(other.held(), model.storage.held());
        }
        for key in (0..LOADED * 2).map(key) {
            prop_assert_eq!(other.try_get(&key).unwrap(), model.storage.get(&key));
        }
        let whole = TokenRange::whole(Token(u64::MAX));
        let beginning = other.try_beginning(whole, 3, 5_000).unwrap();
        prop_assert_eq!(beginning, model.storage.beginning(whole, 3, 5_000));
        Ok(())
    });
}

#[test]
fn a_count_that_forgets_shadowed_rows_is_caught() {
    let caught = is_broken(500, acts(), |acts| {
        let mut model = Model::new();
        for act in &acts {
            model.act(act);
            // As if each written cell counted beside its row.
            let rows = model.written.keys().map(|key| {
                let storage = &model.storage;
                load_of(key, storage.row(key), None)
            });
            model.storage.load += rows.sum();
            agrees(&model)?;
        }
        Ok(())
    });
    assert!(caught);
}

#[test]
fn the_beginning_of_a_range_fits_and_is_as_long_as_it_can_be() {
    let test = "storage::tests::the_beginning_of_a_range_fits_and_is_as_long_as_it_can_be";
    let limits = (1_u64..10, 0_u64..6_000);
    holds(test, 2_000, (acts(), limits), |(acts, (keys, bytes))| {
        let mut model = Model::new();
        acts.iter().for_each(|act| model.act(act));
        let whole = TokenRange::whole(Token(u64::MAX));
        let storage = &model.storage;
        let Some(beginning) = storage.beginning(whole, keys, bytes) else {
            let first = storage.beginning(whole, 1, u64::MAX).unwrap();
            prop_assert!(storage.load_in(first).bytes > bytes);
            return Ok(());
        };
        let load = storage.load_in(beginning);
        prop_assert!(load.bytes <= bytes && load.keys <= 2 * keys);
        if beginning.to != whole.to && storage.load_in(whole).bytes <= bytes {
            let rows = model.population.rows(beginning);
            let rows = rows.filter(|&row| model.held.contains(model.population.token(row)));
            let (rows, cells) = (rows.count(), storage.cells_in(beginning).count());
            prop_assert_eq!(rows.max(cells) as u64, keys, "it ends at a limit");
        }
        Ok(())
    });
}

#[test]
fn thousands_of_keys_are_removed_from_a_range_over_token_zero_and_no_other() {
    let mut cells = MemoryCells::default();
    let keys: Vec<Key> = (0..5_000)
        .map(|number| Key::new(format!("{number}").as_bytes()).unwrap())
        .collect();
    let mut cell = Siblings::default();
    cell.write(Dot::LOADED, VersionVector::default(), None);
    for key in &keys {
        cells.put(key, &cell).unwrap();
    }
    let (after, to) = (Token(u64::MAX / 4 * 3), Token(u64::MAX / 4));
    let range = TokenRange { after, to };
    cells.remove(range).unwrap();
    for key in &keys {
        let is_there = cells.get(key).unwrap().is_some();
        assert_eq!(is_there, !range.contains(key.token()), "{key:?}");
    }
}
