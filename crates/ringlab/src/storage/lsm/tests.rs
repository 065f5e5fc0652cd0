//! A log-structured store against torn, damaged and full disks, byte by byte.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::BTreeMap;

use super::sstable::writer::TableWriter;
use super::*;
use crate::disk::MemoryDisk;
use crate::pair::Value;
use crate::storage::conformance::{TINY, key};

mod damage;
mod tear;

/// Nothing leaves the log.
const LOG_ONLY: LsmSettings = LsmSettings {
    memtable_bytes: 1 << 20,
    log_segment_bytes: 1 << 20,
    ..TINY
};

impl<D: Disk> Lsm<D> {
    /// What no program of ours would write: a key whose cell is none, in a table.
    pub(crate) fn plant_malformed(&mut self, key: &Key) {
        if self.memtable.len() > 0 {
            self.freeze().unwrap();
            settle(self);
        }
        let number = self.table_number();
        let writer = TableWriter::create(&mut self.disk, number, 1, &self.settings);
        let mut writer = writer.unwrap();
        let added = writer.add(&mut self.disk, key.token(), key.bytes(), b"no cell");
        added.unwrap();
        self.freeze().unwrap();
        let from = compaction::Origin::Memtable(None);
        self.job = Some(Job { writer, from });
        settle(self);
    }
}

type Content = BTreeMap<Key, Siblings>;

fn cell(number: u8) -> Siblings {
    Siblings::loaded(Value::new(&vec![number; usize::from(number % 40)]).unwrap())
}

fn content<D: Disk>(cells: &Lsm<D>) -> Result<Content, LsmError> {
    let mut content = Content::new();
    let whole = TokenRange::whole(crate::hash::Token(0));
    cells.visit(whole, &mut |key, cell| {
        content.insert(key.clone(), cell.clone());
        ControlFlow::Continue(())
    })?;
    Ok(content)
}

/// Writes keys one after the other, some again; what it had after each write.
fn write(cells: &mut Lsm<MemoryDisk>, numbers: std::ops::Range<u8>) -> Vec<Content> {
    let mut states = vec![content(cells).unwrap()];
    for number in numbers {
        let (key, cell) = (key(number % 20), cell(number));
        cells.put(&key, &cell).unwrap();
        let mut state = states.last().unwrap().clone();
        state.insert(key, cell);
        states.push(state);
    }
    states
}

fn settle<D: Disk>(cells: &mut Lsm<D>) {
    while cells.work(u64::MAX).unwrap() == Work::More {}
}

/// A store of tables, all merged, and what it has.
fn settled() -> (Lsm<MemoryDisk>, Content) {
    let mut cells = Lsm::open(MemoryDisk::default(), TINY).unwrap();
    let state = write(&mut cells, 0..200).pop().unwrap();
    cells.sync().unwrap();
    settle(&mut cells);
    (cells, state)
}

/// The largest file of a kind.
fn file(disk: &MemoryDisk, end: &str) -> String {
    let names = disk.list().unwrap().into_iter();
    let names = names.filter(|name| name.ends_with(end));
    names.max_by_key(|name| disk.length(name).unwrap()).unwrap()
}

#[test]
fn work_is_bounded_steps_and_leaves_few_tables() {
    let mut cells = Lsm::open(MemoryDisk::default(), LOG_ONLY).unwrap();
    for number in 0..200 {
        cells.put(&key(number), &cell(number)).unwrap();
    }
    cells.set_settings(TINY).unwrap();
    cells.put(&key(200), &cell(200)).unwrap();
    let bytes = cells.stats().bytes;
    let mut steps = 0;
    while cells.work(100).unwrap() == Work::More {
        steps += 1;
    }
    assert!(
        bytes / 200 < steps && steps < bytes / 100 + 10,
        "{steps} steps for {bytes} bytes"
    );
    let (cells, _) = settled();
    assert!(cells.tables() <= 4, "{} tables", cells.tables());
}

#[test]
fn what_is_removed_leaves_no_bytes_behind() {
    let (mut cells, _) = settled();
    cells
        .remove(TokenRange::whole(crate::hash::Token(0)))
        .unwrap();
    cells.sync().unwrap();
    let mut cells = Lsm::open(cells.into_disk(), TINY).unwrap();
    settle(&mut cells);
    assert_eq!((cells.stats(), cells.tables()), (Stats::default(), 0));
}

#[test]
fn a_tombstone_outlives_every_merge() {
    let mut cells = Lsm::open(MemoryDisk::default(), TINY).unwrap();
    let mut tombstone = cell(3);
    let actor = crate::version::Actor::default();
    let dot = crate::version::Dot { actor, counter: 1 };
    tombstone.write(dot, tombstone.context(), None);
    cells.put(&key(30), &tombstone).unwrap();
    write(&mut cells, 0..200);
    settle(&mut cells);
    assert_eq!(cells.get(&key(30)).unwrap().as_deref(), Some(&tombstone));
    assert!(!cells.forget(&key(30), &cell(3)).unwrap());
    assert!(cells.forget(&key(30), &tombstone).unwrap());
    assert_eq!(cells.get(&key(30)).unwrap(), None);
}

#[test]
fn new_tables_take_new_settings_and_the_cache_follows_at_once() {
    let (mut cells, state) = settled();
    for key in state.keys() {
        cells.get(key).unwrap();
    }
    let larger = LsmSettings {
        block_bytes: 1 << 12,
        cache_bytes: 0,
        ..TINY
    };
    cells.set_settings(larger).unwrap();
    let before = cells.tables.last().unwrap().blocks();
    write(&mut cells, 0..200);
    settle(&mut cells);
    let after: usize = cells.tables.iter().map(|table| table.blocks()).sum();
    assert!(
        before > 1 && after == cells.tables(),
        "{before} blocks, then {after}"
    );
    for setting in [
        LsmSettings {
            memtable_bytes: 10,
            ..TINY
        },
        LsmSettings {
            log_segment_bytes: 1 << 40,
            ..TINY
        },
        LsmSettings {
            block_bytes: 0,
            ..TINY
        },
        LsmSettings {
            filter_one_in: 1,
            ..TINY
        },
        LsmSettings {
            merge_width: 1,
            ..TINY
        },
        LsmSettings {
            cache_bytes: u64::MAX,
            ..TINY
        },
    ] {
        let refused = cells.set_settings(setting).unwrap_err();
        assert!(refused.value < refused.least || refused.value > refused.most);
    }
    assert_eq!(cells.settings(), larger);
}

#[test]
fn tables_of_one_size_that_follow_each_other_are_merged_the_smallest_first() {
    let settings = LsmSettings {
        memtable_bytes: 2_000,
        merge_width: 2,
        ..TINY
    };
    for (bytes, expected) in [
        (vec![], None),
        (vec![Some(1_000)], None),
        (vec![Some(1_000), Some(1_000)], Some(0..2)),
        (vec![Some(9_000), Some(1_000)], None),
        (
            vec![Some(9_000), Some(9_000), Some(1_000), Some(1_000)],
            Some(2..4),
        ),
        (vec![Some(9_000), Some(1_000), Some(9_000)], Some(0..3)),
        (vec![Some(1_000), None, Some(1_000)], None),
        (vec![Some(1_000), Some(1_000), None], Some(0..2)),
    ] {
        assert_eq!(compaction::choose(&bytes, &settings), expected, "{bytes:?}");
    }
}

/// A cell that is none stands in the way of all that goes over it, until it is erased.
#[test]
fn a_malformed_cell_is_told_and_can_be_erased() {
    let (mut cells, mut state) = settled();
    let key = key(3);
    cells.plant_malformed(&key);
    let malformed = LsmError::Malformed(key.token());
    assert_eq!(cells.get(&key).unwrap_err(), malformed);
    assert_eq!(content(&cells).unwrap_err(), malformed);
    let before = cells.written;
    cells
        .erase_malformed(crate::hash::Token(key.token().0 + 1))
        .unwrap();
    assert_eq!(cells.written, before, "sound cells stay");
    cells.erase_malformed(key.token()).unwrap();
    state.remove(&key);
    assert_eq!(content(&cells).unwrap(), state);
    cells.put(&key, &cell(9)).unwrap();
    assert_eq!(cells.get(&key).unwrap().as_deref(), Some(&cell(9)));
}
